//! `porchlight variant …`: PackageVariants and PackageVariantSets without a cluster.

mod expand;
mod preview;
mod sources;

use clap::Subcommand;

use crate::failure::Failure;

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum VariantCommand {
    /// Show which packages Porch's controllers would make of variants and sets, and how they differ from their blueprints
    ///
    /// Nothing is written. A package is compared with its blueprint where it is new, and with itself where it is there.
    Preview(preview::Preview),
    /// Write the packages of variants and sets to folders, one for each package revision
    ///
    /// They go to DIR/<repository>/<package>/<workspace>. What is there from a run before is brought up to date.
    Expand(expand::Expand),
}

pub(crate) fn run(command: &VariantCommand) -> Result<u8, Failure> {
    match command {
        VariantCommand::Preview(arguments) => preview::run(arguments),
        VariantCommand::Expand(arguments) => expand::run(arguments),
    }
}
