//! Why a render ended early. Nothing was written then.

use std::path::{Path, PathBuf};

use porchlight_krm::Code;
use porchlight_package::{KptfileError, PackageError, PackageId, ValidationError};

use crate::function::OutputError;
use crate::item::Item;
use crate::restore::RestoreError;
use crate::results::ResultsError;
use crate::runtime::RuntimeError;

/// Why a render ended early, and where.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct RenderError {
    /// Display path of the package.
    pub package: String,
    /// The function, as it is called in progress, where one is to blame.
    pub function: Option<String>,
    /// What happened.
    #[source]
    pub problem: Box<Problem>,
    /// Where in the walk over packages.
    pub(crate) place: Option<Place>,
}

/// Where in the walk over packages a render ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) package: PackageId,
    pub(crate) stage: Stage,
}

/// What was being done with a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Its Kptfile was read and checked.
    Package,
    /// Its files were read.
    Resources,
    /// The packages below it were looked for.
    Subpackages,
    /// What its pipeline is to get was checked.
    Check,
    /// Its pipeline ran.
    Pipeline,
}

/// What ended a render. Displayed as the text kpt prints, or ours where kpt has none.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The function's process failed. Progress has told so.
    #[error("the function failed with exit code {exit_code}")]
    Failed {
        /// As the process gave it; -1 where it was killed.
        exit_code: i32,
    },
    /// The function could not be found, started or finished.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// An `exec` function without permission.
    #[error("must run with `--allow-exec` option to allow running function binaries")]
    ExecNotAllowed,
    /// The output of the function cannot be used.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The output of the function does not fit what was sent.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// The structured results cannot be read.
    #[error(transparent)]
    Results(ResultsError),
    /// A file holds something that is no Kubernetes object.
    #[error("input resource list must contain only KRM resources: {path}: {reason}")]
    InputNotKrm {
        /// The file.
        path: String,
        /// Position of the resource in the file, from 0.
        index: usize,
        /// What is missing.
        reason: &'static str,
    },
    /// The function returned something that is no Kubernetes object.
    #[error("output resource list must contain only KRM resources: {path}: {reason}")]
    OutputNotKrm {
        /// The file it would go to.
        path: String,
        /// What is missing.
        reason: &'static str,
    },
    /// The file of a functionConfig cannot be used.
    #[error("cannot read function config `{}`: {reason}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A Kptfile cannot be read.
    #[error(transparent)]
    Kptfile(#[from] KptfileError),
    /// A Kptfile breaks a rule.
    #[error(transparent)]
    Invalid(#[from] ValidationError),
    /// Files named by `configPath` that the package does not have; at least one.
    #[error("{}", join(.0))]
    ConfigPaths(Vec<ValidationError>),
    /// A package cannot be read.
    #[error(transparent)]
    Package(PackageError),
}

impl Problem {
    pub(crate) fn input_not_krm(item: &Item, reason: &'static str) -> Self {
        let index = item.marks().index.value().parse().unwrap_or_default();
        Self::InputNotKrm { path: item.path().to_owned(), index, reason }
    }

    pub(crate) fn output_not_krm(item: &Item, reason: &'static str) -> Self {
        Self::OutputNotKrm { path: item.path().to_owned(), reason }
    }

    pub(crate) fn config(path: &Path, reason: String) -> Self {
        Self::Config { path: path.to_owned(), reason }
    }

    /// The error code. None where the function itself failed: its own results tell why.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Failed { .. } => None,
            Self::Runtime(error) => Some(error.code),
            Self::ExecNotAllowed => Some(Code::FnImageUnresolved),
            Self::Output(_) | Self::Restore(_) | Self::Results(_) | Self::OutputNotKrm { .. } => {
                Some(Code::FnOutputInvalid)
            }
            Self::InputNotKrm { .. } => Some(Code::ResourcelistInvalid),
            Self::Config { .. } => Some(Code::FnConfigInvalid),
            Self::Kptfile(_) | Self::Invalid(_) | Self::ConfigPaths(_) => Some(Code::KptfileInvalid),
            Self::Package(error) => Some(error.code()),
        }
    }
}

impl From<PackageError> for Problem {
    fn from(error: PackageError) -> Self {
        match error {
            PackageError::Kptfile(error) => Self::Kptfile(error),
            PackageError::Invalid(error) => Self::Invalid(error),
            error => Self::Package(error),
        }
    }
}

fn join(errors: &[ValidationError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
