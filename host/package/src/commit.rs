//! Writing changes to a package so that it is wholly old or wholly new, whatever happens meanwhile.
//!
//! The way (chosen from measurements: a rename per file leaves mixed packages and costs more):
//!
//! 1. lock the package directory;
//! 2. check that every file still has the bytes the render read, and that every target can be written;
//! 3. write all new content to a journal, [`JOURNAL_FILE`] in the package directory, and make it durable;
//! 4. write the files in place, so that permission bits, owners and inodes stay;
//! 5. make them durable and remove the journal.
//!
//! An error in step 4 or 5 is undone from memory. A crash leaves either an unfinished journal, which
//! [`recover`] drops (the package is old), or a finished one, which it replays (the package is new).
//! [`crate::PackageTree::open`] recovers by itself. The journal is a hidden file without a YAML name, so that no
//! kpt command reads it.

#[cfg(target_os = "linux")]
mod backlog;
mod check;
mod disk;
mod error;
mod journal;
mod lock;
mod recovery;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

pub use error::CommitError;
pub use journal::JOURNAL_FILE;
pub use recovery::{Recovery, recover};

use crate::change::Change;
use disk::{Disk, Rewrite, Storage};

/// Makes all changes, or none.
///
/// Paths are taken as a [`crate::WritePlan`] checked them; links on the way to a target are refused here once
/// more. With no changes nothing is touched, not even the lock.
///
/// # Errors
/// The package is unchanged, except for [`CommitError::Interrupted`] (storage failed while undoing: the next
/// [`recover`] completes the commit) and [`CommitError::JournalLeft`] (complete, but the journal is still there).
pub fn commit(root: &Path, changes: &[Change]) -> Result<(), CommitError> {
    commit_to(&Disk, root, changes)
}

fn commit_to(storage: &dyn Storage, root: &Path, changes: &[Change]) -> Result<(), CommitError> {
    if changes.is_empty() {
        return Ok(());
    }
    let _lock = lock::exclusive(root)?;
    let journal = root.join(JOURNAL_FILE);
    if disk::exists(&journal) {
        return Err(CommitError::Unrecovered { journal });
    }
    check::check(root, changes)?;
    if let Err(error) = write_journal(storage, root, &journal, changes) {
        // An unfinished journal means "nothing happened", so failing to remove it does no harm.
        let _ = storage.remove_file(&journal);
        return Err(error);
    }
    let mut touched = Touched::default();
    if let Err(error) = apply(storage, root, changes, &mut touched) {
        return match undo(storage, root, changes, &touched).and_then(|()| remove_journal(storage, root, &journal)) {
            Ok(()) => Err(error),
            Err(second) => Err(CommitError::Interrupted { journal, first: Box::new(error), second: Box::new(second) }),
        };
    }
    remove_journal(storage, root, &journal)
        .map_err(|source| CommitError::JournalLeft { journal, source: Box::new(source) })
}

fn write_journal(storage: &dyn Storage, root: &Path, path: &Path, changes: &[Change]) -> Result<(), CommitError> {
    let bytes = journal::encode(changes);
    let failed = |source| CommitError::storage("write the journal", path, source);
    storage.create_private(path, &bytes).map_err(failed)?;
    disk::sync(storage, root, 1, || (vec![path.to_owned()], vec![root.to_owned()])).map_err(failed)
}

fn remove_journal(storage: &dyn Storage, root: &Path, path: &Path) -> Result<(), CommitError> {
    let failed = |source| CommitError::storage("remove the journal", path, source);
    storage.remove_file(path).map_err(failed)?;
    storage.sync_directory(root).map_err(failed)
}

/// What [`apply`] has begun, so that [`undo`] leaves alone what it did not reach.
#[derive(Default)]
struct Touched {
    /// Number of changes up to which files were made.
    made: usize,
    /// Directories made, parents first.
    directories: Vec<PathBuf>,
    /// Permissions of deleted files, by place in the changes.
    deleted: Vec<(usize, fs::Permissions)>,
}

/// In bytes: the least that a file system gives and takes back.
const BLOCK: usize = 512;

/// True where cutting a file from its old to its new content gives room back.
fn frees_room(old: &[u8], new: &[u8]) -> bool {
    new.len().div_ceil(BLOCK) < old.len().div_ceil(BLOCK)
}

