//! What can go wrong with a repository, with the code and the next step of each.

use std::io;
use std::path::PathBuf;

use porchlight_krm::Code;

use crate::contents::{ContentsError, MergeConflict};
use crate::git::{GitError, ObjectId};
use crate::layout::NameError;
use crate::revision::{Lifecycle, NotAllowed};

/// Why a repository was not read or changed. Where it was to be changed, nothing of it has.
#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    /// The program `git` cannot do its part.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A folder is no git repository.
    #[error("`{place}` is no git repository: {detail}")]
    NotARepository {
        /// The folder.
        place: String,
        /// What git says.
        detail: String,
    },
    /// Somebody else owns the repository, and git reads the settings of none that it does not trust.
    #[error("`{0}` belongs to somebody else, and git does not trust it")]
    NotTrusted(String),
    /// A repository behind a URL cannot be read or written.
    #[error("`{address}` cannot be reached: {detail}")]
    Unreachable {
        /// Its URL.
        address: String,
        /// What git says.
        detail: String,
    },
    /// A repository behind a URL does not let this user in.
    #[error("`{address}` does not let you in: {detail}")]
    Denied {
        /// Its URL.
        address: String,
        /// What git says.
        detail: String,
    },
    /// There is no place for mirrors of repositories behind URLs.
    #[error("there is no place for a mirror of `{0}`: neither `XDG_CACHE_HOME` nor `HOME` is set")]
    NoMirrors(String),
    /// The main branch is missing.
    #[error("`{address}` has no branch `{branch}`")]
    BranchMissing {
        /// The repository.
        address: String,
        /// The branch.
        branch: String,
    },
    /// A branch to be changed is what somebody's files stand for.
    #[error("`{branch}` is checked out in `{place}`, whose files would no longer be those of the branch")]
    CheckedOut {
        /// The repository.
        place: String,
        /// The branch.
        branch: String,
    },
    /// A name is no name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// There is no such package.
    #[error("the repository has no package `{package}`{}", near(known))]
    UnknownPackage {
        /// The package.
        package: String,
        /// Packages with the same last part.
        known: Vec<String>,
    },
    /// The package has no such revision.
    #[error("the package `{package}` has no revision `{wanted}`; it has {}", list(known))]
    UnknownRevision {
        /// The package.
        package: String,
        /// What was asked for.
        wanted: String,
        /// What there is: workspaces.
        known: Vec<String>,
    },
    /// The workspace is taken.
    #[error("`{revision}` exists already: it is {lifecycle}")]
    Exists {
        /// The revision.
        revision: String,
        /// Where it is on its way.
        lifecycle: Lifecycle,
    },
    /// Packages may not be inside each other.
    #[error("`{package}` and the package `{other}` would be inside each other")]
    Nested {
        /// The package to be made.
        package: String,
        /// The package that is there.
        other: String,
    },
    /// A new revision begins as a copy of a published one, and of none else.
    #[error("`{0}` is no published revision, and a new one begins as a copy of one that is")]
    NotASource(String),
    /// A step is not allowed from here.
    #[error("`{revision}` is {} and cannot be {}", refused.from, refused.step)]
    Lifecycle {
        /// The revision.
        revision: String,
        /// What was refused.
        refused: NotAllowed,
    },
    /// Readiness gates without a condition that is true.
    #[error("`{revision}` is not ready: {} not True", list(gates))]
    NotReady {
        /// The revision.
        revision: String,
        /// Types of the conditions.
        gates: Vec<String>,
    },
    /// Somebody else was first.
    #[error("`{reference}` was changed by somebody else meanwhile: it was {} and is {}", at(expected.as_ref()), at(found.as_ref()))]
    Conflict {
        /// Branch or tag, without `refs/…`.
        reference: String,
        /// What it was when it was read; none where it was not there.
        expected: Option<ObjectId>,
        /// What it is; none where it is gone.
        found: Option<ObjectId>,
    },
    /// Two sides changed the same files.
    #[error(transparent)]
    Merge(#[from] MergeConflict),
    /// A package in the repository or in a folder cannot be used.
    #[error("{place}: {problem}")]
    Contents {
        /// Where: a revision or a folder.
        place: String,
        /// What is wrong.
        problem: ContentsError,
    },
    /// A file of this machine.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was to be done.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl RepositoryError {
    /// The code (requirements §7).
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Git(GitError::Missing { .. } | GitError::TooOld { .. }) => Code::ToolMissing,
            Self::Git(_)
            | Self::NotARepository { .. }
            | Self::NotTrusted(_)
            | Self::Unreachable { .. }
            | Self::NoMirrors(_)
            | Self::BranchMissing { .. }
            | Self::CheckedOut { .. }
            | Self::Io { .. } => Code::PorchUnavailable,
            Self::Denied { .. } => Code::PorchAuth,
            Self::Name(_) => Code::NameInvalid,
            Self::UnknownPackage { .. } | Self::UnknownRevision { .. } => Code::RevisionUnknown,
            Self::Exists { .. } | Self::Nested { .. } => Code::RevisionExists,
            Self::NotASource(_) | Self::Lifecycle { .. } | Self::NotReady { .. } => Code::LifecycleInvalid,
            Self::Conflict { .. } | Self::Merge(_) => Code::PorchConflict,
            Self::Contents { .. } => Code::RevisionInvalid,
        }
    }

    /// What to do next; empty where the message says it.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::Git(GitError::Missing { .. } | GitError::TooOld { .. }) => {
                "install git (https://git-scm.com), or put a newer one first on the PATH".to_owned()
            }
            Self::NotARepository { .. } => {
                "name a bare repository, a working directory or a URL; `git init --bare DIR` makes an empty one"
                    .to_owned()
            }
            Self::NotTrusted(place) => {
                format!("if you trust it: git config --global --add safe.directory {place}")
            }
            Self::Unreachable { address, .. } | Self::Denied { address, .. } => {
                format!("`git ls-remote {address}` has to work without asking anything")
            }
            Self::BranchMissing { .. } => {
                "name the branch of published packages with `--branch`, or make it with `--create-branch`".to_owned()
            }
            Self::CheckedOut { .. } => {
                "check out another branch there, or use a bare repository or the URL it is pushed to".to_owned()
            }
            Self::UnknownPackage { .. } => "`porchlight repo list REPOSITORY` shows what there is".to_owned(),
            Self::Lifecycle { refused, .. } => refused.advice().to_owned(),
            Self::NotReady { .. } => {
                "conditions are in `status.conditions` of the Kptfile; who owns a gate sets its condition".to_owned()
            }
            Self::Conflict { .. } => "look at it as it is now with `porchlight repo get`, then try again".to_owned(),
            Self::Merge(_) => "get the revision again into another folder, and bring your changes there".to_owned(),
            Self::Exists { .. } => "choose another workspace".to_owned(),
            _ => String::new(),
        }
    }
}

fn list(texts: &[String]) -> String {
    texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}

fn near(known: &[String]) -> String {
    if known.is_empty() { String::new() } else { format!("; did you mean {}?", list(known)) }
}

fn at(id: Option<&ObjectId>) -> String {
    id.map_or("not there".to_owned(), |id| format!("at {}", id.short()))
}
