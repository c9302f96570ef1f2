//! `porchlight coverage …`: coverage plans of a package.

mod plot;

use clap::Subcommand;

use crate::failure::Failure;

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum CoverageCommand {
    /// Draw the coverage plans of a package as an SVG map
    ///
    /// The map shows sites, sectors with their beams, physical cell identities and their classes mod 3, neighbour relations
    /// and tracking areas. What the package asks for is planned first, as a render would; no file of it changes.
    Plot(plot::Plot),
}

pub(crate) fn run(command: &CoverageCommand) -> Result<u8, Failure> {
    match command {
        CoverageCommand::Plot(arguments) => plot::run(arguments),
    }
}
