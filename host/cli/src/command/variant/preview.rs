//! `porchlight variant preview FILE…`

use clap::Args;
use porchlight_variant::report::{Detail, text};

use super::sources::{Sources, exit_code};
use crate::failure::Failure;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Preview {
    #[command(flatten)]
    sources: Sources,
    /// Show the packages, not how they differ
    #[arg(long)]
    names_only: bool,
}

pub(crate) fn run(arguments: &Preview) -> Result<u8, Failure> {
    let plan = arguments.sources.plan(None)?;
    let detail = if arguments.names_only { Detail::Names } else { Detail::Differences };
    let compat = arguments.sources.compat();
    output::data(text(&plan, detail, compat).as_bytes())?;
    Ok(exit_code(&plan, compat))
}
