//! The lifecycle's steps that change no content (porch §3.1, §5.1).

use super::change::pause;
use super::{ATTEMPTS, Repository};
use crate::error::RepositoryError;
use crate::git::RefChange;
use crate::layout::{approval_message, deletion_message};
use crate::revision::{Lifecycle, PackageRevision, Selector, Step};

impl Repository {
    /// Takes a step of the lifecycle. [`Step::Change`] only says whether the content may be changed.
    ///
    /// # Errors
    /// Those of the step.
    pub fn step(&mut self, selector: &Selector, step: Step) -> Result<PackageRevision, RepositoryError> {
        match step {
            Step::Change => self.checked(selector, step),
            Step::Propose => self.propose(selector),
            Step::Approve => self.approve(selector),
            Step::Reject => self.reject(selector),
            Step::ProposeDeletion => self.propose_deletion(selector),
            Step::Delete => self.delete(selector),
        }
    }

    /// Draft to Proposed.
    ///
    /// # Errors
    /// It is no draft; a readiness gate is not met; somebody changed it meanwhile.
    pub fn propose(&mut self, selector: &Selector) -> Result<PackageRevision, RepositoryError> {
        let revision = self.checked(selector, Step::Propose)?;
        self.check_ready(&revision)?;
        let to = self.settings.layout.proposed(&revision.package, &revision.workspace);
        self.rename(&revision, to)
    }

    /// Proposed to Published: a commit on the main branch with the package as proposed, and the tag of the next
    /// revision. Where other packages are published meanwhile, the commit is made anew on top of theirs.
    ///
    /// # Errors
    /// It is not proposed; a readiness gate is not met; somebody changed or rejected it meanwhile.
    pub fn approve(&mut self, selector: &Selector) -> Result<PackageRevision, RepositoryError> {
        let proposed = self.checked(selector, Step::Approve)?;
        self.check_ready(&proposed)?;
        let mut attempts = 1;
        loop {
            match self.publish(&proposed) {
                Err(RepositoryError::Conflict { .. }) if attempts < ATTEMPTS => pause(attempts),
                Err(error) => return Err(error),
                Ok(()) => {
                    self.refresh()?;
                    return self.find(&Selector::workspace(proposed.package, &proposed.workspace));
                }
            }
            attempts += 1;
            self.refresh()?;
            let selector = Selector::workspace(proposed.package.clone(), &proposed.workspace);
            let now = self.find(&selector)?;
            self.check(&now, Step::Approve)?;
            if now.target != proposed.target {
                return Err(RepositoryError::Conflict {
                    reference: crate::layout::Layout::short(&proposed.reference).to_owned(),
                    expected: Some(proposed.target),
                    found: Some(now.target),
                });
            }
        }
    }

    fn publish(&mut self, proposed: &PackageRevision) -> Result<(), RepositoryError> {
        let layout = self.settings.layout.clone();
        let full_path = layout.full_path(&proposed.package);
        let published = self.of_package(&proposed.package)?;
        let highest = published.iter().filter(|revision| revision.lifecycle.is_published());
        let number = highest.map(|revision| revision.revision).max().unwrap_or(0).max(0) + 1;
        let main = self.main_head()?;
        let root = self.root_tree(&main)?;
        let root = self.with_package(Some(&root), &full_path, Some(&proposed.tree))?;
        let message = approval_message(&full_path, &proposed.workspace, number);
        let commit = self.commit(&root, &[&main, &proposed.commit], &message)?;
        let tag = layout.tag(&proposed.package, number, &proposed.workspace);
        self.apply(&[
            RefChange { name: layout.main(), old: Some(main), new: Some(commit.clone()) },
            RefChange { name: tag, old: None, new: Some(commit) },
            RefChange { name: proposed.reference.clone(), old: Some(proposed.target.clone()), new: None },
        ])
    }

