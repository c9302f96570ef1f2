//! Edits of a text: recorded cases and laws.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests may fail and speak")]

mod cases;
mod laws;
