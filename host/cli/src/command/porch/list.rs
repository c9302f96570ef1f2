//! `porchlight porch list`

use clap::Args;
use porchlight_porch::PackageRevision;
use porchlight_repository::Lifecycle;

use super::failure;
use super::open::ClusterFlags;
use super::scope::ScopeFlags;
use crate::command::listing::{Listing, table};
use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    cluster: ClusterFlags,
    #[command(flatten)]
    scope: ScopeFlags,
    /// Only revisions of this stage: `Draft`, `Proposed`, `Published`, `DeletionProposed`
    #[arg(long, value_name = "STAGE")]
    lifecycle: Option<Lifecycle>,
    // For programs: the objects as the server wrote them.
    #[command(flatten)]
    listing: Listing,
}

pub(crate) fn run(arguments: &List) -> Result<u8, Failure> {
    let porch = arguments.cluster.open()?;
    let filter = arguments.scope.filter(arguments.lifecycle);
    let revisions = porch.list(&filter).map_err(|error| failure(&error))?;
    let objects: Vec<_> = revisions.iter().map(PackageRevision::object).collect();
    let head = ["NAME", "PACKAGE", "WORKSPACE", "REVISION", "LATEST", "LIFECYCLE"];
    arguments.listing.print(&objects, || table(head, revisions.iter().map(row)))?;
    Ok(exit::SUCCESS)
}

fn row(revision: &PackageRevision) -> [String; 6] {
    [
        revision.name().to_owned(),
        revision.package().to_owned(),
        revision.workspace().to_owned(),
        revision.revision().to_string(),
        if revision.latest() { "yes" } else { "" }.to_owned(),
        revision.lifecycle().map(|lifecycle| lifecycle.to_string()).unwrap_or_default(),
    ]
}
