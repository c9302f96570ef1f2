//! `porchlight porch propose|approve|reject|propose-delete|delete NAME…`

use clap::Args;

use super::failure;
use super::open::ClusterFlags;
use crate::command::lifecycle::{LifecycleCommand, each};
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Revisions {
    #[command(flatten)]
    cluster: ClusterFlags,
    /// Names of package revisions, like `blueprints.edge.upf.v1`
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
}

pub(super) fn run(command: &LifecycleCommand<Revisions>) -> Result<u8, Failure> {
    let (arguments, step) = command.parts();
    let porch = arguments.cluster.open()?;
    each(&arguments.names, |name| {
        let told = porch.step(name, step).and_then(|revision| match revision {
            None => Ok(format!("{name} is deleted")),
            Some(revision) => Ok(format!("{name} is {}", revision.lifecycle()?)),
        });
        told.map_err(|error| failure(&error))
    })
}
