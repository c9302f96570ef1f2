//! Edits of a text: recorded cases and laws.

#![expect(clippy::unwrap_used, reason = "tests may fail")]

mod cases;
mod laws;
