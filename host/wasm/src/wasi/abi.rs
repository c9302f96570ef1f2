//! Numbers and memory access of the interface.

use wasmtime::{Caller, Extern};

use crate::guest::Guest;

/// Answers of a call, as the interface numbers them.
pub(super) mod errno {
    pub(in crate::wasi) const SUCCESS: i32 = 0;
    pub(in crate::wasi) const BADF: i32 = 8;
    pub(in crate::wasi) const FAULT: i32 = 21;
    pub(in crate::wasi) const INVAL: i32 = 28;
    pub(in crate::wasi) const NOSYS: i32 = 52;
}

/// A call the guest made wrongly; the number goes back to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Errno(pub(super) i32);

/// The guest's memory and the state beside it.
pub(super) fn split<'a>(caller: &'a mut Caller<'_, Guest>) -> Result<(Bytes<'a>, &'a mut Guest), Errno> {
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else { return Err(Errno(errno::FAULT)) };
    let (bytes, guest) = memory.data_and_store_mut(caller);
    Ok((Bytes(bytes), guest))
}

/// Turns the outcome of a call into its answer.
pub(super) fn answer(outcome: Result<(), Errno>) -> i32 {
    match outcome {
        Ok(()) => errno::SUCCESS,
        Err(Errno(number)) => number,
    }
}

/// Linear memory; every access is checked and an access outside answers `FAULT`.
pub(super) struct Bytes<'a>(&'a mut [u8]);

impl Bytes<'_> {
    pub(super) fn get(&self, at: u32, length: u32) -> Result<&[u8], Errno> {
        let start = at as usize;
        start.checked_add(length as usize).and_then(|end| self.0.get(start..end)).ok_or(Errno(errno::FAULT))
    }

    pub(super) fn get_mut(&mut self, at: u32, length: u32) -> Result<&mut [u8], Errno> {
        let start = at as usize;
        start.checked_add(length as usize).and_then(|end| self.0.get_mut(start..end)).ok_or(Errno(errno::FAULT))
    }

    pub(super) fn put(&mut self, at: u32, bytes: &[u8]) -> Result<(), Errno> {
        let length = u32::try_from(bytes.len()).map_err(|_| Errno(errno::FAULT))?;
        self.get_mut(at, length)?.copy_from_slice(bytes);
        Ok(())
    }

    pub(super) fn put_u32(&mut self, at: u32, value: u32) -> Result<(), Errno> {
        self.put(at, &value.to_le_bytes())
    }

    pub(super) fn u32(&self, at: u32) -> Result<u32, Errno> {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(self.get(at, 4)?);
        Ok(u32::from_le_bytes(bytes))
    }

    pub(super) fn u64(&self, at: u32) -> Result<u64, Errno> {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(self.get(at, 8)?);
        Ok(u64::from_le_bytes(bytes))
    }

    /// The `index`-th of the (pointer, length) pairs at `list`.
    pub(super) fn vector(&self, list: u32, index: u32) -> Result<(u32, u32), Errno> {
        let at = index.checked_mul(8).and_then(|offset| list.checked_add(offset)).ok_or(Errno(errno::FAULT))?;
        Ok((self.u32(at)?, self.u32(at.checked_add(4).ok_or(Errno(errno::FAULT))?)?))
    }
}
