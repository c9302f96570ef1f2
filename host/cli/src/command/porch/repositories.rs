//! `porchlight porch repositories [NAME…]`

use clap::Args;
use porchlight_porch::{Health, RegisteredRepository};

use super::failure;
use super::open::ClusterFlags;
use crate::command::listing::{Listing, table};
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Repositories {
    #[command(flatten)]
    cluster: ClusterFlags,
    /// Only these, each of which has to be there and ready; otherwise the exit code is 1
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    // For programs: the objects as the server wrote them.
    #[command(flatten)]
    listing: Listing,
}

pub(crate) fn run(arguments: &Repositories) -> Result<u8, Failure> {
    let names = &arguments.names;
    let mut found = arguments.cluster.open()?.repositories().map_err(|error| failure(&error))?;
    found.retain(|repository| names.is_empty() || names.iter().any(|name| name == repository.name()));
    let objects: Vec<_> = found.iter().map(RegisteredRepository::object).collect();
    let head = ["NAME", "HEALTH", "DEPLOYMENT", "BRANCH", "DIRECTORY", "ADDRESS"];
    arguments.listing.print(&objects, || table(head, found.iter().map(row)))?;
    let mut all_ready = true;
    for name in names.iter().filter(|name| !found.iter().any(|repository| repository.name() == **name)) {
        output::error(&format!("missing: {name}"));
        all_ready = false;
    }
    for repository in &found {
        let (health, message) = repository.health();
        all_ready &= health == Health::Ready;
        if health == Health::Denied && !message.is_empty() {
            output::error(&format!("{}: {message}", repository.name()));
        }
    }
    Ok(if all_ready || names.is_empty() { exit::SUCCESS } else { exit::FAILED })
}

fn row(repository: &RegisteredRepository) -> [String; 6] {
    let health = match repository.health().0 {
        Health::Ready => "ready",
        Health::Waiting => "waiting",
        Health::Denied => "denied",
    };
    let deployment = if repository.is_deployment() { "yes" } else { "" };
    [repository.name(), health, deployment, repository.branch(), repository.directory(), repository.address()]
        .map(str::to_owned)
}
