//! The runtime: finds functions and makes them ready.

mod command;
mod contained;
mod locked;
mod modules;
mod package_context;
mod registry;
mod resolution;
mod sandboxed;
mod trail;
mod wanted;

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use porchlight_embedded::EmbeddedFunction;
use porchlight_krm::Code;
use porchlight_oci::Puller;
use porchlight_package::{Compat, FunctionRef};
use porchlight_pipeline::{PrepareContext, Prepared, Runtime, RuntimeError};
use porchlight_wasm::{Limits, ModuleCache};

use crate::container::{Containers, PullPolicy};
use crate::function_map::FunctionMap;
use crate::lock::Lock;
use crate::process::{Ended, ProcessLimits, Processes};
use command::Command;
use modules::Modules;
use package_context::PackageContext;
use registry::Registry;

/// Bounds of one function call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionLimits {
    /// In the sandbox. Its bounds on output hold for processes and containers too.
    pub sandbox: Limits,
    /// Time of a process or a container; kpt's is 5 minutes.
    pub process_time: Duration,
}

impl Default for FunctionLimits {
    fn default() -> Self {
        Self { sandbox: Limits::default(), process_time: Duration::from_secs(5 * 60) }
    }
}

/// Finds and runs the functions of pipelines.
///
/// As made by [`Functions::new`] it runs the functions inside this program and `exec:` commands (which the pipeline
/// allows or not); everything else is permitted one by one.
#[derive(Debug)]
pub struct Functions {
    compat: Compat,
    image_prefix: Option<String>,
    limits: FunctionLimits,
    map: Option<FunctionMap>,
    mapped_exec: bool,
    containers: Option<Containers>,
    /// The text of `exec:` is the path of a module.
    exec_is_module: bool,
    registry: Option<Registry>,
    /// Finds out what the images of containers mean before they are run, and whether they are signed.
    identifies: Option<Puller>,
    lock: Option<Lock>,
    /// The executable of the container engine, asked for its version once.
    engine: OnceLock<Result<PathBuf, String>>,
    modules: Modules,
    processes: Processes,
}

impl Functions {
    /// A runtime that completes names as the kpt release `compat` does.
    ///
    /// `image_prefix` stands before names without `/` and is a place of our own images, beside [`OUR_PREFIX`].
    pub fn new(compat: Compat, image_prefix: Option<String>, limits: FunctionLimits) -> Self {
        Self {
            compat,
            image_prefix,
            limits,
            map: None,
            mapped_exec: false,
            containers: None,
            exec_is_module: false,
            registry: None,
            identifies: None,
            lock: None,
            engine: OnceLock::new(),
            modules: Modules::default(),
            processes: Processes::default(),
        }
    }

    /// Looks images up in `map` first. Its `exec:` entries are run only if `allow_exec`.
    #[must_use]
    pub fn with_map(mut self, map: FunctionMap, allow_exec: bool) -> Self {
        self.map = Some(map);
        self.mapped_exec = allow_exec;
        self
    }

    /// Allows containers.
    #[must_use]
    pub fn with_containers(mut self, containers: Containers) -> Self {
        self.containers = Some(containers);
        self
    }

    /// Keeps the compiled code of modules from files in `directory`, which nobody else may write.
    #[must_use]
    pub fn with_cache(mut self, directory: PathBuf) -> Self {
        self.modules.cache = Some(ModuleCache::new(directory));
        self
    }

    /// Keeps memory for `runs` runs of the functions inside this program, which are the most at a time: for a program that
    /// runs functions again and again.
    #[must_use]
    pub fn with_resident_memory(mut self, runs: NonZeroU32) -> Self {
        self.modules.resident = Some(runs);
        self
    }

    /// Takes the text of every `exec:` for the path of a module: half of kpt's `--allow-alpha-wasm`.
    #[must_use]
    pub fn with_exec_as_modules(mut self) -> Self {
        self.exec_is_module = true;
        self
    }

    /// Looks for modules in registries, before containers: the other half of kpt's `--allow-alpha-wasm`.
    #[must_use]
    pub fn with_registries(mut self, puller: Puller, policy: PullPolicy) -> Self {
        self.registry = Some(Registry { puller, policy });
        self
    }

    /// Asks the registry for the digest of every container's image, and runs what has that digest. Where `puller` has
    /// keys, the image must be signed with one of them.
    #[must_use]
    pub fn with_identified_containers(mut self, puller: Puller) -> Self {
        self.identifies = Some(puller);
        self
    }

    /// Runs nothing but what `lock` holds.
    #[must_use]
    pub fn with_lock(mut self, lock: Lock) -> Self {
        self.lock = Some(lock);
        self
    }

    /// The processes it has started, for ending them on an interrupt.
    pub fn processes(&self) -> Processes {
        self.processes.clone()
    }

    /// The module in a file.
    ///
    /// # Errors
    /// `FN_IMAGE_UNRESOLVED`: no such file, or no module that can run here.
    pub fn module(&self, path: &Path) -> Result<Box<dyn Prepared>, RuntimeError> {
        self.module_file(&path.display().to_string(), path)
    }

    fn process_limits(&self) -> ProcessLimits {
        ProcessLimits {
            time: self.limits.process_time,
            stdout: self.limits.sandbox.stdout,
            stderr: self.limits.sandbox.stderr,
        }
    }

    /// The function inside this program that certainly runs for a pipeline entry.
    fn own(&self, function: &FunctionRef) -> Option<&'static EmbeddedFunction> {
        if !function.exec.is_empty() || self.map.is_some() {
            return None;
        }
        Some(self.embedded(&self.wanted(function).ok()?).ok()?.1)
    }

    fn command(&self, text: &str) -> Result<Command, RuntimeError> {
        Command::new(text, self.process_limits(), self.processes.clone())
    }
}

/// A process that was stopped at a limit.
fn stopped(name: &str, ended: Ended, limits: &ProcessLimits) -> RuntimeError {
    match ended {
        Ended::Timeout { stderr } => {
            let message = format!(
                "function `{name}` stopped after {:?}, the limit of one function call; allow more with `--fn-timeout`",
                limits.time
            );
            RuntimeError::new(Code::FnTimeout, message).stderr(stderr)
        }
        Ended::Cancelled { stderr } => {
            let message = format!("function `{name}` stopped before it was done, as nobody waits for it any more");
            RuntimeError::new(Code::Cancelled, message).stderr(stderr)
        }
        Ended::OutputExceeded { stream, stderr } => {
            let message = format!("function `{name}` wrote more to {stream} than it may");
            RuntimeError::new(Code::FnOutputInvalid, message).stderr(stderr)
        }
        Ended::NotStarted(error) => RuntimeError::new(Code::FnUnknown, format!("function `{name}`: {error}")),
    }
}

impl Runtime for Functions {
    fn prepare(&self, function: &FunctionRef, _: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError> {
        if function.image == package_context::IMAGE {
            Ok(Box::new(PackageContext::new(self.compat)))
        } else if function.exec.is_empty() {
            self.image(function)
        } else if let Some(lock) = &self.lock {
            Err(locked::exec(lock, &function.exec))
        } else if self.exec_is_module {
            self.module_file(&function.exec, Path::new(&function.exec))
        } else {
            Ok(Box::new(self.command(&function.exec)?))
        }
    }

    fn expect(&self, function: &FunctionRef) {
        if let Some(function) = self.own(function) {
            // What goes wrong is told when it is asked for.
            drop(self.modules.embedded(function));
        }
    }

    fn is_sandboxed(&self, function: &FunctionRef) -> bool {
        self.own(function).is_some()
    }
}