/// Writes first what needs room and gives room back last: until then every old byte's place on disk is still reserved, so
/// that [`undo`] works on a full disk.
fn apply(storage: &dyn Storage, root: &Path, changes: &[Change], touched: &mut Touched) -> Result<(), CommitError> {
    let kept: Vec<(&Change, &[u8], &[u8])> =
        changes.iter().filter_map(|change| Some((change, change.old.as_deref()?, change.new.as_deref()?))).collect();
    let rewritten: Vec<Rewrite<'_>> = kept
        .iter()
        .map(|(change, old, new)| Rewrite {
            path: root.join(&change.path),
            bytes: new,
            cut: new.len() < old.len() && !frees_room(old, new),
        })
        .collect();
    storage
        .rewrite_all(&rewritten)
        .map_err(|(place, (action, source))| CommitError::storage(action, &rewritten[place].path, source))?;
    let mut there = HashSet::new();
    for change in changes {
        touched.made += 1;
        if let (None, Some(new)) = (&change.old, &change.new) {
            let path = root.join(&change.path);
            make_directories(storage, root, &change.path, &mut there, touched)?;
            storage.create(&path, new).map_err(|source| CommitError::storage("create", &path, source))?;
        }
    }
    let shortened: Vec<(PathBuf, u64)> = kept
        .iter()
        .filter(|(_, old, new)| frees_room(old, new))
        .map(|(change, _, new)| (root.join(&change.path), new.len() as u64))
        .collect();
    storage
        .set_length_of_all(&shortened)
        .map_err(|(place, source)| CommitError::storage("shorten", &shortened[place].0, source))?;
    for (position, change) in changes.iter().enumerate().filter(|(_, change)| change.new.is_none()) {
        let path = root.join(&change.path);
        let failed = |source| CommitError::storage("delete", &path, source);
        touched.deleted.push((position, fs::symlink_metadata(&path).map_err(failed)?.permissions()));
        storage.remove_file(&path).map_err(failed)?;
    }
    sync(storage, root, changes, |change| change.new.is_some())
}

fn undo(storage: &dyn Storage, root: &Path, changes: &[Change], touched: &Touched) -> Result<(), CommitError> {
    for (position, change) in changes.iter().enumerate() {
        let path = root.join(&change.path);
        let failed = |source| CommitError::storage("restore", &path, source);
        match &change.old {
            None => {
                if position < touched.made && disk::exists(&path) {
                    storage.remove_file(&path).map_err(failed)?;
                }
            }
            Some(old) => {
                if disk::exists(&path) {
                    let file = Rewrite { path: path.clone(), bytes: old, cut: true };
                    storage.rewrite(&file).map_err(|(_, source)| failed(source))?;
                } else {
                    storage.create(&path, old).map_err(failed)?;
                    if let Ok(found) = touched.deleted.binary_search_by_key(&position, |(deleted, _)| *deleted) {
                        storage.set_permissions(&path, touched.deleted[found].1.clone()).map_err(failed)?;
                    }
                }
            }
        }
    }
    for directory in touched.directories.iter().rev() {
        storage.remove_directory(directory).map_err(|source| CommitError::storage("remove", directory, source))?;
    }
    sync(storage, root, changes, |change| change.old.is_some())
}

/// The directories above `path`, but those that are `there`.
fn make_directories<'a>(
    storage: &dyn Storage,
    root: &Path,
    path: &'a str,
    there: &mut HashSet<&'a str>,
    touched: &mut Touched,
) -> Result<(), CommitError> {
    for (end, _) in path.match_indices('/') {
        if !there.insert(&path[..end]) {
            continue;
        }
        let directory = root.join(&path[..end]);
        if !disk::exists(&directory) {
            storage
                .create_directory(&directory)
                .map_err(|source| CommitError::storage("create the directory", &directory, source))?;
            touched.directories.push(directory);
        }
    }
    Ok(())
}

/// Makes files and the directories whose entries changed durable. `is_there` tells which files there are.
fn sync(
    storage: &dyn Storage,
    root: &Path,
    changes: &[Change],
    is_there: impl Fn(&Change) -> bool,
) -> Result<(), CommitError> {
    let files = || changes.iter().filter(|change| is_there(change));
    let paths = || {
        let moved = changes.iter().filter(|change| change.old.is_none() || change.new.is_none());
        let directories = disk::directories_above(root, moved.map(|change| change.path.as_str()));
        (files().map(|change| root.join(&change.path)).collect(), directories)
    };
    disk::sync(storage, root, files().count(), paths)
        .map_err(|source| CommitError::storage("make durable the files of", root, source))
}

#[cfg(test)]
mod tests;
