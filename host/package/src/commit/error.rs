//! Why a commit did not happen.

use std::io;
use std::path::{Path, PathBuf};

/// Why changes were not written. Unless said otherwise the package is as it was.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Another process is writing to this package or one around it.
    #[error("package `{}` is being written by another process: wait for it and run again", .0.display())]
    Busy(PathBuf),
    /// A file is not as it was read.
    #[error("`{}` was changed by someone else during the render; nothing was written: run again", path.display())]
    Stale {
        /// The file.
        path: PathBuf,
    },
    /// A symbolic link stands where a file or directory of the package is expected.
    #[error("`{}` is a symbolic link, which is not written through; nothing was written: replace it by a file or leave it alone", path.display())]
    ThroughLink {
        /// The link.
        path: PathBuf,
    },
    /// A file stands where a directory is needed.
    #[error("`{}` is not a directory; nothing was written: choose another path for the resources below it", path.display())]
    NotADirectory {
        /// The file.
        path: PathBuf,
    },
    /// An earlier commit was interrupted after this package was read.
    #[error("an earlier run left `{}`; nothing was written: run again, which completes it first", journal.display())]
    Unrecovered {
        /// Its journal.
        journal: PathBuf,
    },
    /// The disk refused.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Storage {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A journal names a path outside the package, through a link, or otherwise not ours.
    #[error("`{}` names `{path}`, which no render writes; nothing was done: remove the journal if you do not know it", journal.display())]
    ForeignJournal {
        /// The journal.
        journal: PathBuf,
        /// The path in it.
        path: String,
    },
    /// Writing failed, and so did undoing it: files may be mixed until the next run completes the commit.
    #[error("{first}; undoing it failed as well: {second}. The package is completed from `{}` by the next run: free space or repair the disk, then run again", journal.display())]
    Interrupted {
        /// The journal it is completed from.
        journal: PathBuf,
        /// Why writing failed.
        first: Box<Self>,
        /// Why undoing failed.
        second: Box<Self>,
    },
    /// All changes are made; only the journal could not be removed. The next run removes it.
    #[error("the package is written, but {source}; the next run removes `{}`", journal.display())]
    JournalLeft {
        /// The journal.
        journal: PathBuf,
        /// Why it could not be removed.
        source: Box<Self>,
    },
}

impl CommitError {
    pub(super) fn storage(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Storage { action, path: path.to_owned(), source }
    }
}
