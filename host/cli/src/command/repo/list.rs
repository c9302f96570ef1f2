//! `porchlight repo list REPOSITORY`

use clap::{Args, ValueEnum};
use porchlight_repository::{Filter, Lifecycle, PackagePath, PackageRevision};

use super::failure;
use super::open::RepositoryFlags;
use crate::command::table::table;
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    repository: RepositoryFlags,
    /// Only revisions of this package
    #[arg(long, value_name = "PATH", value_parser = package)]
    package: Option<PackagePath>,
    /// Only revisions of this stage: `Draft`, `Proposed`, `Published`, `DeletionProposed`
    #[arg(long, value_name = "STAGE")]
    lifecycle: Option<Lifecycle>,
    /// Only the newest published revision of each package
    #[arg(long)]
    latest: bool,
    /// Form of the list
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Json,
}

fn package(text: &str) -> Result<PackagePath, String> {
    PackagePath::existing(text.trim_matches('/')).ok_or_else(|| "it is no path of a package".to_owned())
}

pub(crate) fn run(arguments: &List) -> Result<u8, Failure> {
    let mut repository = arguments.repository.open()?;
    let filter =
        Filter { package: arguments.package.clone(), lifecycle: arguments.lifecycle, latest: arguments.latest };
    let revisions = repository.revisions(&filter).map_err(|error| failure(&error))?;
    let text = match arguments.format {
        Form::Text => table(["PACKAGE", "WORKSPACE", "REVISION", "LATEST", "LIFECYCLE"], revisions.iter().map(row)),
        Form::Json => {
            serde_json::to_string_pretty(&revisions).map_err(|error| Failure::plain(error.to_string()))? + "\n"
        }
    };
    output::data(text.as_bytes())?;
    Ok(exit::SUCCESS)
}

fn row(revision: &PackageRevision) -> [String; 5] {
    [
        revision.package.to_string(),
        revision.workspace.clone(),
        revision.revision.to_string(),
        if revision.latest { "yes" } else { "" }.to_owned(),
        revision.lifecycle.to_string(),
    ]
}
