//! Sees which functions a render runs.

use std::sync::{Arc, Mutex, PoisonError};

use porchlight_package::FunctionRef;
use porchlight_pipeline::{Cancellation, Invocation, PrepareContext, Prepared, RunOutput, Runtime, RuntimeError};

/// Remembers the functions that another runtime makes ready.
#[derive(Debug)]
pub struct Witness<'a, R> {
    runtime: &'a R,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen(Vec<Arc<dyn Prepared>>);

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|function| function.display_name())).finish()
    }
}

/// A function that was run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ran {
    /// The resolved image, or the whole `exec` command.
    pub name: String,
    /// SHA-256 of its code, in hex; none where nobody can tell, as with an image that is in no registry.
    pub sha256: Option<String>,
}

impl<'a, R: Runtime> Witness<'a, R> {
    /// Sees what `runtime` runs.
    pub fn of(runtime: &'a R) -> Self {
        Self { runtime, seen: Mutex::default() }
    }

    /// The functions so far, sorted, each once.
    ///
    /// Ask after the render: what an image is, is known for certain only when it was run.
    pub fn ran(&self) -> Vec<Ran> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ran: Vec<Ran> = seen
            .0
            .iter()
            .map(|function| Ran { name: function.display_name().to_owned(), sha256: function.sha256() })
            .collect();
        ran.sort_unstable();
        ran.dedup();
        ran
    }
}

impl<R: Runtime> Runtime for Witness<'_, R> {
    fn prepare(&self, function: &FunctionRef, context: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError> {
        let prepared: Arc<dyn Prepared> = Arc::from(self.runtime.prepare(function, context)?);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).0.push(Arc::clone(&prepared));
        Ok(Box::new(Shared(prepared)))
    }

    fn is_sandboxed(&self, function: &FunctionRef) -> bool {
        self.runtime.is_sandboxed(function)
    }
}

struct Shared(Arc<dyn Prepared>);

impl Prepared for Shared {
    fn display_name(&self) -> &str {
        self.0.display_name()
    }

    fn sha256(&self) -> Option<String> {
        self.0.sha256()
    }

    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        self.0.run(input)
    }

    fn takes_requests(&self) -> bool {
        self.0.takes_requests()
    }

    fn exchange(&self, request: Arc<Vec<u8>>, cancellation: Option<&Cancellation>) -> Result<RunOutput, RuntimeError> {
        self.0.exchange(request, cancellation)
    }
}
