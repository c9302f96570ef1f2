//! Numbers that pass for random and are the same in every run.

use wasmtime::{Caller, Linker};

use super::MODULE;
use super::abi::{Errno, answer, split};
use crate::guest::Guest;

/// A splitmix64 sequence from a fixed start: enough to seed a hash table, useless as a secret.
#[derive(Debug, Default)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

pub(super) fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    linker.func_wrap(MODULE, "random_get", |mut caller: Caller<'_, Guest>, at: u32, length: u32| {
        answer(fill(&mut caller, at, length))
    })?;
    Ok(())
}

fn fill(caller: &mut Caller<'_, Guest>, at: u32, length: u32) -> Result<(), Errno> {
    let (mut memory, guest) = split(caller)?;
    for chunk in memory.get_mut(at, length)?.chunks_mut(8) {
        chunk.copy_from_slice(&guest.random.next().to_le_bytes()[..chunk.len()]);
    }
    Ok(())
}
