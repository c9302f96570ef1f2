//! `porchlight image load`

use std::path::PathBuf;

use clap::Args;

use super::access::Access;
use super::{failure, tell};
use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Load {
    /// File with images, as `porchlight image save` writes it
    file: PathBuf,
    #[command(flatten)]
    access: Access,
}

pub(super) fn run(arguments: &Load) -> Result<u8, Failure> {
    let images = arguments.access.images(&[])?;
    for (name, digest) in images.load(&arguments.file).map_err(|error| failure(&error))? {
        tell(&name, digest)?;
    }
    Ok(exit::SUCCESS)
}
