//! The frame of a call: where a Go program would have its arguments on the stack.

use wasmtime::{Caller, Error, Extern, Result};

use super::MEMORY;
use super::world::Value;
use crate::guest::Guest;

/// Host bytes of one reference.
const REFERENCE: usize = 64;

/// Arguments and results of one call, by their offsets.
pub(super) struct Frame<'a> {
    memory: &'a mut [u8],
    pub(super) guest: &'a mut Guest,
    start: u32,
}

impl<'a> Frame<'a> {
    /// The frame at `start`.
    pub(super) fn of(caller: &'a mut Caller<'_, Guest>, start: u32) -> Result<Self> {
        let Some(Extern::Memory(memory)) = caller.get_export(MEMORY) else {
            return Err(Error::msg("there is no memory"));
        };
        let (memory, guest) = memory.data_and_store_mut(caller);
        Ok(Self { memory, guest, start })
    }

    fn bytes(&self, at: u64, length: u64) -> Result<&[u8]> {
        let range = range(at, length)?;
        self.memory.get(range).ok_or_else(outside)
    }

    /// Bytes of the guest that may be changed.
    pub(super) fn bytes_mut(&mut self, (at, length): (u64, u64)) -> Result<&mut [u8]> {
        let range = range(at, length)?;
        self.memory.get_mut(range).ok_or_else(outside)
    }

    /// The eight bytes at an offset.
    pub(super) fn number(&self, offset: u32) -> Result<u64> {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(self.bytes(u64::from(self.start) + u64::from(offset), 8)?);
        Ok(u64::from_le_bytes(bytes))
    }

    pub(super) fn put(&mut self, offset: u32, bytes: &[u8]) -> Result<()> {
        let at = u64::from(self.start) + u64::from(offset);
        self.bytes_mut((at, bytes.len() as u64))?.copy_from_slice(bytes);
        Ok(())
    }

    /// Address and length.
    pub(super) fn span(&self, offset: u32) -> Result<(u64, u64)> {
        Ok((self.number(offset)?, self.number(offset + 8)?))
    }

    pub(super) fn slice(&self, offset: u32) -> Result<&[u8]> {
        let (at, length) = self.span(offset)?;
        self.bytes(at, length)
    }

    /// A text; what is no UTF-8 in it is replaced, as JavaScript does.
    pub(super) fn text(&self, offset: u32) -> Result<String> {
        Ok(String::from_utf8_lossy(self.slice(offset)?).into_owned())
    }

    /// What the reference at an offset refers to.
    pub(super) fn value(&self, offset: u32) -> Result<Value> {
        self.guest.world.value(self.number(offset)?).ok_or_else(|| Error::msg("a reference to nothing"))
    }

    pub(super) fn put_value(&mut self, offset: u32, value: Value) -> Result<()> {
        // References are kept to the end of the run: they count as the guest's memory.
        let text = if let Value::Text(text) = &value { text.len() } else { 0 };
        self.guest.memory.hold(REFERENCE + text)?;
        let reference = self.guest.world.refer(value);
        self.put(offset, &reference.to_le_bytes())
    }
}

fn range(at: u64, length: u64) -> Result<std::ops::Range<usize>> {
    let end = at.checked_add(length).ok_or_else(outside)?;
    let place = |address: u64| usize::try_from(address).map_err(|_| outside());
    Ok(place(at)?..place(end)?)
}

fn outside() -> Error {
    Error::msg("an address outside of memory")
}
