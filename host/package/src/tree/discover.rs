//! The walk that finds packages.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::commit::JOURNAL_FILE;
use crate::kptfile::KPTFILE;

/// A package directory as found.
#[derive(Debug)]
pub(super) struct Found {
    /// Relative to the root, `/`-separated; "" for the root.
    pub(super) path: String,
    pub(super) directory: PathBuf,
    /// Index of the package it is in.
    pub(super) parent: Option<usize>,
    /// A commit of it was interrupted, or is being made.
    pub(super) has_journal: bool,
}

/// A directory that cannot be listed.
#[derive(Debug)]
pub(super) struct WalkError {
    pub(super) directory: PathBuf,
    pub(super) source: io::Error,
}

/// Packages below `root`, the root first, the others in the order a walk in byte order of names meets them.
/// Links are not followed, `.git` is not entered; no ignore file matters here.
pub(super) fn packages(root: &Path) -> Result<Vec<Found>, WalkError> {
    let mut found: Vec<Found> = Vec::new();
    // Directories still to list, the next one last.
    let mut work = vec![(String::new(), root.to_owned(), 0)];
    while let Some((path, directory, package)) = work.pop() {
        let listing = list(&directory).map_err(|source| WalkError { directory: directory.clone(), source })?;
        let package = if listing.is_package || found.is_empty() {
            let parent = (!found.is_empty()).then_some(package);
            found.push(Found { path: path.clone(), directory, parent, has_journal: listing.has_journal });
            found.len() - 1
        } else {
            package
        };
        for (name, below) in listing.directories.into_iter().rev() {
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            work.push((path, below, package));
        }
    }
    Ok(found)
}

struct Listing {
    is_package: bool,
    has_journal: bool,
    /// Sorted by name.
    directories: Vec<(String, PathBuf)>,
}

fn list(directory: &Path) -> io::Result<Listing> {
    let mut listing = Listing { is_package: false, has_journal: false, directories: Vec::new() };
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        // kpt asks whether the name leads anywhere: a dangling link does not make a package.
        if name == KPTFILE {
            listing.is_package = !kind.is_symlink() || entry.path().exists();
        }
        listing.has_journal |= name == JOURNAL_FILE;
        if kind.is_dir() && name != ".git" {
            // A name that is no text can hold no package that a path annotation could name.
            if let Ok(name) = name.into_string() {
                listing.directories.push((name, entry.path()));
            }
        }
    }
    listing.directories.sort();
    Ok(listing)
}
