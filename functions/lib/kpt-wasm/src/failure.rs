//! Panics and exhausted memory: a message, and an end that kpt takes for a failure.

#![expect(unsafe_code, reason = "the allocator sees that memory is exhausted, and an allocator is an unsafe interface")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::{self, Write as _};
use std::panic::{self, PanicHookInfo};
use std::sync::{Mutex, PoisonError};

use crate::exports;
use crate::host;
use crate::reference::Reference;

/// What the run ended with. kpt's wasmtime asks for it after a trap.
static LAST_WORDS: Mutex<Message> = Mutex::new(Message::new());

/// Makes panics report. It has to be called once.
pub(crate) fn report_panics() {
    panic::set_hook(Box::new(|panic| end(|out| describe(panic, out))));
}

/// Hands over the message that an earlier call ended with, if one ended so. The bytes lie where every host sees them.
pub(crate) fn last_words<T>(take: impl FnOnce(&[u8]) -> T) -> Option<T> {
    let message = LAST_WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    (message.length > 0).then(|| take(message.bytes()))
}

fn describe(panic: &PanicHookInfo<'_>, out: &mut Message) -> fmt::Result {
    let message = panic.payload_as_str().unwrap_or("no message");
    write!(out, "[FN_TRAPPED] Host: the function stopped in an illegal state, the package is unchanged: {message}")?;
    match panic.location() {
        Some(place) => writeln!(out, " ({place})"),
        None => writeln!(out),
    }
}

/// Ends the run with a message. Nothing here may need memory from the allocator.
fn end(describe: impl FnOnce(&mut Message) -> fmt::Result) -> ! {
    let mut message = Message::new();
    // What does not fit is cut.
    let _ = describe(&mut message);
    host::write_error(message.bytes());
    if exports::host_is_node() {
        // A trap would end node as well, but with many lines about promises.
        let process = host::get(Reference::GLOBAL, "process");
        let _ = host::call(process, "exit", 2);
    }
    if let Ok(mut last) = LAST_WORDS.try_lock() {
        *last = message;
    }
    core::arch::wasm32::unreachable()
}

/// A text of bounded length that needs no allocator.
struct Message {
    buffer: [u8; 4096],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Self { buffer: [0; 4096], length: 0 }
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

impl fmt::Write for Message {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let free = &mut self.buffer[self.length..];
        let fitting = text.floor_char_boundary(free.len());
        free[..fitting].copy_from_slice(&text.as_bytes()[..fitting]);
        self.length += fitting;
        if fitting == text.len() { Ok(()) } else { Err(fmt::Error) }
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
