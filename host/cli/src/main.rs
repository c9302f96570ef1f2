//! `porchlight`: renders kpt packages through sandboxed KRM functions.
//!
//! This crate is the command line and nothing else: it parses arguments, calls the libraries and says what happened.
//! stdout carries data only; progress and errors go to stderr.

mod arguments;
mod command;
mod exit;
mod failure;
mod interrupt;
mod limits;
mod memory;
mod output;
mod report;
mod runtime;
mod threads;
mod timestamp;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;

fn main() -> ExitCode {
    memory::take_in_large_steps();
    let arguments = match Arguments::try_parse_from(command::serve::as_called(std::env::args_os())) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version come this way too, with exit code 0. Nobody is left to tell if printing fails.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(exit::USAGE));
        }
    };
    let outcome = command::run(arguments.command);
    interrupt::give_way();
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.exit)
        }
    }
}
