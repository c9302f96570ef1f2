//! What runs functions, as the pipeline sees it.
//!
//! Two steps: [`Runtime::prepare`] finds the function and does what is costly, once; [`Prepared::run`] runs it.
//! kpt prepares all mutators of a package before it runs the first, so what cannot be found is told before
//! anything has run.

use std::cell::OnceCell;
use std::path::Path;
use std::sync::Arc;

use porchlight_krm::Code;
use porchlight_package::FunctionRef;

use crate::cancellation::Cancellation;

/// Finds functions.
pub trait Runtime: Send + Sync {
    /// Finds the function of a pipeline entry and makes it ready to run. Whether `exec` functions are allowed at
    /// all was checked before.
    ///
    /// # Errors
    /// The function cannot be found or loaded.
    fn prepare(&self, function: &FunctionRef, context: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError>;

    /// A function that is going to be asked for: time to do what is costly, on a thread that has nothing else to do.
    /// Nothing comes of it but that [`Runtime::prepare`] is quicker.
    fn expect(&self, function: &FunctionRef) {
        let _ = function;
    }

    /// True where finding and running a function has no effect but what it returns, so that nobody can tell whether it
    /// ran beside others, or for a render that failed elsewhere.
    fn is_sandboxed(&self, function: &FunctionRef) -> bool {
        let _ = function;
        false
    }
}

/// A function that is ready to run, any number of times.
pub trait Prepared: Send + Sync {
    /// How the function is called in progress and results: the resolved image, or the whole `exec` command.
    fn display_name(&self) -> &str;

    /// SHA-256 of the code that runs (a module, a program, the manifest of an image), as 64 lowercase hex digits; none
    /// where nobody can tell. May cost time, and for a container it is certain only after the first run.
    fn sha256(&self) -> Option<String> {
        None
    }

    /// Runs the function once. A function that fails is no error of this call: its exit code tells.
    ///
    /// # Errors
    /// The function could not be started, or was stopped at a limit.
    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError>;

    /// True for a function that understands requests of [`porchlight_krm::protocol`].
    fn takes_requests(&self) -> bool {
        false
    }

    /// As [`Prepared::run`], with a request as its input, perhaps that of others too, and an answer on stdout. Only for a function that takes requests.
    /// `cancellation` may end the run before its limits do.
    ///
    /// # Errors
    /// The function could not be started, or was stopped at a limit.
    fn exchange(&self, request: Arc<Vec<u8>>, cancellation: Option<&Cancellation>) -> Result<RunOutput, RuntimeError> {
        let _ = (request, cancellation);
        Err(RuntimeError::new(Code::FnUnknown, format!("function `{}` takes text only", self.display_name())))
    }
}

/// Where a function is called from.
#[derive(Clone, Copy, Debug)]
pub struct PrepareContext<'a> {
    /// Absolute directory of the package whose pipeline has the function.
    pub package_directory: &'a Path,
}

/// The input of one run.
#[derive(Clone, Copy)]
pub struct Invocation<'a> {
    write: &'a dyn Fn() -> String,
    text: &'a OnceCell<String>,
    cancellation: Option<&'a Cancellation>,
}

impl<'a> Invocation<'a> {
    /// An input that `write` writes into `text` when it is asked for, unless it is there already.
    pub fn new(write: &'a dyn Fn() -> String, text: &'a OnceCell<String>) -> Self {
        Self { write, text, cancellation: None }
    }

    /// With something that may end the run before its limits do.
    #[must_use]
    pub fn until(mut self, cancellation: &'a Cancellation) -> Self {
        self.cancellation = Some(cancellation);
        self
    }

    /// What may end the run before its limits do.
    #[must_use]
    pub fn cancellation(&self) -> Option<&'a Cancellation> {
        self.cancellation
    }

    /// The input as a ResourceList in YAML, the bytes kpt would send. Written when first asked for.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text.get_or_init(self.write)
    }
}

/// What a function left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunOutput {
    /// All it wrote to stdout.
    pub stdout: Vec<u8>,
    /// All it wrote to stderr.
    pub stderr: Vec<u8>,
    /// Its exit code; -1 where it was killed by a signal.
    pub exit_code: i32,
}

/// Why a function could not be found, started or finished.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct RuntimeError {
    /// `FN_UNKNOWN`, `FN_IMAGE_UNRESOLVED`, `FN_TIMEOUT`, `FN_MEMORY_EXCEEDED`, `FN_TRAPPED`, `FN_OUTPUT_INVALID`
    /// or `CANCELLED`.
    pub code: Code,
    /// What happened and what to do, for people.
    pub message: String,
    /// What the function had written to stderr until then.
    pub stderr: Vec<u8>,
    /// What it comes from.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl RuntimeError {
    /// An error without a cause.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), stderr: Vec::new(), source: None }
    }

    /// With what the function had written to stderr.
    #[must_use]
    pub fn stderr(mut self, stderr: Vec<u8>) -> Self {
        self.stderr = stderr;
        self
    }

    /// With what it comes from.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}
