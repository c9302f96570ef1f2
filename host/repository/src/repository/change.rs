//! Making and changing drafts.

use std::thread;
use std::time::Duration;

use super::{ATTEMPTS, Repository};
use crate::contents::Contents;
use crate::error::RepositoryError;
use crate::git::RefChange;
use crate::layout::{Layout, PackagePath, Task, check_object_name, check_workspace, draft_message};
use crate::revision::{PackageRevision, Selector, Step};

/// What became of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updated {
    /// The draft as it is now.
    pub revision: PackageRevision,
    /// Paths of files that changed, in order; none: nothing was written.
    pub changed: Vec<String>,
    /// How often the work was done because others were first, 1 where nobody was.
    pub attempts: u32,
}

/// Why a draft did not change.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError<E> {
    /// The repository.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// The work on its content.
    #[error("the content was not made")]
    Work(E),
}

impl Repository {
    /// Makes a draft of a package, beside what is published of it (porch §5.3: based on the main branch).
    ///
    /// # Errors
    /// A name that cannot be used; the workspace is taken; another package above or below; no Kptfile.
    pub fn create(
        &mut self,
        package: &PackagePath,
        workspace: &str,
        task: Task,
        contents: &Contents,
    ) -> Result<PackageRevision, RepositoryError> {
        // A path that is there already need not be one that could be made.
        PackagePath::new(package.as_str())?;
        check_workspace(workspace)?;
        check_object_name(&package.object_name(&self.settings.name, workspace))?;
        self.refresh()?;
        let there = self.of_package(package)?;
        if let Some(taken) = there.iter().find(|revision| revision.workspace == workspace) {
            return Err(RepositoryError::Exists { revision: taken.title(), lifecycle: taken.lifecycle });
        }
        if let (Some(first), "init" | "clone") = (there.first(), task.kind.as_str()) {
            return Err(RepositoryError::Exists { revision: first.title(), lifecycle: first.lifecycle });
        }
        if there.is_empty() {
            self.check_not_nested(package)?;
        }
        let full_path = self.settings.layout.full_path(package);
        let tree = self.store(format!("{package}@{workspace}"), contents)?;
        let main = self.main_head()?;
        let root = self.root_tree(&main)?;
        let root = self.with_package(Some(&root), &full_path, Some(&tree))?;
        let commit = self.commit(&root, &[&main], &draft_message(&full_path, workspace, task))?;
        let name = self.settings.layout.draft(package, workspace);
        self.apply(&[RefChange { name, old: None, new: Some(commit) }])?;
        self.refresh()?;
        self.find(&Selector::workspace(package.clone(), workspace))
    }

    /// A published revision and its files, to begin a new one with.
    ///
    /// # Errors
    /// It is not published, or is only what the main branch holds; as [`Self::contents`].
    pub fn source(&mut self, selector: &Selector) -> Result<(PackageRevision, Contents), RepositoryError> {
        let revision = self.find(selector)?;
        if !revision.lifecycle.is_published() || revision.is_placeholder() {
            return Err(RepositoryError::NotASource(revision.title()));
        }
        let contents = self.contents(&revision)?;
        Ok((revision, contents))
    }

    /// Changes the content of a draft. `work` makes the new content from the draft as it is; where somebody else
    /// changes the draft meanwhile, it is called again with what they made of it, so nothing is lost.
    ///
    /// # Errors
    /// There is no such draft; what `work` says; somebody else was first every time.
    pub fn update<E>(
        &mut self,
        selector: &Selector,
        task: &Task,
        mut work: impl FnMut(&mut Self, &PackageRevision, &Contents) -> Result<Contents, E>,
    ) -> Result<Updated, UpdateError<E>> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            self.refresh()?;
            let revision = self.find(selector)?;
            self.check(&revision, Step::Change)?;
            let old = self.contents(&revision)?;
            let new = work(self, &revision, &old).map_err(UpdateError::Work)?;
            let changed = new.differences(&old);
            if changed.is_empty() {
                return Ok(Updated { revision, changed, attempts });
            }
            match self.write(&revision, task.clone(), &new) {
                Ok(revision) => return Ok(Updated { revision, changed, attempts }),
                Err(RepositoryError::Conflict { .. }) if attempts < ATTEMPTS => pause(attempts),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn write(
        &mut self,
        revision: &PackageRevision,
        task: Task,
        contents: &Contents,
    ) -> Result<PackageRevision, RepositoryError> {
        let full_path = self.settings.layout.full_path(&revision.package);
        let tree = self.store(revision.title(), contents)?;
        let root = self.root_tree(&revision.commit)?;
        let root = self.with_package(Some(&root), &full_path, Some(&tree))?;
        let message = draft_message(&full_path, &revision.workspace, task);
        let commit = self.commit(&root, &[&revision.commit], &message)?;
        let (old, new) = (Some(revision.target.clone()), Some(commit.clone()));
        self.apply(&[RefChange { name: revision.reference.clone(), old, new }])?;
        Ok(PackageRevision { target: commit.clone(), commit, tree, ..revision.clone() })
    }

    /// Refuses a step that the lifecycle does not allow.
    pub(super) fn check(&self, revision: &PackageRevision, step: Step) -> Result<(), RepositoryError> {
        let allowed = revision.lifecycle.after(step).map(drop);
        allowed.map_err(|refused| RepositoryError::Lifecycle { revision: revision.title(), refused })
    }

    /// Refuses a package inside another one, or around one.
    fn check_not_nested(&mut self, package: &PackagePath) -> Result<(), RepositoryError> {
        let full_path = self.settings.layout.full_path(package);
        let nested = |other: String| RepositoryError::Nested { package: package.to_string(), other };
        let main = self.main_head()?;
        if let Some(above) = self.package_above(&main, &full_path)? {
            return Err(nested(above));
        }
        if let Some((below, _)) = self.packages_in(&main, &full_path)?.into_iter().next() {
            return Err(nested(below));
        }
        // Packages that are not on the main branch: drafts, and what was published and deleted there.
        let starts = self.settings.layout.directory.len();
        let above = full_path.match_indices('/').map(|(end, _)| full_path[..end].to_owned());
        let above: Vec<String> = above.filter(|path| path.len() > starts).collect();
        let patterns: Vec<String> =
            above.iter().chain([&full_path]).flat_map(|path| Layout::folders(path).collect::<Vec<_>>()).collect();
        for reference in self.git.refs(self.directory(), &patterns)? {
            use crate::layout::Reference::{Draft, Proposed, Tag};
            let Some(Draft(path, _) | Proposed(path, _) | Tag(path, _)) = self.settings.layout.meaning(&reference.name)
            else {
                continue;
            };
            let below = path.strip_prefix(&full_path).is_some_and(|rest| rest.starts_with('/'));
            if (below || above.contains(&path)) && self.package_tree(&reference.commit, &path)?.is_some() {
                return Err(nested(path));
            }
        }
        Ok(())
    }
}

/// Gives others a chance; processes that met once shall not meet again. The longer somebody waits, the less of a pattern
/// there is, up to half a second.
pub(super) fn pause(attempts: u32) {
    let longest = 8_u32 << attempts.min(6);
    let spread = (std::process::id() ^ attempts).wrapping_mul(0x9e37_79b9) >> 16;
    thread::sleep(Duration::from_millis(u64::from(spread % longest)));
}
