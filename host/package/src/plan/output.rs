//! A directory that appears complete or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a result was not written to a directory of its own. The directory does not exist.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// There is something of that name.
    #[error("directory {:?} already exists, please delete the directory and retry", .0.display().to_string())]
    Exists(PathBuf),
    /// The path has no last component to make.
    #[error("`{}` names no directory that could be made", .0.display())]
    NoName(PathBuf),
    /// The disk refused.
    #[error("cannot write `{}`: {source}", path.display())]
    Storage {
        /// On what.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

/// Fills a hidden directory beside `directory` and then gives it its name.
pub(super) fn write(directory: &Path, files: &BTreeMap<String, Arc<[u8]>>) -> Result<(), OutputError> {
    if fs::symlink_metadata(directory).is_ok() {
        return Err(OutputError::Exists(directory.to_owned()));
    }
    let Some(name) = directory.file_name() else { return Err(OutputError::NoName(directory.to_owned())) };
    let parent = match directory.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let draft = parent.join(format!(".{}.porchlight-{}", name.to_string_lossy(), std::process::id()));
    let written = create_directories(parent)
        .and_then(|()| fill(&draft, files))
        .and_then(|()| at(directory, fs::rename(&draft, directory)));
    if written.is_err() {
        // The error that led here is the one to tell.
        let _ = fs::remove_dir_all(&draft);
    }
    written
}

fn fill(draft: &Path, files: &BTreeMap<String, Arc<[u8]>>) -> Result<(), OutputError> {
    at(draft, fs::create_dir(draft))?;
    for (path, bytes) in files {
        let file = draft.join(path);
        if let Some(parent) = file.parent() {
            create_directories(parent)?;
        }
        at(&file, fs::write(&file, bytes))?;
    }
    Ok(())
}

fn create_directories(directory: &Path) -> Result<(), OutputError> {
    at(directory, fs::create_dir_all(directory))
}

fn at(path: &Path, result: io::Result<()>) -> Result<(), OutputError> {
    result.map_err(|source| OutputError::Storage { path: path.to_owned(), source })
}
