//! Packages to disk.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use porchlight_package::{Change, CommitError, commit};

use crate::outcome::{Action, Outcome};

/// Why a package could not be written.
#[derive(Debug)]
pub enum WriteError {
    /// A file or directory cannot be made.
    Io(PathBuf, io::Error),
    /// A package that was there cannot be changed.
    Commit(CommitError),
}

impl fmt::Display for WriteError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(out, "{}: {error}", path.display()),
            Self::Commit(error) => error.fmt(out),
        }
    }
}

impl std::error::Error for WriteError {}

/// Writes a package to `DIR/<repository>/<package>/<workspace>`, all of it or nothing; returns the directory, or nothing
/// where the package is as it should be.
///
/// # Errors
/// A file that cannot be written; a path of the package that is no path.
pub fn write(outcome: &Outcome, directory: &Path) -> Result<Option<PathBuf>, WriteError> {
    if !matches!(outcome.action, Action::Create | Action::Change | Action::Edit) {
        return Ok(None);
    }
    let place = directory.join(&outcome.repository).join(&outcome.package).join(&outcome.workspace);
    if place.is_dir() {
        let change = |Change { path, old, new }: Change| {
            let prefix = format!("{}/", outcome.target());
            Change { path: path.strip_prefix(&prefix).unwrap_or(&path).to_owned(), old, new }
        };
        let changes: Vec<Change> = outcome.changes().into_iter().map(change).collect();
        commit(&place, &changes).map_err(WriteError::Commit)?;
        return Ok(Some(place));
    }
    let above = place.parent().unwrap_or(directory);
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| WriteError::Io(path, error)
    };
    fs::create_dir_all(above).map_err(failed(above))?;
    // A dot keeps a directory that was left behind from being taken for a package revision.
    let partial = above.join(format!(".{}.partial", outcome.workspace));
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(failed(&partial))?;
    }
    fs::create_dir(&partial).map_err(failed(&partial))?;
    for (path, bytes) in &outcome.after {
        let file = partial.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(failed(parent))?;
        }
        fs::write(&file, bytes).map_err(failed(&file))?;
    }
    fs::rename(&partial, &place).map_err(failed(&place))?;
    Ok(Some(place))
}
