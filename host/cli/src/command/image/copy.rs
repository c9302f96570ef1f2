//! `porchlight image copy`

use clap::Args;
use porchlight_oci::Reference;

use super::access::Access;
use super::{failure, tell};
use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Copy {
    /// Full name of the image
    #[arg(value_name = "IMAGE")]
    from: Reference,
    /// Full name it gets
    #[arg(value_name = "NEW-NAME")]
    to: Reference,
    #[command(flatten)]
    access: Access,
}

pub(super) fn run(arguments: &Copy) -> Result<u8, Failure> {
    // The flag is for whichever of the two is of this machine.
    let local: Vec<&Reference> = [&arguments.from, &arguments.to].into_iter().filter(|name| name.is_local()).collect();
    let names = if local.is_empty() { vec![&arguments.from, &arguments.to] } else { local };
    let digest =
        arguments.access.images(&names)?.copy(&arguments.from, &arguments.to).map_err(|error| failure(&error))?;
    tell(&arguments.to, digest)?;
    Ok(exit::SUCCESS)
}
