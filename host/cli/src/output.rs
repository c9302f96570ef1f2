//! The two streams of the program.

use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::failure::Failure;

/// Writes data to stdout. A reader that goes away (`| head`) has all it wants: the command does its work to the end, and
/// its exit code is what it would have been.
pub(crate) fn data(bytes: &[u8]) -> Result<(), Failure> {
    streamed(bytes).map(|_| ())
}

/// As [`data`], for work that has no other end than that of its reader.
pub(crate) fn streamed(bytes: &[u8]) -> Result<ControlFlow<()>, Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(ControlFlow::Continue(())),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ControlFlow::Break(())),
        Err(error) => Err(Failure::plain(format!("cannot write to stdout: {error}"))),
    }
}

/// The stream for data, for those who write it themselves; the same holds.
pub(crate) fn stdout() -> impl Write {
    UntilClosed { stdout: io::stdout().lock(), is_closed: false }
}

struct UntilClosed<W> {
    stdout: W,
    is_closed: bool,
}

impl<W: Write> UntilClosed<W> {
    fn unless_closed<T>(&mut self, instead: T, write: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.is_closed {
            return Ok(instead);
        }
        match write(&mut self.stdout) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(instead)
            }
            written => written,
        }
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_closed(bytes.len(), |stdout| stdout.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_closed((), W::flush)
    }
}

/// Writes bytes of a function to stderr, as they are.
pub(crate) fn foreign(bytes: &[u8]) {
    // With stderr gone there is nobody to tell.
    drop(io::stderr().lock().write_all(bytes));
}

/// Writes a line about an error to stderr.
pub(crate) fn error(text: &str) {
    foreign(format!("{text}\n").as_bytes());
}
