//! The packages below a directory.
//!
//! One walk finds them all (kpt-render §2.1). Their Kptfiles are read at once, but what is wrong with one is
//! told only when its package is reached, in kpt's order: a broken subpackage does not keep the functions of an
//! earlier sibling from running.

mod discover;
mod open;

pub(crate) use open::recover_all;

use std::path::{Path, PathBuf};

use crate::commit::Recovery;
use crate::compat::Compat;
use porchlight_krm::Resource;

use crate::kptfile::{FunctionRef, Kptfile, KptfileError, ValidationError, read_config};

/// Place of a package in its [`PackageTree`]; the root is [`PackageId::ROOT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PackageId(pub(crate) usize);

impl PackageId {
    /// The package the tree was opened on.
    pub const ROOT: Self = Self(0);
}

/// A package and all packages below it.
#[derive(Clone, Debug)]
pub struct PackageTree {
    pub(crate) root: PathBuf,
    pub(crate) resolved_link: Option<PathBuf>,
    pub(crate) compat: Compat,
    pub(crate) packages: Vec<Package>,
    pub(crate) recovery: Option<Recovery>,
}

/// One package.
#[derive(Clone, Debug)]
pub struct Package {
    pub(crate) path: String,
    pub(crate) directory: PathBuf,
    pub(crate) display_path: String,
    pub(crate) parent: Option<PackageId>,
    pub(crate) children: Vec<PackageId>,
    /// Children in the order the walk met them, which is the order kpt reads their Kptfiles in.
    pub(crate) met: Vec<PackageId>,
    pub(crate) kptfile: Result<Kptfile, KptfileError>,
}

impl PackageTree {
    /// The root directory: absolute, links resolved. kpt's `package-path` annotations start with it.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path as given, where it was a symbolic link (kpt prints a warning then).
    #[must_use]
    pub fn resolved_link(&self) -> Option<&Path> {
        self.resolved_link.as_deref()
    }

    /// The profile the tree was opened with.
    #[must_use]
    pub fn compat(&self) -> Compat {
        self.compat
    }

    /// What was completed or undone of an earlier, interrupted commit while opening.
    #[must_use]
    pub fn recovery(&self) -> Option<&Recovery> {
        self.recovery.as_ref()
    }

    /// One package.
    ///
    /// # Panics
    /// Where `id` came from another, larger tree.
    #[must_use]
    pub fn package(&self, id: PackageId) -> &Package {
        &self.packages[id.0]
    }

    /// The Kptfile of a package.
    ///
    /// # Errors
    /// What is wrong with it. Never for the root, without whose Kptfile there is no tree.
    pub fn kptfile(&self, id: PackageId) -> Result<&Kptfile, KptfileError> {
        self.package(id).kptfile.as_ref().map_err(Clone::clone)
    }

    /// The direct subpackages of a package, sorted by display path in byte order.
    ///
    /// # Errors
    /// The first of them whose Kptfile cannot be read, as kpt finds it when it lists them.
    pub fn subpackages(&self, id: PackageId) -> Result<&[PackageId], KptfileError> {
        let package = self.package(id);
        match package.met.iter().find_map(|child| self.package(*child).kptfile.as_ref().err()) {
            Some(error) => Err(error.clone()),
            None => Ok(&package.children),
        }
    }

    /// Every package, each after all packages below it: the order in which kpt runs pipelines.
    #[must_use]
    pub fn depth_first(&self) -> Vec<PackageId> {
        let mut order = Vec::with_capacity(self.packages.len());
        let mut work = vec![(PackageId::ROOT, 0)];
        while let Some((id, next)) = work.pop() {
            match self.package(id).children.get(next) {
                Some(child) => {
                    work.push((id, next + 1));
                    work.push((*child, 0));
                }
                None => order.push(id),
            }
        }
        order
    }

    /// Every package, level by level (`kpt.dev/bfs-rendering`).
    #[must_use]
    pub fn breadth_first(&self) -> Vec<PackageId> {
        let mut order = vec![PackageId::ROOT];
        let mut next = 0;
        while let Some(id) = order.get(next) {
            order.extend_from_slice(&self.packages[id.0].children);
            next += 1;
        }
        order
    }

    /// The package whose directory is `directory`, an absolute cleaned path as in `package-path` annotations.
    #[must_use]
    pub fn at_directory(&self, directory: &Path) -> Option<PackageId> {
        self.packages.iter().position(|package| package.directory == directory).map(PackageId)
    }
}

impl Package {
    /// Directory relative to the root package, `/`-separated; "" for the root.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Absolute directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Path from the parent of the root's directory, as kpt shows packages.
    #[must_use]
    pub fn display_path(&self) -> &str {
        &self.display_path
    }

    /// The package this one is in; none for the root.
    #[must_use]
    pub fn parent(&self) -> Option<PackageId> {
        self.parent
    }
}

impl PackageTree {
    /// The functionConfig that `function` of package `id` names by configPath, as it is on disk, with index and
    /// seqindent annotations; `None` where it names none.
    ///
    /// # Errors
    /// What [`PackageTree::validate`] would say of it.
    pub fn function_config(&self, id: PackageId, function: &FunctionRef) -> Result<Option<Resource>, ValidationError> {
        if function.config_path.is_empty() {
            return Ok(None);
        }
        let directory = self.package(id).directory();
        read_config(directory, &function.config_path, self.compat).map(Some).map_err(|reason| ValidationError {
            package: directory.to_owned(),
            line: function.line,
            field: "configPath".to_owned(),
            value: function.config_path.clone(),
            reason,
        })
    }
}
