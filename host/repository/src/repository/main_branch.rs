//! The branch that holds what is published.

use super::Repository;
use crate::contents::objects::entries;
use crate::contents::{Contents, ContentsError};
use crate::error::RepositoryError;
use crate::git::{Entry, Mode, ObjectId, RefChange, TreeWriter};

/// What Porch writes where the main branch is missing (porch §5.3). There is no line end in either.
const FIRST_MESSAGE: &str = "Initial commit: Creating main branch";
const FIRST_FILE: (&str, &[u8]) = ("README.md", b"Created by porch");

impl Repository {
    /// The commit of the main branch; none where it is missing.
    pub(super) fn main_commit(&self) -> Result<Option<ObjectId>, RepositoryError> {
        let name = self.settings.layout.main();
        let refs = self.git.refs(self.directory(), std::slice::from_ref(&name))?;
        Ok(refs.into_iter().find(|reference| reference.name == name).map(|reference| reference.commit))
    }

    /// The commit of the main branch.
    pub(super) fn main_head(&self) -> Result<ObjectId, RepositoryError> {
        self.main_commit()?.ok_or_else(|| self.branch_missing())
    }

    fn branch_missing(&self) -> RepositoryError {
        let branch = self.settings.layout.branch.clone();
        RepositoryError::BranchMissing { address: self.address.clone(), branch }
    }

    /// Makes the main branch where it is missing and may be made.
    pub(super) fn ensure_main(&mut self) -> Result<(), RepositoryError> {
        if self.main_commit()?.is_some() {
            return Ok(());
        }
        if !self.settings.create_branch {
            return Err(self.branch_missing());
        }
        let blobs = self.git.write_blobs(self.directory(), std::iter::once(FIRST_FILE.1))?;
        let entries: Vec<Entry> = blobs
            .into_iter()
            .map(|id| Entry { mode: Mode::File { executable: false }, name: FIRST_FILE.0.as_bytes().to_vec(), id })
            .collect();
        let tree = TreeWriter::start(&self.git, self.directory())?.write(&entries)?;
        // Porch signs it itself, whoever is to be the author of packages.
        let bytes = crate::layout::commit_bytes(&tree, &[], &self.settings.signature.as_porch(), FIRST_MESSAGE);
        let commit = self.git.write_commit(self.directory(), &bytes)?;
        let change = RefChange { name: self.settings.layout.main(), old: None, new: Some(commit) };
        match self.apply(&[change]) {
            // Somebody else made it at the same time.
            Err(RepositoryError::Conflict { found: Some(_), .. }) => self.refresh(),
            other => {
                self.refresh()?;
                other
            }
        }
    }

    /// A tree with another package, or none, at a path. Directories that become empty go.
    pub(super) fn with_package(
        &mut self,
        root: Option<&ObjectId>,
        full_path: &str,
        package: Option<&ObjectId>,
    ) -> Result<ObjectId, RepositoryError> {
        let parts: Vec<&str> = full_path.split('/').collect();
        let mut levels: Vec<Vec<Entry>> = Vec::with_capacity(parts.len());
        let mut next = root.cloned();
        for (depth, part) in parts.iter().enumerate() {
            let level = match &next {
                Some(tree) => entries(&mut self.reader, tree)?,
                None => Vec::new(),
            };
            next = match level.iter().find(|entry| entry.name == part.as_bytes()) {
                None => None,
                Some(entry) if entry.mode == Mode::Directory => Some(entry.id.clone()),
                Some(_) => {
                    let path = parts[..=depth].join("/");
                    let reason = "the repository has a file where the package's directory would be".to_owned();
                    let problem = ContentsError::Unsafe { path, reason };
                    return Err(RepositoryError::Contents { place: self.address.clone(), problem });
                }
            };
            levels.push(level);
        }
        let mut writer = TreeWriter::start(&self.git, self.directory())?;
        let mut child = package.cloned();
        let mut last = None;
        for (part, mut level) in parts.iter().zip(levels).rev() {
            level.retain(|entry| entry.name != part.as_bytes());
            if let Some(id) = child {
                level.push(Entry { mode: Mode::Directory, name: part.as_bytes().to_vec(), id });
            }
            // `git mktree` sorts. Of the last level an empty tree may stay: a commit needs one.
            let empty = level.is_empty();
            let tree = writer.write(&level)?;
            child = (!empty).then(|| tree.clone());
            last = Some(tree);
        }
        last.ok_or_else(|| self.branch_missing())
    }

    /// The root tree of a commit.
    pub(super) fn root_tree(&mut self, commit: &ObjectId) -> Result<ObjectId, RepositoryError> {
        let found = self.reader.commit(commit)?.map(|commit| commit.tree);
        found.ok_or_else(|| crate::git::GitError::answer("cat-file", format!("commit {commit} is missing")).into())
    }

    /// Writes a package and gives its tree.
    pub(super) fn store(&self, title: String, contents: &Contents) -> Result<ObjectId, RepositoryError> {
        contents.to_tree(&self.git, self.directory()).map_err(|problem| super::in_place(title, problem))
    }
}
