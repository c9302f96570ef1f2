//! The steps of package revisions, in repositories and in clusters.

use clap::{Args, Subcommand};
use porchlight_repository::Step;

use crate::failure::Failure;
use crate::{exit, output};

/// A step, and what says which revisions take it.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum LifecycleCommand<R: Args> {
    /// Propose drafts for publication
    Propose(R),
    /// Publish proposals; each becomes the next revision of its package
    Approve(R),
    /// Make proposals drafts again, or keep revisions whose deletion was proposed
    Reject(R),
    /// Propose published revisions for deletion
    ProposeDelete(R),
    /// Delete drafts, proposals, and revisions whose deletion was proposed
    Delete(R),
}

impl<R: Args> LifecycleCommand<R> {
    pub(super) fn parts(&self) -> (&R, Step) {
        match self {
            Self::Propose(revisions) => (revisions, Step::Propose),
            Self::Approve(revisions) => (revisions, Step::Approve),
            Self::Reject(revisions) => (revisions, Step::Reject),
            Self::ProposeDelete(revisions) => (revisions, Step::ProposeDeletion),
            Self::Delete(revisions) => (revisions, Step::Delete),
        }
    }
}

/// Takes the step with every revision, also where one of them fails, and says what became of it; the last failure is the
/// command's.
pub(super) fn each<T>(revisions: &[T], mut step: impl FnMut(&T) -> Result<String, Failure>) -> Result<u8, Failure> {
    let mut failed: Option<Failure> = None;
    for revision in revisions {
        match step(revision) {
            Ok(told) => output::data(format!("{told}\n").as_bytes())?,
            Err(failure) => {
                if let Some(before) = failed.replace(failure) {
                    before.print();
                }
            }
        }
    }
    failed.map_or(Ok(exit::SUCCESS), Err)
}
