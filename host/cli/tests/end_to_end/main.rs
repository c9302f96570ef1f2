//! The program as its users meet it: whole packages in, whole packages out, and the real kpt beside it where installed.

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod bad_input;
mod catalog;
mod corpus;
mod eval;
mod functions;
mod limits;
mod minimal;
mod program;
mod render;
mod report;
mod runtimes;
