//! Finishing what an interrupted commit began.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{self, Disk, Rewrite, Storage};
use super::error::CommitError;
use super::{JOURNAL_FILE, journal, lock};
use crate::path::clean;

/// What [`recover`] found and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The package whose commit was interrupted.
    pub root: PathBuf,
    /// True: the commit was completed. False: it had not begun to write and was dropped.
    pub completed: bool,
    /// Files written or deleted, relative to `root`.
    pub paths: Vec<String>,
}

/// Brings the package at `root` to a whole state after an interrupted commit of it or of a package around it.
/// Without one this costs a look at each of these directories.
///
/// Changes made to the named files since the interruption are overwritten.
///
/// # Errors
/// Storage, a lock held by a running commit, or a journal that no render wrote.
pub fn recover(root: &Path) -> Result<Option<Recovery>, CommitError> {
    let mut recovered = None;
    for directory in lock::packages_around(root).into_iter().chain([root]) {
        if disk::exists(&directory.join(JOURNAL_FILE)) {
            let _lock = lock::exclusive(directory)?;
            recovered = replay(&Disk, directory)?.or(recovered);
        }
    }
    Ok(recovered)
}

pub(super) fn replay(storage: &dyn Storage, root: &Path) -> Result<Option<Recovery>, CommitError> {
    let path = root.join(JOURNAL_FILE);
    let metadata = match fs::symlink_metadata(&path) {
        Ok(metadata) => metadata,
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(CommitError::storage("read", &path, source)),
    };
    if !metadata.is_file() {
        return Err(CommitError::ForeignJournal { path: JOURNAL_FILE.to_owned(), journal: path });
    }
    let bytes = fs::read(&path).map_err(|source| CommitError::storage("read", &path, source))?;
    let steps = journal::decode(&bytes);
    let paths = steps.iter().flatten().map(|step| step.path.to_owned()).collect();
    if let Some(steps) = &steps {
        for step in steps {
            check(root, step.path, &path)?;
        }
        for step in steps {
            redo(storage, root, step)?;
        }
        sync(storage, root, steps)?;
    }
    super::remove_journal(storage, root, &path)?;
    Ok(Some(Recovery { root: root.to_owned(), completed: steps.is_some(), paths }))
}

/// A journal comes with the package, perhaps from a stranger: it can do no more than a render.
fn check(root: &Path, path: &str, journal: &Path) -> Result<(), CommitError> {
    let foreign = || CommitError::ForeignJournal { journal: journal.to_owned(), path: path.to_owned() };
    let plain = clean(path) == path && path != "." && !path.starts_with('/') && !path.contains('\0');
    if !plain || path.split('/').any(|component| component == ".." || component == ".git") {
        return Err(foreign());
    }
    for (end, _) in path.match_indices('/').chain([(path.len(), "")]) {
        match fs::symlink_metadata(root.join(&path[..end])) {
            Ok(metadata) if metadata.is_symlink() || metadata.is_dir() != (end < path.len()) => return Err(foreign()),
            _ => {}
        }
    }
    Ok(())
}

fn redo(storage: &dyn Storage, root: &Path, step: &journal::Step<'_>) -> Result<(), CommitError> {
    let path = root.join(step.path);
    let failed = |source| CommitError::storage("complete", &path, source);
    let Some(content) = step.content else {
        return if disk::exists(&path) { storage.remove_file(&path).map_err(failed) } else { Ok(()) };
    };
    for (end, _) in step.path.match_indices('/') {
        let directory = root.join(&step.path[..end]);
        if !disk::exists(&directory) {
            storage.create_directory(&directory).map_err(failed)?;
        }
    }
    if disk::exists(&path) {
        let file = Rewrite { path: path.clone(), bytes: content, cut: true };
        storage.rewrite(&file).map_err(|(_, source)| failed(source))
    } else {
        storage.create(&path, content).map_err(failed)
    }
}

fn sync(storage: &dyn Storage, root: &Path, steps: &[journal::Step<'_>]) -> Result<(), CommitError> {
    let files = || steps.iter().filter(|step| step.content.is_some());
    let paths = || {
        let directories = disk::directories_above(root, steps.iter().map(|step| step.path));
        (files().map(|step| root.join(step.path)).collect(), directories)
    };
    disk::sync(storage, root, files().count(), paths)
        .map_err(|source| CommitError::storage("make durable the files of", root, source))
}
