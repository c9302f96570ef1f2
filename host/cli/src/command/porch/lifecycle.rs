//! `porchlight porch propose|approve|reject|propose-delete|delete NAME…`

use clap::Args;
use porchlight_repository::Step;

use super::failure;
use super::open::ClusterFlags;
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Revisions {
    #[command(flatten)]
    cluster: ClusterFlags,
    /// Names of package revisions, like `blueprints.edge.upf.v1`
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
}

/// Takes the step with every revision, also where one of them fails; the last failure is the command's.
pub(super) fn run(arguments: &Revisions, step: Step) -> Result<u8, Failure> {
    let porch = arguments.cluster.open()?;
    let mut failed: Option<Failure> = None;
    for name in &arguments.names {
        match porch.step(name, step) {
            Ok(None) => output::data(format!("{name} is deleted\n").as_bytes())?,
            Ok(Some(revision)) => {
                let lifecycle = revision.lifecycle().map_err(|error| failure(&error))?;
                output::data(format!("{name} is {lifecycle}\n").as_bytes())?;
            }
            Err(error) => {
                if let Some(before) = failed.replace(failure(&error)) {
                    before.print();
                }
            }
        }
    }
    failed.map_or(Ok(exit::SUCCESS), Err)
}
