//! `porchlight provenance …`: statements of how packages were rendered.

mod verify;

use clap::Subcommand;

use crate::failure::Failure;

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum ProvenanceCommand {
    /// Compare a package with the statement that `porchlight render --provenance` wrote about it
    ///
    /// Ends with 1 where the package is not as the statement tells. The statement's signature, if there is one, is
    /// not looked at: `cosign verify-blob-attestation` does that.
    Verify(verify::Verify),
}

pub(crate) fn run(command: &ProvenanceCommand) -> Result<u8, Failure> {
    match command {
        ProvenanceCommand::Verify(arguments) => verify::run(arguments),
    }
}
