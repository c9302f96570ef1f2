//! `porchlight repo show REPOSITORY REVISION`

use clap::Args;
use porchlight_repository::{Details, PackageRevision, Selector};
use serde::Serialize;

use super::failure;
use super::open::{RepositoryFlags, selector};
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    repository: RepositoryFlags,
    /// PACKAGE@WORKSPACE, PACKAGE@v<revision>, or PACKAGE: its latest published revision
    #[arg(value_name = "REVISION", value_parser = selector)]
    revision: Selector,
}

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    revision: &'a PackageRevision,
    #[serde(flatten)]
    details: Details,
}

pub(crate) fn run(arguments: &Show) -> Result<u8, Failure> {
    let mut repository = arguments.repository.open()?;
    let revision = repository.find(&arguments.revision).map_err(|error| failure(&error))?;
    let details = repository.details(&revision).map_err(|error| failure(&error))?;
    let shown = Shown { revision: &revision, details };
    let json = serde_json::to_string_pretty(&shown).map_err(|error| Failure::plain(error.to_string()))?;
    output::data((json + "\n").as_bytes())?;
    Ok(exit::SUCCESS)
}
