//! `porchlight variant expand FILE… --output DIR`

use std::path::PathBuf;

use clap::Args;
use porchlight_variant::report::{Detail, summary, text};
use porchlight_variant::{Plan, write};

use super::sources::{Sources, exit_code};
use crate::failure::Failure;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Expand {
    #[command(flatten)]
    sources: Sources,
    /// Folder for the packages; repositories in it count as if they were named with `--repo`
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

pub(crate) fn run(arguments: &Expand) -> Result<u8, Failure> {
    let plan = arguments.sources.plan(Some(&arguments.output))?;
    let compat = arguments.sources.compat();
    tell(&plan, &text(&plan, Detail::Names, compat));
    for outcome in &plan.outcomes {
        let written = write(outcome, &arguments.output)
            .map_err(|error| Failure::plain(format_args!("cannot write `{}`: {error}", outcome.target())))?;
        if let Some(folder) = written {
            output::data(format!("{}\n", folder.display()).as_bytes())?;
        }
    }
    Ok(exit_code(&plan, compat))
}

/// Of many packages only what is wrong or worth knowing is told.
fn tell(plan: &Plan, report: &str) {
    const FEW: usize = 20;
    if plan.outcomes.len() <= FEW || plan.faults().next().is_some() {
        output::error(report.trim_end());
    } else {
        output::error(&summary(plan));
    }
}
