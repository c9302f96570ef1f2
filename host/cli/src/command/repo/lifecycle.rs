//! `porchlight repo propose|approve|reject|propose-delete|delete REPOSITORY REVISION…`

use clap::Args;
use porchlight_repository::{PackageRevision, Selector, Step};

use super::failure;
use super::open::{RepositoryFlags, selector};
use crate::command::lifecycle::{LifecycleCommand, each};
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Revisions {
    #[command(flatten)]
    repository: RepositoryFlags,
    /// PACKAGE@WORKSPACE or PACKAGE@v<revision>, one or more
    #[arg(value_name = "REVISION", value_parser = selector, required = true)]
    revisions: Vec<Selector>,
}

pub(super) fn run(command: &LifecycleCommand<Revisions>) -> Result<u8, Failure> {
    let (arguments, step) = command.parts();
    let mut repository = arguments.repository.open()?;
    each(&arguments.revisions, |selector| {
        let revision = repository.step(selector, step).map_err(|error| failure(&error))?;
        Ok(told(&revision, step))
    })
}

fn told(revision: &PackageRevision, step: Step) -> String {
    let title = revision.title();
    match step {
        Step::Delete => format!("{title} is deleted"),
        Step::Approve => format!("{title} is {} as revision {}", revision.lifecycle, revision.revision),
        _ => format!("{title} is {}", revision.lifecycle),
    }
}
