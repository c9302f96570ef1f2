//! `porchlight repo get REPOSITORY REVISION [DIR]`

use std::path::PathBuf;

use clap::Args;
use porchlight_repository::{FetchedRevision, Selector};

use super::failure;
use super::open::{RepositoryFlags, selector};
use crate::command::folder;
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Get {
    #[command(flatten)]
    repository: RepositoryFlags,
    /// PACKAGE@WORKSPACE, PACKAGE@v<revision>, or PACKAGE: its latest published revision
    #[arg(value_name = "REVISION", value_parser = selector)]
    revision: Selector,
    /// Folder to write, which must not exist yet [default: last part of PACKAGE]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Get) -> Result<u8, Failure> {
    let mut repository = arguments.repository.open()?;
    let revision = repository.find(&arguments.revision).map_err(|error| failure(&error))?;
    let contents = repository.contents(&revision).map_err(|error| failure(&error))?;
    let folder = arguments.folder.clone().unwrap_or_else(|| PathBuf::from(revision.package.name()));
    contents.write_to(&folder).map_err(|error| folder::failure(&error))?;
    let note = FetchedRevision { name: revision.name.clone(), version: revision.commit.to_string() };
    note.write_to(&folder).map_err(|error| folder::failure(&error))?;
    let (title, stage, files) = (revision.title(), revision.lifecycle, contents.len());
    output::error(&format!("{title} ({stage}) is in `{}`: {files} file(s)", folder.display()));
    Ok(exit::SUCCESS)
}
