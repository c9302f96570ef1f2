//! `porchlight porch pull NAME [DIR]`

use std::path::PathBuf;

use clap::Args;
use porchlight_repository::FetchedRevision;

use super::failure;
use super::open::ClusterFlags;
use crate::command::folder;
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Pull {
    #[command(flatten)]
    cluster: ClusterFlags,
    /// Name of the package revision, like `blueprints.edge.upf.v1`
    #[arg(value_name = "NAME")]
    name: String,
    /// Folder to write, which must not exist yet [default: last part of the package's name]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Pull) -> Result<u8, Failure> {
    let porch = arguments.cluster.open()?;
    let resources = porch.resources(&arguments.name).map_err(|error| failure(&error))?;
    let contents = resources.contents().map_err(|error| failure(&error))?;
    let folder = arguments.folder.clone().unwrap_or_else(|| PathBuf::from(resources.package()));
    contents.write_to(&folder).map_err(|error| folder::failure(&error))?;
    let note = FetchedRevision { name: arguments.name.clone(), version: resources.version().to_owned() };
    note.write_to(&folder).map_err(|error| folder::failure(&error))?;
    output::error(&format!("{} is in `{}`: {} file(s)", arguments.name, folder.display(), contents.len()));
    Ok(exit::SUCCESS)
}
