//! `porchlight image …`: images of functions, in registries and on disk.

mod access;
mod build;
mod copy;
mod inspect;
mod load;
mod pull;
mod push;
mod save;

use clap::Subcommand;
use porchlight_krm::Code;
use porchlight_oci::{Digest, ImageError, Reference};

use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum ImageCommand {
    /// Make images of functions from programs and modules: containers and wasm under one name, into an OCI image layout
    ///
    /// No daemon and no network is needed, and the same programs give the same digests. `scripts/build-functions` makes
    /// what this takes.
    Build(build::Build),
    /// Send the images of a layout to their registries
    Push(push::Push),
    /// Bring the module of an image to this machine, where renders find it
    Pull(pull::Pull),
    /// Show what there is of an image: platforms, sizes, bills of materials, signatures
    Inspect(inspect::Inspect),
    /// Copy an image with everything about it from registry to registry
    Copy(copy::Copy),
    /// Put images with everything about them into one file, for machines without a network
    Save(save::Save),
    /// Take images from such a file, where renders find them
    Load(load::Load),
}

pub(crate) fn run(command: &ImageCommand) -> Result<u8, Failure> {
    match command {
        ImageCommand::Build(arguments) => build::run(arguments),
        ImageCommand::Push(arguments) => push::run(arguments),
        ImageCommand::Pull(arguments) => pull::run(arguments),
        ImageCommand::Inspect(arguments) => inspect::run(arguments),
        ImageCommand::Copy(arguments) => copy::run(arguments),
        ImageCommand::Save(arguments) => save::run(arguments),
        ImageCommand::Load(arguments) => load::run(arguments),
    }
}

/// An error of images, as a user meets it.
pub(crate) fn failure(error: &ImageError) -> Failure {
    match error {
        ImageError::Signature { .. } | ImageError::DigestMismatch { .. } => {
            Failure::coded(Code::VerifyFailed, error).exit(exit::VERIFICATION)
        }
        ImageError::Unreachable { .. } | ImageError::TooManyRequests { .. } | ImageError::Server { .. } => {
            Failure::coded(Code::FnImageUnresolved, error).exit(exit::EXTERNAL)
        }
        ImageError::Layout { .. } | ImageError::Build { .. } | ImageError::Store { .. } => Failure::plain(error),
        _ => Failure::coded(Code::FnImageUnresolved, error),
    }
}

/// Says which image it was, by the name that cannot come to mean anything else.
fn tell(name: &Reference, digest: Digest) -> Result<(), Failure> {
    output::data(format!("{}\n", name.pinned(digest)).as_bytes())
}
