//! `porchlight image pull`

use clap::Args;
use porchlight_oci::Reference;

use super::access::Access;
use super::{failure, tell};
use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Pull {
    /// Full names of images
    #[arg(value_name = "IMAGE", required = true)]
    images: Vec<Reference>,
    #[command(flatten)]
    access: Access,
}

pub(super) fn run(arguments: &Pull) -> Result<u8, Failure> {
    let puller = arguments.access.puller(&arguments.images.iter().collect::<Vec<_>>())?;
    for image in &arguments.images {
        let pulled = puller.module(image, porchlight_oci::Pull::Always).map_err(|error| failure(&error))?;
        tell(image, pulled.digest)?;
    }
    Ok(exit::SUCCESS)
}
