//! `Format::Minimal`: what no function changed keeps its bytes.

#![expect(clippy::print_stdout, reason = "tests say what they skipped and measured")]

mod corpus;
mod edits;
mod files;
mod passage;
