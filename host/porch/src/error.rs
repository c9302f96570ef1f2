//! What can go wrong between this program and Porch.

use porchlight_krm::Code;
use porchlight_repository::{Lifecycle, NotAllowed};

use crate::access::AccessError;

/// Why a package revision was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum PorchError {
    /// It is not known where the API is, or who asks.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No answer, or one that is none of a Kubernetes API.
    #[error("`{server}` cannot be reached: {reason}")]
    Unreachable {
        /// URL of the API server.
        server: String,
        /// What the connection failed at.
        reason: String,
    },
    /// 401 or 403.
    #[error("`{server}` refuses access (HTTP {status}): {reason}")]
    Denied {
        /// URL of the API server.
        server: String,
        /// HTTP status.
        status: u16,
        /// What the server says.
        reason: String,
    },
    /// The cluster does not have Porch's API.
    #[error("`{server}` has no API `porch.kpt.dev/v1alpha1`")]
    NoPorch {
        /// URL of the API server.
        server: String,
    },
    /// 404.
    #[error("namespace `{namespace}` has no package revision `{name}`")]
    Unknown {
        /// Namespace.
        namespace: String,
        /// Name of the object.
        name: String,
    },
    /// 409, or a version that is not the one the caller knows.
    #[error("`{name}` was changed by somebody else meanwhile{}", .reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    Conflict {
        /// Name of the object.
        name: String,
        /// What the server says.
        reason: Option<String>,
    },
    /// 409 for one that is to be made.
    #[error("`{name}` cannot be made: {reason}")]
    Exists {
        /// Name of the object.
        name: String,
        /// What the server says.
        reason: String,
    },
    /// 410: the repository is managed through the newer API.
    #[error(
        "`{0}` is in a repository that is managed through `porch.kpt.dev/v1alpha2`, where renders are asynchronous"
    )]
    Migrated(String),
    /// A step is not allowed from here.
    #[error("`{name}` is {} and cannot be {}", refused.from, refused.step)]
    Lifecycle {
        /// Name of the object.
        name: String,
        /// What was refused.
        refused: NotAllowed,
    },
    /// Readiness gates without a condition that is true.
    #[error("`{name}` is not ready: {} not True", gates.iter().map(|gate| format!("`{gate}`")).collect::<Vec<_>>().join(", "))]
    NotReady {
        /// Name of the object.
        name: String,
        /// Types of the conditions.
        gates: Vec<String>,
    },
    /// The server ran the pipeline, and it failed. Nothing was stored, unless the server says so.
    #[error("the server could not render `{name}`: {reason}")]
    Render {
        /// Name of the object.
        name: String,
        /// What the server says.
        reason: String,
    },
    /// Another refusal.
    #[error("the server refused to change `{name}` (HTTP {status}): {reason}")]
    Refused {
        /// Name of the object.
        name: String,
        /// HTTP status.
        status: u16,
        /// What the server says.
        reason: String,
    },
    /// An object without what every such object has.
    #[error("the server's answer for `{name}` makes no sense: {problem}")]
    Answer {
        /// Name of the object.
        name: String,
        /// What is missing.
        problem: String,
    },
    /// A file the API cannot carry.
    #[error("`{path}` is no text, and Porch's API carries only text")]
    Binary {
        /// Path in the package.
        path: String,
    },
}

impl PorchError {
    /// The code (requirements §7).
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Access(_)
            | Self::Unreachable { .. }
            | Self::NoPorch { .. }
            | Self::Migrated(_)
            | Self::Answer { .. } => Code::PorchUnavailable,
            Self::Denied { .. } => Code::PorchAuth,
            Self::Unknown { .. } => Code::RevisionUnknown,
            Self::Conflict { .. } => Code::PorchConflict,
            Self::Exists { .. } => Code::RevisionExists,
            Self::Lifecycle { .. } | Self::NotReady { .. } => Code::LifecycleInvalid,
            Self::Render { .. } | Self::Binary { .. } | Self::Refused { .. } => Code::RevisionInvalid,
        }
    }

    /// What to do next; empty where the message says it.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::Access(error) => error.advice().to_owned(),
            Self::Unreachable { .. } => "`kubectl get --raw /apis/porch.kpt.dev/v1alpha1` has to work".to_owned(),
            Self::Denied { status: 401, .. } => "the credentials are missing or too old; log in again".to_owned(),
            Self::Denied { .. } => {
                "`kubectl auth can-i update packagerevisions.porch.kpt.dev` tells what you may do".to_owned()
            }
            Self::NoPorch { .. } => "install Porch there, or choose another cluster with `--context`".to_owned(),
            Self::Unknown { .. } => {
                "`porchlight porch list` shows what there is; `--namespace` chooses where".to_owned()
            }
            Self::Conflict { .. } => "look at it as it is now with `porchlight porch pull`, then try again".to_owned(),
            Self::Exists { .. } => "choose another `--workspace`".to_owned(),
            Self::Migrated(_) => "use `porchctl`, or work on its git repository with `porchlight repo`".to_owned(),
            Self::Lifecycle { refused, .. } => match (refused.from, refused.advice()) {
                (Lifecycle::Published | Lifecycle::DeletionProposed, advice) if advice.contains("`edit`") => {
                    "what is published never changes: make a new revision with `porchctl rpkg copy`".to_owned()
                }
                (_, advice) => advice.to_owned(),
            },
            Self::NotReady { .. } => {
                "conditions are in the status of the package revision; who owns a gate sets its condition".to_owned()
            }
            Self::Render { .. } => "nothing was stored; `porchlight render` in the folder shows the same".to_owned(),
            _ => String::new(),
        }
    }
}
