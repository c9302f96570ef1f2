//! Why an image could not be brought, made or sent.

use std::io;
use std::path::{Path, PathBuf};

use crate::digest::Digest;

/// Why an image could not be brought, made or sent. What was being brought was not stored then.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// It is not in the store, and the policy forbids to ask the registry.
    #[error("it is not on this machine, and pulling is ruled out by `--image-pull-policy Never`")]
    NotStored,
    /// No answer.
    #[error("registry `{registry}` cannot be reached: {reason}")]
    Unreachable {
        /// Host and port.
        registry: String,
        /// What the connection failed at.
        reason: String,
    },
    /// 401 or 403.
    #[error("registry `{registry}` refuses access (HTTP {status}): {advice}")]
    Unauthorized {
        /// Host and port.
        registry: String,
        /// HTTP status.
        status: u16,
        /// What to do about it.
        advice: String,
    },
    /// 404.
    #[error("registry `{registry}` has no {what}")]
    NotFound {
        /// Host and port.
        registry: String,
        /// What was asked for.
        what: String,
    },
    /// 429, still after some tries.
    #[error("registry `{registry}` takes no more requests for now (HTTP 429){}", wait(*retry_after))]
    TooManyRequests {
        /// Host and port.
        registry: String,
        /// Seconds the registry asks to wait.
        retry_after: Option<u64>,
    },
    /// 5xx, still after some tries.
    #[error("registry `{registry}` is in trouble (HTTP {status}); try again later")]
    Server {
        /// Host and port.
        registry: String,
        /// HTTP status.
        status: u16,
    },
    /// An answer that the distribution protocol does not know.
    #[error("registry `{registry}` gave an answer that makes no sense: {problem}")]
    Protocol {
        /// Host and port.
        registry: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The connection ended too early.
    #[error("{what} broke off after {got} of {expected} bytes")]
    Truncated {
        /// What was being transferred.
        what: String,
        /// Bytes that came.
        got: u64,
        /// Bytes announced.
        expected: u64,
    },
    /// Content that is not what was asked for.
    #[error("{what} is not what it should be: its digest is {actual}, expected {expected}")]
    DigestMismatch {
        /// What was transferred.
        what: String,
        /// The digest asked for.
        expected: Digest,
        /// The digest of what came.
        actual: Digest,
    },
    /// Beyond a bound.
    #[error("{what} is larger than {} MiB, the most this program takes", limit >> 20)]
    TooLarge {
        /// What was to be transferred.
        what: String,
        /// The bound, in bytes.
        limit: u64,
    },
    /// There is an image, but none that this program can run.
    #[error("{0}")]
    NoModule(String),
    /// Docker's configuration or one of its credential helpers.
    #[error("cannot get credentials for registry `{registry}`: {problem}")]
    Credentials {
        /// Host and port.
        registry: String,
        /// What is wrong, and where.
        problem: String,
    },
    /// It is not signed as it must be.
    #[error("the signature of `{image}` cannot be verified: {problem}")]
    Signature {
        /// Its name.
        image: String,
        /// What is missing or wrong.
        problem: String,
    },
    /// A layout of images cannot be read or written.
    #[error("cannot use the images in `{}`: {problem}", path.display())]
    Layout {
        /// File or directory.
        path: PathBuf,
        /// Why not.
        problem: String,
    },
    /// An image cannot be built.
    #[error("cannot build the image of `{function}`: {problem}")]
    Build {
        /// The function.
        function: String,
        /// What is missing or wrong, and what to do.
        problem: String,
    },
    /// The store cannot be read or written.
    #[error("cannot use the store of images `{}`: {source}", path.display())]
    Store {
        /// File or directory.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl ImageError {
    pub(crate) fn layout(path: &Path, problem: String) -> Self {
        Self::Layout { path: path.to_owned(), problem }
    }

    pub(crate) fn build(function: &str, problem: impl Into<String>) -> Self {
        Self::Build { function: function.to_owned(), problem: problem.into() }
    }
}

fn wait(retry_after: Option<u64>) -> String {
    match retry_after {
        Some(seconds) => format!("; it asks to wait {seconds} seconds"),
        None => "; try again later".to_owned(),
    }
}
