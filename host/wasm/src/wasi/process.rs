//! One argument, no environment, and the ways to end.

use wasmtime::{Caller, Linker};

use super::MODULE;
use super::abi::{Errno, answer, errno, split};
use crate::guest::{Guest, Stop};

pub(super) fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    linker
        .func_wrap(MODULE, "args_sizes_get", |mut caller: Caller<'_, Guest>, count: u32, size: u32| {
            answer(args_sizes(&mut caller, count, size))
        })?
        .func_wrap(MODULE, "args_get", |mut caller: Caller<'_, Guest>, list: u32, text: u32| {
            answer(args(&mut caller, list, text))
        })?
        .func_wrap(MODULE, "environ_sizes_get", |mut caller: Caller<'_, Guest>, count: u32, size: u32| {
            answer(empty_environment(&mut caller, count, size))
        })?
        .func_wrap(MODULE, "environ_get", |_: u32, _: u32| errno::SUCCESS)?
        .func_wrap(MODULE, "proc_exit", |code: u32| -> wasmtime::Result<()> {
            Err(Stop::Exit(code.cast_signed()).into())
        })?
        .func_wrap(MODULE, "proc_raise", |_: i32| errno::NOSYS)?
        .func_wrap(MODULE, "sched_yield", || errno::SUCCESS)?;
    Ok(())
}

fn args_sizes(caller: &mut Caller<'_, Guest>, count: u32, size: u32) -> Result<(), Errno> {
    let (mut memory, guest) = split(caller)?;
    let length = u32::try_from(guest.name.len() + 1).map_err(|_| Errno(errno::FAULT))?;
    memory.put_u32(count, 1)?;
    memory.put_u32(size, length)
}

fn args(caller: &mut Caller<'_, Guest>, list: u32, text: u32) -> Result<(), Errno> {
    let (mut memory, guest) = split(caller)?;
    let argument = [guest.name.as_bytes(), b"\0"].concat();
    memory.put_u32(list, text)?;
    memory.put(text, &argument)
}

fn empty_environment(caller: &mut Caller<'_, Guest>, count: u32, size: u32) -> Result<(), Errno> {
    let (mut memory, _) = split(caller)?;
    memory.put_u32(count, 0)?;
    memory.put_u32(size, 0)
}
