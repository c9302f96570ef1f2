//! Whole packages, read and written again: as kpt does it, and with only that changed which functions changed.

#![expect(clippy::print_stdout, reason = "tests say what they skipped and measured")]

mod differential;
mod minimal;
mod reading;
mod round_trip;
