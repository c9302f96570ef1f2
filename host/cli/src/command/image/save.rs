//! `porchlight image save`

use std::path::PathBuf;

use clap::Args;
use porchlight_oci::{Place, Reference};

use super::access::Access;
use super::{failure, tell};
use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Save {
    /// Full names of images
    #[arg(value_name = "IMAGE", required = true)]
    images: Vec<Reference>,
    /// File to write: an OCI image layout as a tar archive
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Take what is on this machine, without asking registries
    #[arg(long)]
    from_store: bool,
    #[command(flatten)]
    access: Access,
}

pub(super) fn run(arguments: &Save) -> Result<u8, Failure> {
    let images = arguments.access.images(&arguments.images.iter().collect::<Vec<_>>())?;
    let place = if arguments.from_store { Place::Store } else { Place::Registry };
    let saved = images.save(&arguments.images, place, &arguments.output).map_err(|error| failure(&error))?;
    for (name, digest) in saved {
        tell(&name, digest)?;
    }
    Ok(exit::SUCCESS)
}
