//! Machine code that runs where it lies, in the program's own pages.
//!
//! Loading code usually copies it: some megabytes a function, touched page by page, of which a run needs a few. Code that
//! is part of the program is in memory already, mapped from the program's file and shared with every other process of
//! it; making its pages executable is all that is left to do.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use wasmtime::{Config, CustomCodeMemory};

/// Has engines make pages executable themselves, which [`Module::deserialize_raw`](wasmtime::Module::deserialize_raw)
/// needs.
pub(crate) fn allow(configuration: &mut Config) {
    if CAN {
        configuration.with_custom_code_memory(Some(Arc::new(Protection)));
    }
}

/// True for code that can stay where it is: once in a process, as the engine knows modules by the place of their code.
pub(crate) fn take(code: &'static [u8]) -> bool {
    static TAKEN: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());
    let start = code.as_ptr().addr();
    // The set is whole at every unlock, so a panic elsewhere does not spoil it.
    CAN && start.is_multiple_of(rustix::param::page_size())
        && TAKEN.lock().unwrap_or_else(PoisonError::into_inner).insert(start)
}

/// Elsewhere caches of instructions and data may have to be told.
const CAN: bool = cfg!(all(target_os = "linux", target_arch = "x86_64"));

struct Protection;

impl CustomCodeMemory for Protection {
    fn required_alignment(&self) -> usize {
        rustix::param::page_size()
    }

    #[expect(unsafe_code, reason = "changes what may be done with pages")]
    fn publish_executable(&self, code: *const u8, length: usize) -> wasmtime::Result<()> {
        use rustix::mm::{MprotectFlags, mprotect};
        // SAFETY: the engine passes whole pages of code of its own or of `load_in_place`, whose caller promised that
        // nothing else is in them. Nobody writes to them any more.
        unsafe { mprotect(code.cast_mut().cast(), length, MprotectFlags::READ | MprotectFlags::EXEC) }?;
        Ok(())
    }

    /// Pages of the engine's own are given back after this, those of the program may stay as they are.
    fn unpublish_executable(&self, _: *const u8, _: usize) -> wasmtime::Result<()> {
        Ok(())
    }
}
