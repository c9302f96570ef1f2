//! Compiled and linked code, ready to run.

use std::sync::Arc;

use wasmtime::{InstancePre, Store, Trap, UpdateDeadline};

use crate::error::{RunError, RunFailure};
use crate::guest::{Guest, Stop};
use crate::interrupt::Interrupt;
use crate::js;
use crate::limits::Limits;
use crate::sandbox::{Inner, one_line};

/// A function that can be run any number of times, from any thread.
#[derive(Clone)]
pub struct Module {
    name: Arc<str>,
    instance: InstancePre<Guest>,
    kind: Kind,
    sandbox: Arc<Inner>,
}

/// How a module is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A command of WASI preview 1.
    Wasi,
    /// A module for kpt's own runtimes.
    Kpt,
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Module").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a function gave back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// All it wrote to standard output.
    pub stdout: Vec<u8>,
    /// All it wrote to standard error.
    pub stderr: Vec<u8>,
    /// Its exit code; 0 where it just returned.
    pub exit_code: i32,
}

impl Module {
    pub(crate) fn new(name: &str, instance: InstancePre<Guest>, kind: Kind, sandbox: Arc<Inner>) -> Self {
        Self { name: name.into(), instance, kind, sandbox }
    }

    /// The imports of the module, sorted: what it asks of its surroundings.
    pub fn imports(&self) -> Vec<String> {
        let module = self.instance.module();
        let mut names: Vec<String> =
            module.imports().map(|import| format!("{}.{}", import.module(), import.name())).collect();
        names.sort_unstable();
        names
    }

    /// Runs the function on `stdin` in a fresh instance.
    ///
    /// # Errors
    /// [`RunError`] when a limit was reached or the function crashed. A function that ends with an exit code other
    /// than 0 is an [`Output`], not an error.
    pub fn run(&self, stdin: Vec<u8>, limits: &Limits) -> Result<Output, RunError> {
        self.run_until(stdin, limits, &Interrupt::default())
    }

    /// As [`Self::run`], on input that any number of runs may share, and ends when `interrupt` says so.
    ///
    /// # Errors
    /// As [`Self::run`], and [`RunFailure::Interrupted`].
    pub fn run_until(
        &self,
        stdin: impl Into<Arc<Vec<u8>>>,
        limits: &Limits,
        interrupt: &Interrupt,
    ) -> Result<Output, RunError> {
        let mut store =
            Store::new(&self.sandbox.engine, Guest::new(&self.name, stdin.into(), limits, interrupt.clone()));
        store.limiter(|guest| &mut guest.memory);
        store.epoch_deadline_callback(|context| {
            let guest = context.data();
            if guest.interrupt.is_asked() {
                Err(Stop::Interrupted.into())
            } else if std::time::Instant::now() >= guest.deadline {
                Err(Stop::Deadline.into())
            } else {
                Ok(UpdateDeadline::Continue(1))
            }
        });
        // First the store, then the watch: a deadline that has passed already must still be noticed.
        store.set_epoch_deadline(1);
        let deadline = store.data().deadline;
        let ended = match self.sandbox.watchdog.guard(&self.sandbox.engine, deadline) {
            Ok(guard) => {
                interrupt.attach(&guard);
                if interrupt.is_asked() { Err(Stop::Interrupted.into()) } else { self.start(&mut store) }
            }
            Err(error) => Err(wasmtime::Error::from(error).context("no thread for the time limit")),
        };
        let (stdout, stderr) = store.into_data().stdio.into_output();
        match ended.map_or_else(|error| reason(&error, limits), |()| Ok(0)) {
            Ok(exit_code) => Ok(Output { stdout, stderr, exit_code }),
            Err(failure) => Err(RunError { failure, stderr }),
        }
    }

    fn start(&self, store: &mut Store<Guest>) -> wasmtime::Result<()> {
        let instance = self.instance.instantiate(&mut *store)?;
        match self.kind {
            Kind::Wasi => instance.get_typed_func::<(), ()>(&mut *store, "_start")?.call(store, ()),
            Kind::Kpt => js::run(instance, store),
        }
    }
}

/// The exit code where the guest chose to end, the failure where it was ended.
fn reason(error: &wasmtime::Error, limits: &Limits) -> Result<i32, RunFailure> {
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return match *stop {
            Stop::Exit(code) => Ok(code),
            Stop::Deadline => Err(RunFailure::Timeout { limit: limits.time }),
            Stop::Interrupted => Err(RunFailure::Interrupted),
            Stop::Memory { asked } => Err(RunFailure::MemoryExceeded { asked, limit: limits.memory }),
            Stop::Output { stream } => {
                let limit = if stream == "stdout" { limits.stdout } else { limits.stderr };
                Err(RunFailure::OutputExceeded { stream, limit })
            }
        };
    }
    let reason = match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => "call stack exhausted (endless recursion?)".to_owned(),
        Some(Trap::UnreachableCodeReached) => "aborted (a panic or a failed check)".to_owned(),
        Some(trap) => trap.to_string().trim_start_matches("wasm trap: ").to_owned(),
        None => one_line(error),
    };
    Err(RunFailure::Trapped { reason })
}
