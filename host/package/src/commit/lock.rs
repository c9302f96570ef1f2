//! One commit at a time.
//!
//! The lock is an advisory one on the package directory itself, so no file is left behind and a killed process
//! lets go. Packages around the one being written are locked shared: a render of `a/b` and one of `a` exclude
//! each other, renders of `a/b` and `a/c` do not.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::error::CommitError;
use crate::kptfile::KPTFILE;

/// How long to wait for another commit, which takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);

/// Held until dropped.
pub(super) struct Lock {
    _files: Vec<File>,
}

/// Waits a while for the right to write to the package at `root`.
pub(super) fn exclusive(root: &Path) -> Result<Lock, CommitError> {
    let deadline = Instant::now() + PATIENCE;
    let mut files = Vec::new();
    for directory in packages_around(root) {
        files.extend(hold(directory, deadline, File::try_lock_shared)?);
    }
    files.extend(hold(root, deadline, File::try_lock)?);
    Ok(Lock { _files: files })
}

/// The packages `root` lies in, outermost first.
pub(super) fn packages_around(root: &Path) -> Vec<&Path> {
    let mut around: Vec<&Path> =
        root.ancestors().skip(1).take_while(|directory| directory.join(KPTFILE).exists()).collect();
    around.reverse();
    around
}

/// Where the file system knows no locks, there is none to hold: the journal, of which there can be only one,
/// still keeps two commits apart.
fn hold(
    directory: &Path,
    deadline: Instant,
    attempt: fn(&File) -> Result<(), TryLockError>,
) -> Result<Option<File>, CommitError> {
    let file = File::open(directory).map_err(|source| CommitError::storage("lock", directory, source))?;
    loop {
        match attempt(&file) {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(_)) => return Ok(None),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                return Err(CommitError::Busy(directory.to_owned()));
            }
            Err(TryLockError::WouldBlock) => sleep(PAUSE),
        }
    }
}
