//! What a revision's Kptfile and history tell, beyond what a list needs.

use serde::Serialize;

use super::Repository;
use crate::error::RepositoryError;
use crate::kptfile::{Condition, Lock, Upstream};
use crate::layout::{Layout, Task};
use crate::revision::PackageRevision;

/// What Porch shows of a revision in spec and status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    /// Where the revision is, for those who take it as an upstream (porch §5.4).
    pub self_lock: Lock,
    /// What the package follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<Upstream>,
    /// What of it the package was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream_lock: Option<Lock>,
    /// Types of the conditions that have to be true before a proposal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub readiness_gates: Vec<String>,
    /// Conditions of the package.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// How the revision came to be, where its history tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Task>,
    /// True in a deployment repository.
    pub deployment: bool,
}

impl Repository {
    /// Where a revision is, for those who take it as an upstream (porch §5.4).
    #[must_use]
    pub fn lock(&self, revision: &PackageRevision) -> Lock {
        Lock {
            repo: self.address.clone(),
            directory: self.settings.layout.full_path(&revision.package),
            reference: Layout::short(&revision.reference).to_owned(),
            commit: revision.commit.to_string(),
        }
    }

    /// The details of a revision. Its history is read as a stream, and only as far as needed.
    ///
    /// # Errors
    /// The Kptfile cannot be read; git.
    pub fn details(&mut self, revision: &PackageRevision) -> Result<Details, RepositoryError> {
        let kptfile = self.kptfile(revision)?;
        let full_path = self.settings.layout.full_path(&revision.package);
        let task = self.git.find_in_history(self.place.directory(), &revision.commit, |message| {
            crate::layout::Trailer::of(message)
                .filter(|trailer| trailer.is_about(&full_path, &revision.workspace))
                .find_map(|trailer| trailer.task.filter(Task::begins))
        })?;
        Ok(Details {
            self_lock: self.lock(revision),
            upstream: kptfile.upstream,
            upstream_lock: kptfile.upstream_lock,
            readiness_gates: kptfile.gates,
            conditions: kptfile.conditions,
            task,
            deployment: self.settings.deployment,
        })
    }
}
