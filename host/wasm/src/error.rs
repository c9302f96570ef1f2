//! What can go wrong: while a module is loaded, and while it runs.

use std::time::Duration;

/// A module that cannot be prepared for running.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The engine could not be set up on this machine.
    #[error("the wasm engine does not start: {0}")]
    Engine(String),
    /// The bytes are not a valid WebAssembly module, or use a feature the sandbox does not offer.
    #[error("not a WebAssembly module that can run here: {0}")]
    Invalid(String),
    /// Its machine code takes too long to make.
    #[error("compiling it takes longer than {}", seconds(*limit))]
    Slow {
        /// The limit that was set.
        limit: Duration,
    },
    /// The module asks the host for something that is not part of WASI preview 1.
    #[error(
        "the module imports `{import}`, which the sandbox does not offer (only WASI preview 1 and what functions need of kpt's own interface exist there)"
    )]
    UnknownImport {
        /// `module.name` of the first import that has no counterpart.
        import: String,
    },
    /// The module is not a command: nothing to start, or no memory to talk through.
    #[error("the module exports no `{export}`: build it as a WASI command (target wasm32-wasip1)")]
    NotACommand {
        /// The export that is missing or has another type.
        export: &'static str,
    },
    /// Precompiled code of another engine version or for another processor.
    #[error("precompiled code does not fit this engine: {0}")]
    Stale(String),
}

/// A run that did not end by the function's own decision.
///
/// An exit code other than 0 is not an error here: it is the function's answer, in [`Output`](crate::Output).
#[derive(Debug, thiserror::Error)]
#[error("{failure}")]
pub struct RunError {
    /// Why the run ended.
    pub failure: RunFailure,
    /// What the function had written to standard error until then; a panic message, for instance.
    pub stderr: Vec<u8>,
}

/// Why a run ended before the function did.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunFailure {
    /// The wall-clock limit passed.
    #[error("stopped after {}, the limit of one function call", seconds(*limit))]
    Timeout {
        /// The limit that was set.
        limit: Duration,
    },
    /// Somebody asked it to end.
    #[error("stopped before it was done, as nobody waits for it any more")]
    Interrupted,
    /// The function asked for more memory than it may have.
    #[error("asked for {} of memory; the limit is {}", mebibytes(*asked), mebibytes(*limit))]
    MemoryExceeded {
        /// Bytes the function would have had in all.
        asked: usize,
        /// The limit that was set, in bytes.
        limit: usize,
    },
    /// The function wrote more than it may.
    #[error("wrote more than {} to {stream}", mebibytes(*limit))]
    OutputExceeded {
        /// `stdout` or `stderr`.
        stream: &'static str,
        /// The limit that was set, in bytes.
        limit: usize,
    },
    /// The function crashed: a panic, an out-of-bounds access, endless recursion.
    #[error("crashed: {reason}")]
    Trapped {
        /// What the processor of the sandbox stumbled over.
        reason: String,
    },
}

impl RunFailure {
    /// The stable code of this failure (requirements §7).
    pub fn code(&self) -> &'static str {
        match self {
            Self::Timeout { .. } => "FN_TIMEOUT",
            Self::Interrupted => "CANCELLED",
            Self::MemoryExceeded { .. } => "FN_MEMORY_EXCEEDED",
            Self::OutputExceeded { .. } => "FN_OUTPUT_INVALID",
            Self::Trapped { .. } => "FN_TRAPPED",
        }
    }
}

fn seconds(time: Duration) -> String {
    if time.subsec_millis() == 0 { format!("{} s", time.as_secs()) } else { format!("{} ms", time.as_millis()) }
}

fn mebibytes(bytes: usize) -> String {
    const MIB: usize = 1 << 20;
    if bytes.is_multiple_of(MIB) { format!("{} MiB", bytes / MIB) } else { format!("{bytes} bytes") }
}