    /// Proposed back to Draft, or DeletionProposed back to Published.
    ///
    /// # Errors
    /// Nothing is proposed; somebody changed it meanwhile.
    pub fn reject(&mut self, selector: &Selector) -> Result<PackageRevision, RepositoryError> {
        let revision = self.checked(selector, Step::Reject)?;
        if revision.lifecycle == Lifecycle::Proposed {
            let to = self.settings.layout.draft(&revision.package, &revision.workspace);
            return self.rename(&revision, to);
        }
        let mark = self.mark(&revision);
        self.apply(&[RefChange { name: mark, old: revision.deletion.clone(), new: None }])?;
        Ok(PackageRevision { lifecycle: Lifecycle::Published, deletion: None, ..revision })
    }

    /// Published to DeletionProposed.
    ///
    /// # Errors
    /// It is not published; somebody was first.
    pub fn propose_deletion(&mut self, selector: &Selector) -> Result<PackageRevision, RepositoryError> {
        let revision = self.checked(selector, Step::ProposeDeletion)?;
        let commit = revision.commit.clone();
        self.apply(&[RefChange { name: self.mark(&revision), old: None, new: Some(commit.clone()) }])?;
        Ok(PackageRevision { lifecycle: Lifecycle::DeletionProposed, deletion: Some(commit), ..revision })
    }

    /// Out of the repository: the branch of a draft or proposal, the tag of a revision. What the main branch holds
    /// stays, until its placeholder is deleted.
    ///
    /// # Errors
    /// It is published, and nobody proposed its deletion; its tag is not one that Porch gives; somebody changed it
    /// meanwhile.
    pub fn delete(&mut self, selector: &Selector) -> Result<PackageRevision, RepositoryError> {
        let revision = self.checked(selector, Step::Delete)?;
        let own = RefChange { name: revision.reference.clone(), old: Some(revision.target.clone()), new: None };
        let mut changes = if revision.is_placeholder() {
            let full_path = self.settings.layout.full_path(&revision.package);
            let root = self.root_tree(&revision.commit)?;
            let root = self.with_package(Some(&root), &full_path, None)?;
            let commit = self.commit(&root, &[&revision.commit], &deletion_message(&full_path))?;
            vec![RefChange { new: Some(commit), ..own }]
        } else {
            vec![own]
        };
        if revision.lifecycle == Lifecycle::DeletionProposed {
            changes.push(RefChange { name: self.mark(&revision), old: revision.deletion.clone(), new: None });
        }
        self.apply(&changes)?;
        Ok(revision)
    }

    /// The revision that is meant, as it is now, if the step is allowed.
    fn checked(&mut self, selector: &Selector, step: Step) -> Result<PackageRevision, RepositoryError> {
        self.refresh()?;
        let revision = self.find(selector)?;
        self.check(&revision, step)?;
        Ok(revision)
    }

    /// Every gate needs a condition that is true. Porch leaves this check to its clients (porch §3.1).
    fn check_ready(&mut self, revision: &PackageRevision) -> Result<(), RepositoryError> {
        let gates = self.kptfile(revision)?.unmet();
        if gates.is_empty() {
            return Ok(());
        }
        Err(RepositoryError::NotReady { revision: revision.title(), gates })
    }

    /// Moves a branch to another name, with the same commit.
    fn rename(&mut self, revision: &PackageRevision, to: String) -> Result<PackageRevision, RepositoryError> {
        self.apply(&[
            RefChange { name: to, old: None, new: Some(revision.commit.clone()) },
            RefChange { name: revision.reference.clone(), old: Some(revision.target.clone()), new: None },
        ])?;
        self.refresh()?;
        self.find(&Selector::workspace(revision.package.clone(), &revision.workspace))
    }

    /// The branch that proposes the deletion of a revision.
    fn mark(&self, revision: &PackageRevision) -> String {
        self.settings.layout.deletion_proposed(&revision.package, revision.revision, &revision.workspace)
    }
}
