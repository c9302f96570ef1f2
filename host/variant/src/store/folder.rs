//! Packages in a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use porchlight_krm::Code;
use porchlight_package::KPTFILE;

use super::{Files, Lifecycle, MAIN, PackageRevision, Repository, complete};
use crate::Fault;
use crate::downstream::WORKSPACE_PREFIX;
use crate::fault::Place;

/// A folder as a repository.
///
/// | folder that holds a Kptfile | is |
/// |---|---|
/// | `PACKAGE/v2`, `PACKAGE/2` | published revision 2 of `PACKAGE` |
/// | `PACKAGE/NAME` beside such revisions, `PACKAGE/packagevariant-1` | a draft, the workspace `NAME` of `PACKAGE` |
/// | any other, `PACKAGE` | the content of the main branch, as in a checkout |
///
/// `PACKAGE` may be a path. Packages below a package belong to it.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    revisions: Vec<PackageRevision>,
    /// Folder of a revision, by package and workspace.
    folders: BTreeMap<(String, String), PathBuf>,
}

impl Folder {
    /// Looks for the packages of a folder.
    ///
    /// # Errors
    /// A folder that cannot be listed.
    pub fn open(root: &Path) -> Result<Self, Fault> {
        let mut found = Vec::new();
        find(root, &mut Vec::new(), &mut found).map_err(|(folder, error)| unreadable(&folder, &error))?;
        let versioned: BTreeSet<&[String]> = found
            .iter()
            .filter_map(|path| path.split_last())
            .filter(|(last, above)| !above.is_empty() && number(last).is_some())
            .map(|(_, above)| above)
            .collect();
        let mut folders = BTreeMap::new();
        let mut revisions = Vec::new();
        for path in &found {
            let revision = revision(path, &versioned);
            folders.insert((revision.package.clone(), revision.workspace.clone()), root.join(path.join("/")));
            revisions.push(revision);
        }
        complete(&mut revisions);
        Ok(Self { root: root.to_owned(), revisions, folders })
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Repository for Folder {
    fn revisions(&self) -> &[PackageRevision] {
        &self.revisions
    }

    fn files(&self, revision: &PackageRevision) -> Result<Files, Fault> {
        let key = (revision.package.clone(), revision.workspace.clone());
        let mut files = Files::new();
        if let Some(folder) = self.folders.get(&key) {
            read(folder, "", &mut files).map_err(|(path, error)| unreadable(&path, &error))?;
        }
        Ok(files)
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Fault {
    let file: Arc<str> = path.to_string_lossy().into();
    Fault::coded(Code::ResourceFetchFailed, error.to_string()).at(Place::file(&file))
}

type At<T> = Result<T, (PathBuf, io::Error)>;

/// Folders with a Kptfile that are not below another such folder, as path segments.
fn find(folder: &Path, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> At<()> {
    if folder.join(KPTFILE).is_file() {
        found.push(path.clone());
        return Ok(());
    }
    for (name, entry) in entries(folder)? {
        if entry.is_dir() && !name.starts_with('.') {
            path.push(name);
            find(&entry, path, found)?;
            path.pop();
        }
    }
    Ok(())
}

/// Names and paths of what a folder holds, sorted; links are left out, as Porch loses them.
fn entries(folder: &Path) -> At<Vec<(String, PathBuf)>> {
    let failed = |error| (folder.to_owned(), error);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if !entry.file_type().map_err(failed)?.is_symlink()
            && let Ok(name) = entry.file_name().into_string()
        {
            entries.push((name, entry.path()));
        }
    }
    entries.sort();
    Ok(entries)
}

fn read(folder: &Path, prefix: &str, files: &mut Files) -> At<()> {
    for (name, path) in entries(folder)? {
        let key = format!("{prefix}{name}");
        if path.is_dir() {
            if name != ".git" {
                read(&path, &format!("{key}/"), files)?;
            }
        } else if path.is_file() {
            let bytes = fs::read(&path).map_err(|error| (path, error))?;
            files.insert(key, bytes.into());
        }
    }
    Ok(())
}

fn revision(path: &[String], versioned: &BTreeSet<&[String]>) -> PackageRevision {
    let whole = || PackageRevision {
        package: path.join("/"),
        workspace: MAIN.to_owned(),
        revision: -1,
        lifecycle: Lifecycle::Published,
        ..PackageRevision::default()
    };
    let Some((last, above)) = path.split_last().filter(|(_, above)| !above.is_empty()) else { return whole() };
    let package = above.join("/");
    if let Some(revision) = number(last) {
        return PackageRevision {
            package,
            workspace: format!("v{revision}"),
            revision,
            lifecycle: Lifecycle::Published,
            ..PackageRevision::default()
        };
    }
    if !versioned.contains(above) && !last.starts_with(WORKSPACE_PREFIX) {
        return whole();
    }
    PackageRevision { package, workspace: last.clone(), ..PackageRevision::default() }
}

/// The number of a revision from 1, written `v3` or `3`.
fn number(name: &str) -> Option<i32> {
    let digits = name.strip_prefix('v').unwrap_or(name);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|number| *number > 0)
}
