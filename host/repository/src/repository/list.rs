//! Finding package revisions (porch §5.2).
//!
//! Nothing here walks a history: a revision is its reference, one commit and one tree, so that time and memory grow with
//! the number of revisions and not with that of commits.

use std::collections::HashMap;

use super::Repository;
use crate::contents::objects::{LARGEST_TREE, entries};
use crate::error::RepositoryError;
use crate::git::{Kind, Mode, ObjectId, Ref, parse_tree};
use crate::kptfile::KPTFILE;
use crate::layout::{Layout, PackagePath, Reference, Trailer, revision_number};
use crate::revision::{Lifecycle, PackageRevision};

/// Deepest directory that is searched for packages.
const DEEPEST: usize = 64;

/// Which revisions are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this package.
    pub package: Option<PackagePath>,
    /// Only of this stage.
    pub lifecycle: Option<Lifecycle>,
    /// Only what is published and the newest of its package.
    pub latest: bool,
}

impl Repository {
    /// The package revisions that a filter lets through: by package, what is published by number before what is not.
    /// References that Porch would not look at are left out.
    ///
    /// # Errors
    /// Git.
    pub fn revisions(&mut self, filter: &Filter) -> Result<Vec<PackageRevision>, RepositoryError> {
        let mut found = match &filter.package {
            Some(package) => self.of_package(package)?,
            None => self.all()?,
        };
        found.retain(|revision| {
            filter.lifecycle.is_none_or(|wanted| revision.lifecycle == wanted) && (!filter.latest || revision.latest)
        });
        Ok(found)
    }

    /// Every revision of one package. The time does not depend on other packages.
    pub(super) fn of_package(&mut self, package: &PackagePath) -> Result<Vec<PackageRevision>, RepositoryError> {
        let full_path = self.settings.layout.full_path(package);
        let mut patterns: Vec<String> = Layout::folders(&full_path).collect();
        patterns.push(self.settings.layout.main());
        let refs = self.git.refs(self.directory(), &patterns)?;
        let mut revisions = self.of_references(&refs, Some(&full_path))?;
        let main = self.settings.layout.main();
        if let Some(main) = refs.iter().find(|reference| reference.name == main)
            && !self.is_inside_a_package(&main.commit, &full_path)?
            && let Some(tree) = self.package_tree(&main.commit, &full_path)?
        {
            revisions.push(self.placeholder(package.clone(), tree, main, &refs));
        }
        Ok(sorted(revisions))
    }

    fn all(&mut self) -> Result<Vec<PackageRevision>, RepositoryError> {
        let main = self.settings.layout.main();
        let mut patterns: Vec<String> = Layout::folders("").map(|folder| folder.replace("//", "/")).collect();
        patterns.push(main.clone());
        let refs = self.git.refs(self.directory(), &patterns)?;
        let mut revisions = self.of_references(&refs, None)?;
        if let Some(main) = refs.iter().find(|reference| reference.name == main) {
            let directory = self.settings.layout.directory.clone();
            for (path, tree) in self.packages_in(&main.commit, &directory)? {
                if let Some(package) = self.settings.layout.package(&path) {
                    revisions.push(self.placeholder(package, tree, main, &refs));
                }
            }
        }
        Ok(sorted(revisions))
    }

    /// What branches and tags stand for; only of the package at `wanted`, where that is given.
    fn of_references(&mut self, refs: &[Ref], wanted: Option<&str>) -> Result<Vec<PackageRevision>, RepositoryError> {
        let deletions: HashMap<&str, &ObjectId> =
            refs.iter().map(|reference| (reference.name.as_str(), &reference.target)).collect();
        let mut revisions = Vec::new();
        for reference in refs {
            let (path, last, stage) = match self.settings.layout.meaning(&reference.name) {
                Some(Reference::Draft(path, last)) => (path, last, Some(Lifecycle::Draft)),
                Some(Reference::Proposed(path, last)) => (path, last, Some(Lifecycle::Proposed)),
                Some(Reference::Tag(path, last)) => (path, last, None),
                Some(Reference::Main | Reference::DeletionProposed(..)) | None => continue,
            };
            if wanted.is_some_and(|wanted| wanted != path) {
                continue;
            }
            let Some(package) = self.settings.layout.package(&path) else { continue };
            let Some(tree) = self.package_tree(&reference.commit, &path)? else { continue };
            let Some(commit) = self.reader.commit(&reference.commit)? else { continue };
            let (revision, workspace) = match stage {
                Some(_) => (0, last),
                None => match revision_number(&last) {
                    -1 => (-1, last),
                    number => {
                        let noted = Trailer::of(&commit.message)
                            .find(|trailer| trailer.package == path && !trailer.workspace.is_empty());
                        (number, noted.map_or_else(|| format!("v{number}"), |trailer| trailer.workspace))
                    }
                },
            };
            let mark = self.settings.layout.deletion_proposed(&package, revision, &workspace);
            let deletion = if stage.is_none() { deletions.get(mark.as_str()).copied().cloned() } else { None };
            let published = if deletion.is_some() { Lifecycle::DeletionProposed } else { Lifecycle::Published };
            revisions.push(PackageRevision {
                name: package.object_name(&self.settings.name, &workspace),
                package,
                workspace,
                revision,
                lifecycle: stage.unwrap_or(published),
                latest: false,
                reference: reference.name.clone(),
                commit: reference.commit.clone(),
                tree,
                author: commit.email,
                time: commit.seconds,
                deletion,
                target: reference.target.clone(),
            });
        }
        Ok(revisions)
    }

