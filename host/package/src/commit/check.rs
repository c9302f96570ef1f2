//! Whether all changes can be made, before the first of them is.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::disk::{self, ALL_PROCESSORS};
use super::error::CommitError;
use crate::change::Change;
use crate::content;

/// Checks that files are as they were read, that no link leads to them, and that they can be written. Of several
/// failures that of the first change counts.
pub(super) fn check(root: &Path, changes: &[Change]) -> Result<(), CommitError> {
    let (reached, obstacle) = reach(root, changes);
    if reached.len() < ALL_PROCESSORS {
        reached.iter().try_for_each(|change| check_file(root, change))?;
    } else {
        let all: Vec<_> = reached.par_iter().map(|change| check_file(root, change)).collect();
        all.into_iter().collect::<Result<(), _>>()?;
    }
    obstacle.map_or(Ok(()), Err)
}

/// The changes before the first whose directories are none, and what is wrong with these. A directory is looked at once,
/// however many files change in it.
fn reach<'a>(root: &Path, changes: &'a [Change]) -> (&'a [Change], Option<CommitError>) {
    let mut seen = HashSet::new();
    for (position, change) in changes.iter().enumerate() {
        for (end, _) in change.path.match_indices('/') {
            let directory = &change.path[..end];
            if !seen.insert(directory) {
                continue;
            }
            match is_directory(root.join(directory)) {
                Ok(true) => {}
                Ok(false) => break,
                Err(obstacle) => return (&changes[..position], Some(obstacle)),
            }
        }
    }
    (changes, None)
}

/// False where there is nothing yet.
fn is_directory(path: PathBuf) -> Result<bool, CommitError> {
    match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_dir() => Ok(true),
        Ok(metadata) if metadata.is_symlink() => Err(CommitError::ThroughLink { path }),
        Ok(_) => Err(CommitError::NotADirectory { path }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(CommitError::storage("look at", &path, source)),
    }
}

fn check_file(root: &Path, change: &Change) -> Result<(), CommitError> {
    let path = root.join(&change.path);
    let Some(old) = &change.old else {
        return if disk::exists(&path) { Err(CommitError::Stale { path }) } else { Ok(()) };
    };
    let opened = if change.new.is_some() {
        // Nothing is written yet; only whether that is allowed is of interest.
        disk::open_to_change(&path).map_err(|source| ("open for writing", source))
    } else {
        disk::open_to_read(&path).map_err(|source| ("read", source))
    };
    let file = match opened {
        Ok(file) => file,
        Err((action, source)) => {
            return Err(match fs::symlink_metadata(&path) {
                Err(_) => CommitError::Stale { path },
                Ok(metadata) if metadata.is_symlink() && change.new.is_some() => CommitError::ThroughLink { path },
                Ok(_) => CommitError::storage(action, &path, source),
            });
        }
    };
    match content::is(&file, old) {
        Ok(true) => Ok(()),
        Ok(false) => Err(CommitError::Stale { path }),
        Err(source) => Err(CommitError::storage("read", &path, source)),
    }
}
