//! The two streams of the program.

use std::io::{self, Write};

use crate::failure::Failure;

/// Writes data to stdout.
pub(crate) fn data(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::plain(format!("cannot write to stdout: {error}")))
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
