//! Panics and exhausted memory: a message, and an end that kpt takes for a failure.

#![expect(unsafe_code, reason = "the allocator sees that memory is exhausted, and an allocator is an unsafe interface")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::{self, Write as _};
use std::panic::{self, PanicHookInfo};

use crate::exports;
use crate::host;
use crate::reference::Reference;

/// Makes panics report. It has to be called once.
pub(crate) fn report_panics() {
    panic::set_hook(Box::new(|panic| end(|out| describe(panic, out))));
}

fn describe(panic: &PanicHookInfo<'_>, out: &mut StandardError) -> fmt::Result {
    let message = panic.payload_as_str().unwrap_or("no message");
    write!(out, "[FN_TRAPPED] Host: the function stopped in an illegal state, the package is unchanged: {message}")?;
    match panic.location() {
        Some(place) => writeln!(out, " ({place})"),
        None => writeln!(out),
    }
}

/// Ends the run with a message. Nothing here may need memory from the allocator.
fn end(describe: impl FnOnce(&mut StandardError) -> fmt::Result) -> ! {
    // Writing to it cannot fail.
    let _ = describe(&mut StandardError);
    if exports::host_is_node() {
        // With node's default a trap ends the process too, but below pages about promises.
        let process = host::get(Reference::GLOBAL, "process");
        let _ = host::call(process, "exit", 2);
    }
    core::arch::wasm32::unreachable()
}

struct StandardError;

impl fmt::Write for StandardError {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        host::write_error(text.as_bytes());
        Ok(())
    }
}

/// The usual allocator. When there is no more memory it says so, where the usual one just stops.
struct Reporting;

#[global_allocator]
static ALLOCATOR: Reporting = Reporting;

// SAFETY: every call is the system allocator's, with the same arguments; what it returns is returned, or nothing is.
unsafe impl GlobalAlloc for Reporting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `GlobalAlloc`, which is the same there.
        found(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        found(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        found(unsafe { System.realloc(block, layout, size) }, size)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) }
    }
}

fn found(block: *mut u8, size: usize) -> *mut u8 {
    if block.is_null() {
        let pages = core::arch::wasm32::memory_size(0);
        end(|out| {
            writeln!(
                out,
                "[FN_MEMORY_EXCEEDED] Host: the function needs more memory than a WebAssembly module can have, the package \
                 is unchanged: {size} bytes on top of {} MiB",
                pages / 16
            )
        });
    }
    block
}
