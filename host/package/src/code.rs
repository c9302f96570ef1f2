//! The error codes of this crate's errors (requirements.md §7).

use porchlight_krm::Code;

use crate::commit::CommitError;
use crate::error::PackageError;
use crate::plan::{OutputError, PlanError, PlanProblem};

impl PackageError {
    /// The error code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            // A link out of the package is listed with the Kptfile's own faults (requirements.md C1).
            Self::Kptfile(_) | Self::Invalid(_) | Self::Link { .. } => Code::KptfileInvalid,
            Self::Separator { .. } | Self::Yaml { .. } | Self::DuplicateKey { .. } | Self::NotUtf8 { .. } => {
                Code::YamlParseFailed
            }
            Self::NotAnObject { .. } | Self::Metadata { .. } => Code::ResourcelistInvalid,
            Self::Config { .. } => Code::FnConfigInvalid,
            Self::Root { .. }
            | Self::Directory { .. }
            | Self::List { .. }
            | Self::Ignore { .. }
            | Self::Unreadable { .. }
            | Self::NotAFile { .. }
            | Self::Name(_) => Code::ResourceFetchFailed,
            Self::Recovery(error) => error.code(),
        }
    }
}

impl PlanError {
    /// The error code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self.problem {
            PlanProblem::Empties { .. } => Code::ConfirmationRequired,
            PlanProblem::Unreadable { .. } => Code::ResourceFetchFailed,
            _ => Code::FnOutputInvalid,
        }
    }
}

impl CommitError {
    /// The error code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Busy(_) => Code::LeaseHeld,
            Self::Stale { .. } | Self::Unrecovered { .. } => Code::StateIncompatible,
            Self::ThroughLink { .. } | Self::NotADirectory { .. } => Code::FnOutputInvalid,
            Self::Storage { .. } | Self::JournalLeft { .. } => Code::ResourceFetchFailed,
            Self::ForeignJournal { .. } => Code::StateCorrupt,
            Self::Interrupted { .. } => Code::CompensationFailed,
        }
    }
}

impl OutputError {
    /// The error code.
    #[must_use]
    pub fn code(&self) -> Code {
        Code::ResourceFetchFailed
    }
}
