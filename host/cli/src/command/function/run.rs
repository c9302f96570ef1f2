//! `porchlight fn run NAME`

use std::io::{self, Read};

use clap::Args;
use porchlight_krm::Code;
use porchlight_wasm::{RunFailure, Sandbox};

use super::find;
use crate::failure::Failure;
use crate::limits::LimitFlags;
use crate::report::{self, ReportFlags, Work};
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Name of the function, as `porchlight fn list` shows it
    name: String,
    #[command(flatten)]
    limits: LimitFlags,
    #[command(flatten)]
    report: ReportFlags,
}

pub(crate) fn run(arguments: &Run) -> Result<u8, Failure> {
    let work = Work { command: "fn run", done: "ran" };
    arguments.report.beside(true)?;
    arguments
        .report
        .around(report::Run::start(work, &arguments.name, false), |run| run.stage("run", || function(arguments)))
}

fn function(arguments: &Run) -> Result<u8, Failure> {
    let function = find(&arguments.name)?;
    let mut stdin = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut stdin)
        .map_err(|error| Failure::plain(format_args!("cannot read stdin: {error}")).exit(exit::USAGE))?;
    let name = function.name();
    let module = Sandbox::new()
        .and_then(|sandbox| function.load(&sandbox))
        .map_err(|error| Failure::coded(Code::FnImageUnresolved, format_args!("cannot load `{name}`: {error}")))?;
    match module.run(stdin, &arguments.limits.sandbox()) {
        Ok(answer) => {
            output::foreign(&answer.stderr);
            output::data(&answer.stdout)?;
            match answer.exit_code {
                0 => Ok(exit::SUCCESS),
                // A WASI exit code beyond a byte cannot be passed on; it must stay a failure.
                code => {
                    Err(Failure::told(Code::FnTrapped, format_args!("function `{name}` ended with exit code {code}"))
                        .exit(u8::try_from(code).unwrap_or(exit::FAILED)))
                }
            }
        }
        Err(error) => {
            output::foreign(&error.stderr);
            let failed = |code| Failure::coded(code, format_args!("function `{name}` {}", error.failure));
            Err(match error.failure {
                RunFailure::Timeout { .. } => {
                    failed(Code::FnTimeout).hint("allow more time with `--fn-timeout`").exit(exit::DEADLINE)
                }
                RunFailure::MemoryExceeded { .. } => {
                    failed(Code::FnMemoryExceeded).hint("allow more memory with `--fn-memory`")
                }
                RunFailure::OutputExceeded { stream: "stdout", .. } => {
                    failed(Code::FnOutputInvalid).hint("allow more output with `--fn-output`")
                }
                RunFailure::OutputExceeded { .. } => failed(Code::FnOutputInvalid),
                _ => failed(Code::FnTrapped),
            })
        }
    }
}
