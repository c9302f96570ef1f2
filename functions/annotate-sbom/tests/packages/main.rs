//! Whole packages: properties that hold for all of them, and packages that others wrote.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests stop at the first thing that is wrong and say what they skip"
)]

mod catalog;
mod corpus;
mod package;
mod properties;
