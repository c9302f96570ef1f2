//! `porchlight repo propose|approve|reject|propose-delete|delete REPOSITORY REVISION…`

use clap::Args;
use porchlight_repository::{PackageRevision, Selector};

use super::failure;
use super::open::{RepositoryFlags, selector};
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Revisions {
    #[command(flatten)]
    repository: RepositoryFlags,
    /// PACKAGE@WORKSPACE or PACKAGE@v<revision>, one or more
    #[arg(value_name = "REVISION", value_parser = selector, required = true)]
    revisions: Vec<Selector>,
}

/// A step of the lifecycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Propose,
    Approve,
    Reject,
    ProposeDelete,
    Delete,
}

/// Takes the step with every revision, also where one of them fails; the last failure is the command's.
pub(super) fn run(arguments: &Revisions, doing: Doing) -> Result<u8, Failure> {
    let mut repository = arguments.repository.open()?;
    let mut failed: Option<Failure> = None;
    for selector in &arguments.revisions {
        let outcome = match doing {
            Doing::Propose => repository.propose(selector),
            Doing::Approve => repository.approve(selector),
            Doing::Reject => repository.reject(selector),
            Doing::ProposeDelete => repository.propose_deletion(selector),
            Doing::Delete => repository.delete(selector),
        };
        match outcome {
            Ok(revision) => output::data(format!("{}\n", told(&revision, doing)).as_bytes())?,
            Err(error) => {
                if let Some(before) = failed.replace(failure(&error)) {
                    before.print();
                }
            }
        }
    }
    failed.map_or(Ok(exit::SUCCESS), Err)
}

fn told(revision: &PackageRevision, doing: Doing) -> String {
    let title = revision.title();
    match doing {
        Doing::Delete => format!("{title} is deleted"),
        Doing::Approve => format!("{title} is {} as revision {}", revision.lifecycle, revision.revision),
        _ => format!("{title} is {}", revision.lifecycle),
    }
}
