//! kpt's own interface for modules (`kpt … --allow-alpha-wasm`): what the Go compiler made of programs for js/wasm up to
//! version 1.20, without a JavaScript engine.
//!
//! A module of this kind exports `mem`, `run`, `resume` and `getsp`, and reaches a world of objects through imports. That
//! world holds here what kpt's glue for node gives a function that is no Go program: `run` registers the function
//! `processResourceList`, a pending event with the input is left for `resume`, and what it sets as `result` is the output.
//! A function fails through `process.exitCode`, as with node. There are no files, no timers and no real clock.
//!
//! Modules of the Go compiler itself ask for more (timers, arrays of bytes, a file system), and are told so when they are
//! loaded.

mod calls;
mod frame;
mod world;

use wasmtime::{ExternType, Instance, Linker, Store};

use crate::guest::{Guest, Stop};
use world::{EVENT, Value};

pub(crate) use world::World;

/// Names of the import module: up to Go 1.20, and since.
const MODULES: [&str; 2] = ["go", "gojs"];

/// Name of the memory.
const MEMORY: &str = "mem";

/// Where arguments are put, and where their list is: the first page is the guest's own nothing.
const ARGUMENT: usize = 4096;

/// What kpt looks for in an answer before it takes it for a list.
const LIST: &str = "kind: ResourceList";

/// Puts all imports into `linker`.
pub(crate) fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    for module in MODULES {
        calls::link(linker, module)?;
    }
    Ok(())
}

/// Whether the sandbox has this import.
pub(crate) fn offers(module: &str, name: &str) -> bool {
    MODULES.contains(&module) && calls::offers(name)
}

/// Whether a module is of this kind.
pub(crate) fn is_kind_of(module: &wasmtime::Module) -> bool {
    let is_function = |name: &str| matches!(module.get_export(name), Some(ExternType::Func(_)));
    matches!(module.get_export(MEMORY), Some(ExternType::Memory(_)))
        && ["run", "resume", "getsp"].into_iter().all(is_function)
}

/// Runs the function on what is on standard input.
pub(crate) fn run(instance: Instance, store: &mut Store<Guest>) -> wasmtime::Result<()> {
    let arguments = arguments(instance, store)?;
    instance.get_typed_func::<(i32, i32), ()>(&mut *store, "run")?.call(&mut *store, arguments)?;
    let input = store.data_mut().stdio.take_input();
    let input: Box<str> = match String::from_utf8(input) {
        Ok(text) => text.into(),
        Err(error) => return Err(wasmtime::Error::from(error.utf8_error()).context("the input")),
    };
    let answer = call(instance, store, "processResourceList", &input)?;
    let code = store.data().world.exit_code();
    if answer.contains(LIST) {
        let stdio = &mut store.data_mut().stdio;
        stdio.write_output(answer.as_bytes())?;
        stdio.write_output(b"\n")?;
        return if code == 0 { Ok(()) } else { Err(Stop::Exit(code).into()) };
    }
    // kpt's glue would print this and end well, and kpt would take the package for empty.
    let told = call(instance, store, "processResourceListErrors", &input)?;
    let told = if told.trim().is_empty() { &answer } else { &told };
    store.data_mut().stdio.write_error(format!("{}\n", told.trim_end()).as_bytes())?;
    Err(Stop::Exit(if code == 0 { 1 } else { code }).into())
}

/// Calls a function that the guest has registered.
fn call(instance: Instance, store: &mut Store<Guest>, name: &str, input: &str) -> wasmtime::Result<Box<str>> {
    store.data_mut().expect_call(name, input)?;
    instance.get_typed_func::<(), ()>(&mut *store, "resume")?.call(&mut *store, ())?;
    match store.data_mut().world.take(EVENT, "result") {
        Value::Text(text) => Ok(text.to_string().into()),
        _ => Err(wasmtime::Error::msg(format!("`{name}` gave no text"))),
    }
}

impl Guest {
    fn expect_call(&mut self, name: &str, input: &str) -> wasmtime::Result<()> {
        // The host's copy of the input counts as the guest's memory.
        self.memory.hold(input.len())?;
        self.world.expect_call(name, input).map_err(wasmtime::Error::msg)
    }
}

/// Puts the arguments where Go programs look for them: the program's name, `js`, and no environment.
fn arguments(instance: Instance, store: &mut Store<Guest>) -> wasmtime::Result<(i32, i32)> {
    const LIST: usize = ARGUMENT + 8;
    let memory = instance.get_memory(&mut *store, MEMORY).ok_or_else(|| wasmtime::Error::msg("there is no memory"))?;
    if let Some(space) = memory.data_mut(&mut *store).get_mut(ARGUMENT..LIST + 24) {
        space.fill(0);
        space[..2].copy_from_slice(b"js");
        space[8..16].copy_from_slice(&(ARGUMENT as u64).to_le_bytes());
    }
    Ok((1, LIST as i32))
}
