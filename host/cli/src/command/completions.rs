//! `porchlight completions SHELL`

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Shell whose completion script to print
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(arguments: &Completions) -> Result<u8, Failure> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut Arguments::command(), "porchlight", &mut script);
    output::data(&script)?;
    Ok(exit::SUCCESS)
}
