//! Repositories as Porch lays them out, written by this crate and checked with plain git, and the other way round.

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod bad_input;
mod conflicts;
mod layout;
mod remote;
mod scratch;
mod unsafe_trees;
