//! The bounds of one call, and the account of the memory a guest holds.

use std::time::Duration;

use wasmtime::ResourceLimiter;

use crate::guest::Stop;

/// What one call may use at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory and tables together, in bytes. Default 256 MiB.
    pub memory: usize,
    /// Wall-clock time. Default 30 s.
    pub time: Duration,
    /// Bytes on standard output. Default 64 MiB.
    pub stdout: usize,
    /// Bytes on standard error. Default 1 MiB.
    pub stderr: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 256 << 20, time: Duration::from_secs(30), stdout: 64 << 20, stderr: 1 << 20 }
    }
}

/// Host bytes a table element costs.
const TABLE_ELEMENT: usize = size_of::<usize>();

/// Counts the memory of one guest against its limit.
///
/// A request beyond the limit ends the call at once instead of failing inside the guest: an allocator that is told
/// "no" usually aborts with a crash that hides the reason.
#[derive(Debug)]
pub(crate) struct MemoryAccount {
    limit: usize,
    held: usize,
}

impl MemoryAccount {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, held: 0 }
    }

    /// Counts what the host keeps for the guest.
    pub(crate) fn hold(&mut self, bytes: usize) -> Result<(), Stop> {
        let asked = self.held.saturating_add(bytes);
        if asked > self.limit {
            return Err(Stop::Memory { asked });
        }
        self.held = asked;
        Ok(())
    }

    fn grow(&mut self, current: usize, desired: usize) -> wasmtime::Result<bool> {
        let asked = self.held.saturating_sub(current).saturating_add(desired);
        if asked > self.limit {
            return Err(Stop::Memory { asked }.into());
        }
        self.held = asked;
        Ok(true)
    }
}

impl ResourceLimiter for MemoryAccount {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        // Beyond its own declared maximum the module gets the -1 it expects; that is no limit of ours.
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.grow(current, desired)
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.grow(current.saturating_mul(TABLE_ELEMENT), desired.saturating_mul(TABLE_ELEMENT))
    }
}
