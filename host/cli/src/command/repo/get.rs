//! `porchlight repo get REPOSITORY REVISION [DIR]`

use std::path::PathBuf;

use clap::Args;
use porchlight_krm::Code;
use porchlight_repository::{ContentsError, FetchedRevision, Selector};

use super::failure;
use super::open::{RepositoryFlags, selector};
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
    contents.write_to(&folder).map_err(|error| folder_failure(&error))?;
    let note = FetchedRevision { name: revision.name.clone(), commit: revision.commit.clone() };
    note.write_to(&folder).map_err(|error| folder_failure(&error))?;
    let (title, stage, files) = (revision.title(), revision.lifecycle, contents.len());
    output::error(&format!("{title} ({stage}) is in `{}`: {files} file(s)", folder.display()));
    Ok(exit::SUCCESS)
}

/// An error with a folder of the user.
pub(super) fn folder_failure(error: &ContentsError) -> Failure {
    let failure = Failure::plain(error).exit(exit::USAGE);
    match error {
        ContentsError::FolderExists(_) => failure.hint("name another folder, or remove this one"),
        ContentsError::Unsafe { .. } | ContentsError::TooLarge(_) | ContentsError::NoKptfile => {
            failure.code(Code::RevisionInvalid).exit(exit::FAILED)
        }
        _ => failure,
    }
}
