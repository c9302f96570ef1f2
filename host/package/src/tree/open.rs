//! Opening a tree.

use std::fs;
use std::io;
use std::path::Path;

use super::discover::{self, Found};
use super::{Package, PackageId, PackageTree};
use crate::commit::{Recovery, recover};
use crate::compat::Compat;
use crate::error::PackageError;
use crate::kptfile::Kptfile;

impl PackageTree {
    /// Finds the package at `path` and all packages below it, after completing a commit that was interrupted in
    /// one of them. The root's Kptfile is read and its pipeline validated.
    ///
    /// # Errors
    /// `path` is no directory, a directory cannot be listed, or the root's Kptfile is missing or wrong.
    pub fn open(path: &Path, compat: Compat) -> Result<Self, PackageError> {
        let unusable = |source| PackageError::Root { path: path.to_owned(), source };
        let given = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let resolved_link = fs::symlink_metadata(given).map_err(unusable)?.is_symlink().then(|| path.to_owned());
        let root = fs::canonicalize(given).map_err(unusable)?;
        if !root.is_dir() {
            return Err(unusable(io::ErrorKind::NotADirectory.into()));
        }
        let (recovery, found) = recover_and_list(&root)?;
        let packages = packages(found, compat);
        let tree = Self { root, resolved_link, compat, packages, recovery };
        tree.kptfile(PackageId::ROOT)?;
        tree.validate(PackageId::ROOT)?;
        Ok(tree)
    }
}

/// Completes commits that were interrupted in a directory or in a package below it.
pub(crate) fn recover_all(root: &Path) -> Result<Option<Recovery>, PackageError> {
    recover_and_list(root).map(|(recovery, _)| recovery)
}

fn recover_and_list(root: &Path) -> Result<(Option<Recovery>, Vec<Found>), PackageError> {
    let mut recovery = recover(root).map_err(PackageError::Recovery)?;
    let mut found = list(root)?;
    let below = found.iter().skip(1).filter(|package| package.has_journal);
    let below: Vec<_> = below.map(|package| recover(&package.directory)).collect();
    for result in below {
        if let Some(done) = result.map_err(PackageError::Recovery)? {
            recovery = Some(done);
            found = list(root)?;
        }
    }
    Ok((recovery, found))
}

fn list(root: &Path) -> Result<Vec<Found>, PackageError> {
    discover::packages(root).map_err(|error| PackageError::List { directory: error.directory, source: error.source })
}

fn packages(found: Vec<Found>, compat: Compat) -> Vec<Package> {
    let name =
        found.first().and_then(|root| root.directory.file_name()).unwrap_or_default().to_string_lossy().into_owned();
    let mut packages: Vec<Package> = Vec::with_capacity(found.len());
    for (index, package) in found.into_iter().enumerate() {
        if let Some(parent) = package.parent {
            packages[parent].met.push(PackageId(index));
        }
        let display_path = if package.path.is_empty() { name.clone() } else { format!("{name}/{}", package.path) };
        packages.push(Package {
            kptfile: Kptfile::read(&package.directory, compat),
            path: package.path,
            directory: package.directory,
            display_path,
            parent: package.parent.map(PackageId),
            children: Vec::new(),
            met: Vec::new(),
        });
    }
    for index in 0..packages.len() {
        let mut children = packages[index].met.clone();
        children.sort_by(|a, b| packages[a.0].display_path.cmp(&packages[b.0].display_path));
        packages[index].children = children;
    }
    packages
}
