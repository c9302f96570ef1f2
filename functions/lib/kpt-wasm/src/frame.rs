//! Calls of the imports: arguments and results lie in one frame in memory, whose address is all an import is given.

#![expect(unsafe_code, reason = "imports of the host are foreign functions")]

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

/// Words of the longest frame: `syscall/js.valueCall` with a return address nobody reads, seven words of arguments, its result
/// and the byte that says whether there is one.
const WORDS: usize = 10;

/// The frame. Calls never nest, so there is one. It is part of the memory a module starts with, which every host sees.
static FRAME: [AtomicU64; WORDS] = [const { AtomicU64::new(0) }; WORDS];

/// Whether the host can be told that the memory has grown.
static MEMORY_IS_FOLLOWED: AtomicBool = AtomicBool::new(false);
/// Pages of memory at the last call.
static PAGES: AtomicUsize = AtomicUsize::new(0);

/// Which import to call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Import {
    Get,
    Set,
    Index,
    Call,
    String,
    PrepareString,
    LoadString,
    Write,
}

#[link(wasm_import_module = "go")]
unsafe extern "C" {
    #[link_name = "syscall/js.valueGet"]
    fn value_get(frame: usize);
    #[link_name = "syscall/js.valueSet"]
    fn value_set(frame: usize);
    #[link_name = "syscall/js.valueIndex"]
    fn value_index(frame: usize);
    #[link_name = "syscall/js.valueCall"]
    fn value_call(frame: usize);
    #[link_name = "syscall/js.stringVal"]
    fn string_value(frame: usize);
    #[link_name = "syscall/js.valuePrepareString"]
    fn value_prepare_string(frame: usize);
    #[link_name = "syscall/js.valueLoadString"]
    fn value_load_string(frame: usize);
    #[link_name = "runtime.wasmWrite"]
    fn write(frame: usize);
    #[link_name = "runtime.resetMemoryDataView"]
    fn reset_memory_view(frame: usize);
}

/// Where the frame is. Hosts write results to the place this gives them after a call.
pub(crate) fn address() -> usize {
    FRAME.as_ptr().expose_provenance()
}

/// From now on the host is told when the memory has grown, as node has to be. kpt's wasmtime cannot be, and logs an
/// error for every attempt.
pub(crate) fn follow_memory() {
    MEMORY_IS_FOLLOWED.store(true, Relaxed);
}

/// Calls an import with arguments, from the frame's second word on.
///
/// # Safety
/// Arguments that are addresses have to be those of memory that the import may read, and for [`Import::LoadString`]
/// write, as far as the length that goes with them.
pub(crate) unsafe fn call(import: Import, arguments: &[u64]) {
    let pages = core::arch::wasm32::memory_size(0);
    if PAGES.swap(pages, Relaxed) != pages && MEMORY_IS_FOLLOWED.load(Relaxed) {
        // SAFETY: it takes no arguments.
        unsafe { reset_memory_view(address()) }
    }
    // What an import does not write has to read as zero: not every host clears the byte that says a call went well.
    for (word, value) in FRAME.iter().skip(1).zip(arguments.iter().copied().chain(std::iter::repeat(0))) {
        word.store(value, Relaxed);
    }
    let function = match import {
        Import::Get => value_get,
        Import::Set => value_set,
        Import::Index => value_index,
        Import::Call => value_call,
        Import::String => string_value,
        Import::PrepareString => value_prepare_string,
        Import::LoadString => value_load_string,
        Import::Write => write,
    };
    // SAFETY: the frame is as long as that of any import, and the caller answers for the addresses in it.
    unsafe { function(address()) }
}

/// A word of the frame after a call; `offset` in bytes, as interfaces are described.
pub(crate) fn result(offset: usize) -> u64 {
    FRAME[offset / 8].load(Relaxed)
}