    /// What the main branch holds of a package.
    fn placeholder(&self, package: PackagePath, tree: ObjectId, main: &Ref, refs: &[Ref]) -> PackageRevision {
        let workspace = self.settings.layout.branch.clone();
        let mark = self.settings.layout.deletion_proposed(&package, -1, &workspace);
        let deletion = refs.iter().find(|reference| reference.name == mark).map(|reference| reference.target.clone());
        PackageRevision {
            name: package.object_name(&self.settings.name, &workspace),
            package,
            workspace,
            revision: -1,
            lifecycle: if deletion.is_some() { Lifecycle::DeletionProposed } else { Lifecycle::Published },
            latest: false,
            reference: main.name.clone(),
            commit: main.commit.clone(),
            tree,
            author: String::new(),
            time: 0,
            deletion,
            target: main.target.clone(),
        }
    }

    /// The tree at a path of a commit, where it is a package.
    pub(super) fn package_tree(
        &mut self,
        commit: &ObjectId,
        full_path: &str,
    ) -> Result<Option<ObjectId>, RepositoryError> {
        let tree = self.reader.of_kind(&format!("{commit}:{full_path}"), Kind::Tree, LARGEST_TREE)?;
        let Some(tree) = tree else { return Ok(None) };
        let entries = parse_tree(&tree.bytes, tree.id.width())?;
        let is_package =
            entries.iter().any(|entry| entry.name == KPTFILE.as_bytes() && matches!(entry.mode, Mode::File { .. }));
        Ok(is_package.then_some(tree.id))
    }

    /// The package above a path, if there is one.
    pub(super) fn package_above(
        &mut self,
        commit: &ObjectId,
        full_path: &str,
    ) -> Result<Option<String>, RepositoryError> {
        let directory = self.settings.layout.directory.clone();
        for (end, _) in full_path.match_indices('/') {
            let above = &full_path[..end];
            if above.len() > directory.len() && self.package_tree(commit, above)?.is_some() {
                return Ok(Some(above.to_owned()));
            }
        }
        Ok(None)
    }

    fn is_inside_a_package(&mut self, commit: &ObjectId, full_path: &str) -> Result<bool, RepositoryError> {
        Ok(self.package_above(commit, full_path)?.is_some())
    }

    /// The packages of a commit below a directory, with their trees. What is below a package belongs to it.
    pub(super) fn packages_in(
        &mut self,
        commit: &ObjectId,
        directory: &str,
    ) -> Result<Vec<(String, ObjectId)>, RepositoryError> {
        let Some(root) = self.reader.of_kind(&format!("{commit}:{directory}"), Kind::Tree, LARGEST_TREE)? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        let mut waiting = vec![(root.id, directory.to_owned(), 0)];
        while let Some((tree, path, depth)) = waiting.pop() {
            let entries = entries(&mut self.reader, &tree)?;
            let is_kptfile = |mode, name: &[u8]| name == KPTFILE.as_bytes() && matches!(mode, Mode::File { .. });
            if entries.iter().any(|entry| is_kptfile(entry.mode, &entry.name)) {
                found.push((path, tree));
                continue;
            }
            for entry in entries {
                if entry.mode == Mode::Directory
                    && depth < DEEPEST
                    && let Ok(name) = String::from_utf8(entry.name)
                {
                    let below = if path.is_empty() { name } else { format!("{path}/{name}") };
                    waiting.push((entry.id, below, depth + 1));
                }
            }
        }
        Ok(found)
    }
}

/// In order, with the newest of each package marked.
fn sorted(mut revisions: Vec<PackageRevision>) -> Vec<PackageRevision> {
    revisions.sort_by(|a, b| {
        let key = |revision: &PackageRevision| (!revision.lifecycle.is_published(), revision.revision);
        a.package.cmp(&b.package).then(key(a).cmp(&key(b))).then_with(|| a.workspace.cmp(&b.workspace))
    });
    let newest = |package: &PackagePath, all: &[PackageRevision]| {
        all.iter().filter(|revision| revision.package == *package).map(|revision| revision.revision).max()
    };
    let mut start = 0;
    while start < revisions.len() {
        let package = revisions[start].package.clone();
        let length = revisions[start..].iter().take_while(|revision| revision.package == package).count();
        let of_package = &mut revisions[start..start + length];
        let highest = newest(&package, of_package).unwrap_or(0);
        for revision in of_package.iter_mut().filter(|revision| revision.revision == highest && highest > 0) {
            revision.latest = true;
        }
        start += length;
    }
    revisions
}
