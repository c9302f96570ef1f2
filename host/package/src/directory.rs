//! A directory of resources that need not be a package, as `fn eval` and `fn source` see it: one walk over
//! everything in it, packages included, with paths relative to it (kpt-render §5.2).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use porchlight_krm::Resource;

use crate::commit::Recovery;
use crate::error::PackageError;
use crate::plan::{PlanError, PlanOptions, WritePlan, plan_in_place};
use crate::read::{Contents, Sources, read_directory, read_single};
use crate::tree::recover_all;

/// A directory, or a single file in one.
#[derive(Clone, Debug)]
pub struct Directory {
    root: PathBuf,
    file: Option<String>,
    is_link: bool,
    recovery: Option<Recovery>,
}

impl Directory {
    /// Opens the directory or file at `path`, after completing commits that were interrupted in it.
    ///
    /// # Errors
    /// There is neither a directory nor a file at `path`, or a commit cannot be completed.
    pub fn open(path: &Path) -> Result<Self, PackageError> {
        let unusable = |source| PackageError::Directory { path: path.to_owned(), source };
        let is_link = fs::symlink_metadata(path).map_err(unusable)?.is_symlink();
        let real = fs::canonicalize(path).map_err(unusable)?;
        let metadata = fs::metadata(&real).map_err(unusable)?;
        let (root, file) = match (metadata.is_dir(), metadata.is_file(), real.parent(), real.file_name()) {
            (true, ..) => (real, None),
            (_, true, Some(parent), Some(name)) => {
                let name = name.to_str().ok_or_else(|| PackageError::Name(real.clone()))?;
                (parent.to_owned(), Some(name.to_owned()))
            }
            _ => return Err(unusable(io::ErrorKind::NotADirectory.into())),
        };
        let recovery = recover_all(&root)?;
        Ok(Self { root, file, is_link, recovery })
    }

    /// The directory that paths of resources are relative to: absolute, links resolved.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What was opened: absolute, links resolved.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.file.as_ref().map_or_else(|| self.root.clone(), |file| self.root.join(file))
    }

    /// True for a directory, false for a single file.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.file.is_none()
    }

    /// True where the path given was a symbolic link (kpt prints a warning then).
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.is_link
    }

    /// What was completed or undone of an earlier, interrupted commit while opening.
    #[must_use]
    pub fn recovery(&self) -> Option<&Recovery> {
        self.recovery.as_ref()
    }

    /// Reads all resources, those of subpackages included.
    ///
    /// # Errors
    /// The first file, in the order of the walk, that cannot be read as resources.
    pub fn read(&self) -> Result<Contents, PackageError> {
        match &self.file {
            Some(file) => read_single(&self.root, file),
            None => read_directory(&self.root),
        }
    }

    /// Plans writing resources back, as [`crate::PackageTree::plan`] does. Their paths are relative to
    /// [`Directory::root`].
    ///
    /// # Errors
    /// As [`crate::PackageTree::plan`].
    pub fn plan(&self, items: Vec<Resource>, sources: &Sources, options: PlanOptions) -> Result<WritePlan, PlanError> {
        plan_in_place(&self.root, items, sources, options)
    }

    /// A plan that changes nothing, to begin with.
    #[must_use]
    pub fn plan_nothing(&self) -> WritePlan {
        WritePlan::nothing(&self.root)
    }
}
