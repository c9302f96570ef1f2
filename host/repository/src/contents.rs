//! The files of a package, in memory and in folders.

mod folder;
mod merge;
mod metadata;
pub(crate) mod objects;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

pub use merge::MergeConflict;
pub use metadata::{FetchedRevision, METADATA_FILE};

use crate::git::GitError;
use crate::kptfile::KPTFILE;

/// Most bytes of a package. Porch's own limit for one request is 6 MiB.
const MOST_BYTES: u64 = 64 << 20;
/// Most files of a package.
const MOST_FILES: usize = 20_000;
/// Most parts of a path.
const DEEPEST: usize = 64;

/// The files of a package: bytes by path, `/` between the parts. All are regular: Porch keeps neither links nor the bit
/// that makes a file a program (porch §5.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    files: BTreeMap<String, Vec<u8>>,
}

/// Why files are no package that could be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ContentsError {
    /// A file that must not be, or must not be there.
    #[error("`{path}` cannot be part of a package: {reason}")]
    Unsafe {
        /// Its path.
        path: String,
        /// Why not.
        reason: String,
    },
    /// More than a package may have.
    #[error("it has more than {0}")]
    TooLarge(&'static str),
    /// No package without it.
    #[error("there is no `Kptfile`")]
    NoKptfile,
    /// The Kptfile is none.
    #[error("`Kptfile`: {0}")]
    Kptfile(String),
    /// The folder to write is there already.
    #[error("`{}` exists already", .0.display())]
    FolderExists(PathBuf),
    /// The note about where a folder came from cannot be read.
    #[error("`{METADATA_FILE}`: {0}")]
    Metadata(String),
    /// The disk.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was to be done.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Git.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl ContentsError {
    fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    fn refused(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Unsafe { path: path.into(), reason: reason.into() }
    }
}

impl Contents {
    /// The bytes of a file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// Every file, in order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// Number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// True where there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Puts a file in, in place of one that is there.
    pub fn insert(&mut self, path: impl Into<String>, bytes: Vec<u8>) {
        self.files.insert(path.into(), bytes);
    }

    /// Takes a file out.
    pub fn remove(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.remove(path)
    }

    /// The text of the Kptfile.
    ///
    /// # Errors
    /// There is none; it is no text.
    pub fn kptfile(&self) -> Result<&str, ContentsError> {
        let bytes = self.get(KPTFILE).ok_or(ContentsError::NoKptfile)?;
        std::str::from_utf8(bytes).map_err(|error| ContentsError::Kptfile(error.to_string()))
    }

    /// Paths whose files differ between this and another, in order.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut paths: Vec<&String> = self.files.keys().chain(other.files.keys()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths.into_iter().filter(|path| self.files.get(*path) != other.files.get(*path)).cloned().collect()
    }
}

/// Counts what is read, so that nothing grows beyond a package.
#[derive(Debug, Default)]
struct Budget {
    bytes: u64,
    files: usize,
}

impl Budget {
    fn left(&self) -> u64 {
        MOST_BYTES - self.bytes
    }

    fn file(&mut self, bytes: u64) -> Result<(), ContentsError> {
        self.files += 1;
        if self.files > MOST_FILES {
            return Err(ContentsError::TooLarge("20,000 files"));
        }
        if bytes > self.left() {
            return Err(ContentsError::TooLarge("64 MiB"));
        }
        self.bytes += bytes;
        Ok(())
    }
}
