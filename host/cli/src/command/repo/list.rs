//! `porchlight repo list REPOSITORY`

use clap::Args;
use porchlight_repository::{Filter, Lifecycle, PackagePath, PackageRevision};

use super::failure;
use super::open::RepositoryFlags;
use crate::command::listing::{Listing, table};
use crate::exit;
use crate::failure::Failure;

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
    #[command(flatten)]
    listing: Listing,
}

fn package(text: &str) -> Result<PackagePath, String> {
    PackagePath::existing(text.trim_matches('/')).ok_or_else(|| "it is no path of a package".to_owned())
}

pub(crate) fn run(arguments: &List) -> Result<u8, Failure> {
    let mut repository = arguments.repository.open()?;
    let filter =
        Filter { package: arguments.package.clone(), lifecycle: arguments.lifecycle, latest: arguments.latest };
    let revisions = repository.revisions(&filter).map_err(|error| failure(&error))?;
    let head = ["PACKAGE", "WORKSPACE", "REVISION", "LATEST", "LIFECYCLE"];
    arguments.listing.print(&revisions, || table(head, revisions.iter().map(row)))?;
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
