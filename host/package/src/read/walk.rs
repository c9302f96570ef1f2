//! The walk over the files of a package.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::content;
use crate::error::PackageError;
use crate::ignore::{IGNORE_FILE, Ignore};
use crate::kptfile::KPTFILE;
use crate::path::is_resource_name;

/// Which files to look for.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    /// Where the walk starts; absolute, without links.
    pub(super) directory: &'a Path,
    /// Links may lead to files below this directory.
    pub(super) boundary: &'a Path,
    /// Whether to enter directories with a Kptfile.
    pub(super) subpackages: bool,
}

/// A file to read.
#[derive(Debug)]
pub(super) struct FoundFile {
    /// Relative to the start of the walk, `/`-separated.
    pub(super) path: String,
    /// Where to open it.
    pub(super) file: PathBuf,
    /// Target of a link, relative to the boundary.
    pub(super) link_to: Option<String>,
}

struct Entry {
    path: String,
    absolute: PathBuf,
    kind: fs::FileType,
}

struct Listing {
    /// Last name first.
    entries: Vec<Entry>,
    has_ignore_file: bool,
}

/// The ignore files that are in force, outermost first, each with the directory it stands in.
struct Matchers(Vec<(String, Ignore)>);

/// Files in byte order of names, directories at their place. `.git` is not entered: what is in it belongs to
/// git, though kpt would read and rewrite it.
pub(super) fn files(scope: &Scope<'_>) -> Result<Vec<FoundFile>, PackageError> {
    let listing = list("", scope.directory)?;
    let mut matchers = Matchers(vec![(String::new(), listing.ignore(scope.directory)?)]);
    let mut work = listing.entries;
    let mut found = Vec::new();
    while let Some(entry) = work.pop() {
        if entry.kind.is_dir() {
            if entry.path.rsplit('/').next() == Some(".git") || matchers.ignore(&entry.path, &entry.path, true) {
                continue;
            }
            let is_package = entry.absolute.join(KPTFILE).exists();
            if is_package && !scope.subpackages {
                continue;
            }
            let listing = list(&entry.path, &entry.absolute)?;
            if is_package {
                matchers.keep(&entry.path);
                matchers.0.push((entry.path, listing.ignore(&entry.absolute)?));
            }
            work.extend(listing.entries);
            continue;
        }
        let (directory, name) = entry.path.rsplit_once('/').unwrap_or(("", &entry.path));
        if !is_resource_name(name) || matchers.ignore(directory, &entry.path, false) {
            continue;
        }
        found.push(open(scope, entry)?);
    }
    Ok(found)
}

/// The file `name` in `directory`, where it has the name of a resource file.
pub(super) fn single(directory: &Path, name: &str) -> Result<Vec<FoundFile>, PackageError> {
    if !is_resource_name(name) {
        return Ok(Vec::new());
    }
    let absolute = directory.join(name);
    let kind = fs::symlink_metadata(&absolute)
        .map_err(|source| PackageError::Unreadable { path: absolute.clone(), source })?
        .file_type();
    let scope = Scope { directory, boundary: directory, subpackages: false };
    Ok(vec![open(&scope, Entry { path: name.to_owned(), absolute, kind })?])
}

impl Matchers {
    /// Drops ignore files that are no longer in force. As in kpt, one is in force for every path that starts
    /// with the text of its directory: that of `db` also for a later `db-two`.
    fn keep(&mut self, directory: &str) {
        if let Some(last) = self.0.iter().rposition(|(base, _)| directory.starts_with(base.as_str())) {
            self.0.truncate(last + 1);
        }
    }

    fn ignore(&mut self, directory: &str, path: &str, is_directory: bool) -> bool {
        self.keep(directory);
        self.0
            .last()
            .is_some_and(|(base, ignore)| !ignore.is_empty() && ignore.matches(&relative(base, path), is_directory))
    }
}

/// `path` as seen from the directory `base`.
fn relative(base: &str, path: &str) -> String {
    if base.is_empty() {
        return path.to_owned();
    }
    let base: Vec<&str> = base.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    let common = base.iter().zip(&path).take_while(|(a, b)| a == b).count();
    let mut components = vec![".."; base.len() - common];
    components.extend(&path[common..]);
    if components.is_empty() { ".".to_owned() } else { components.join("/") }
}

impl Listing {
    /// The ignore file of the listed directory.
    fn ignore(&self, directory: &Path) -> Result<Ignore, PackageError> {
        if !self.has_ignore_file {
            return Ok(Ignore::default());
        }
        let path = directory.join(IGNORE_FILE);
        match fs::metadata(&path) {
            Ok(metadata) if !metadata.is_file() => {
                return Err(PackageError::NotAFile { path, what: "not a regular file" });
            }
            _ => {}
        }
        match content::of(&path, |bytes| Ignore::parse(&String::from_utf8_lossy(bytes))) {
            Ok(ignore) => ignore.map_err(|source| PackageError::Ignore { path, source }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Ignore::default()),
            Err(source) => Err(PackageError::Unreadable { path, source }),
        }
    }
}

fn list(path: &str, directory: &Path) -> Result<Listing, PackageError> {
    let failed = |source| PackageError::List { directory: directory.to_owned(), source };
    let mut has_ignore_file = false;
    let mut entries = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        let absolute = entry.path();
        match entry.file_name().into_string() {
            Ok(name) => {
                has_ignore_file |= name == IGNORE_FILE;
                let path = if path.is_empty() { name } else { format!("{path}/{name}") };
                entries.push(Entry { path, absolute, kind });
            }
            Err(name) if kind.is_dir() || is_resource_name(&name.to_string_lossy()) => {
                return Err(PackageError::Name(absolute));
            }
            Err(_) => {}
        }
    }
    entries.sort_by(|a, b| b.path.cmp(&a.path));
    Ok(Listing { entries, has_ignore_file })
}

/// Lets regular files through, and links to regular files within the boundary.
fn open(scope: &Scope<'_>, entry: Entry) -> Result<FoundFile, PackageError> {
    let Entry { path, absolute, kind } = entry;
    if kind.is_file() {
        return Ok(FoundFile { path, file: absolute, link_to: None });
    }
    if !kind.is_symlink() {
        return Err(PackageError::NotAFile { path: absolute, what: "a pipe, socket or device" });
    }
    let target = fs::read_link(&absolute).unwrap_or_default();
    let refuse = |why| PackageError::Link { path: absolute.clone(), target: target.clone(), why };
    let real = fs::canonicalize(&absolute).map_err(|_| refuse("which leads nowhere"))?;
    let inside = real.strip_prefix(scope.boundary).map_err(|_| refuse("which leads out of the package"))?;
    let link_to = inside.to_str().ok_or_else(|| PackageError::Name(real.clone()))?.to_owned();
    let metadata = fs::metadata(&real).map_err(|_| refuse("which cannot be read"))?;
    if metadata.is_dir() {
        return Err(refuse("a directory"));
    }
    if !metadata.is_file() {
        return Err(refuse("which is no regular file"));
    }
    Ok(FoundFile { path, file: absolute, link_to: Some(link_to) })
}
