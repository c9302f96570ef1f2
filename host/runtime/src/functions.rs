//! The runtime: finds functions and makes them ready.

mod command;
mod sandboxed;

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use porchlight_embedded::EmbeddedFunction;
use porchlight_krm::Code;
use porchlight_package::{Compat, FunctionRef};
use porchlight_pipeline::{PrepareContext, Prepared, Runtime, RuntimeError};
use porchlight_wasm::{Limits, Module, Sandbox};
use semver::Version;

use crate::image::{Image, OUR_PREFIX, default_prefix};
use crate::process::{ProcessLimits, Processes};
use crate::tag;
use command::Command;
use sandboxed::Sandboxed;

/// Bounds of one function call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionLimits {
    /// In the sandbox. Its bounds on output hold for processes too.
    pub sandbox: Limits,
    /// Time of a process; kpt's is 5 minutes.
    pub process_time: Duration,
}

impl Default for FunctionLimits {
    fn default() -> Self {
        Self { sandbox: Limits::default(), process_time: Duration::from_secs(5 * 60) }
    }
}

/// Finds and runs the functions of pipelines.
#[derive(Debug)]
pub struct Functions {
    compat: Compat,
    image_prefix: Option<String>,
    limits: FunctionLimits,
    sandbox: OnceLock<Sandbox>,
    modules: Mutex<BTreeMap<&'static str, Module>>,
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
            sandbox: OnceLock::new(),
            modules: Mutex::default(),
            processes: Processes::default(),
        }
    }

    /// The processes it has started, for ending them on an interrupt.
    pub fn processes(&self) -> Processes {
        self.processes.clone()
    }

    fn command(&self, text: &str) -> Result<Command, RuntimeError> {
        let limits = ProcessLimits {
            time: self.limits.process_time,
            stdout: self.limits.sandbox.stdout,
            stderr: self.limits.sandbox.stderr,
        };
        Command::new(text, limits, self.processes.clone())
    }

    fn image(&self, function: &FunctionRef) -> Result<Sandboxed, RuntimeError> {
        let mut image = Image::of(function, self.compat, self.image_prefix.as_deref());
        let ours = self.ours(&image);
        if !function.tag.is_empty() {
            image.tag = Some(match ours {
                Some(found) if accepts(&function.tag, found) => format!("v{}", found.version()),
                _ => function.tag.clone(),
            });
        }
        let found = ours.ok_or_else(|| self.unresolved(&image, function))?;
        if image.digest.is_some() {
            return Err(RuntimeError::new(
                Code::FnImageUnresolved,
                format!(
                    "cannot resolve image `{image}`: the function inside this program cannot be checked against the \
                     digest of an image; name it by tag, `{}:v{}`",
                    image.repository,
                    found.version()
                ),
            ));
        }
        if image.tag.as_deref().is_some_and(|tag| !accepts(tag, found)) {
            return Err(RuntimeError::new(
                Code::FnImageUnresolved,
                format!(
                    "cannot resolve image `{image}`: this program holds version v{} of `{}`; use that tag, or the \
                     release of porchlight that holds the other version",
                    found.version(),
                    found.name()
                ),
            ));
        }
        Ok(Sandboxed::new(image.to_string(), self.module(found)?, self.limits.sandbox))
    }

    /// The embedded function an image names, whatever its tag.
    fn ours(&self, image: &Image) -> Option<&'static EmbeddedFunction> {
        [Some(OUR_PREFIX), self.image_prefix.as_deref()].into_iter().flatten().find_map(|prefix| {
            let name = image.repository.strip_prefix(prefix.trim_end_matches('/'))?.strip_prefix('/')?;
            porchlight_embedded::find(name)
        })
    }

    fn unresolved(&self, image: &Image, function: &FunctionRef) -> RuntimeError {
        let names: Vec<&str> = porchlight_embedded::all().iter().map(EmbeddedFunction::name).collect();
        let mut message = format!(
            "cannot resolve image `{image}`: tried the functions inside this program, which are {}/{{{}}}; containers \
             are not run by this version",
            self.image_prefix.as_deref().unwrap_or(OUR_PREFIX).trim_end_matches('/'),
            names.join(",")
        );
        let name = function.image.split([':', '@']).next().unwrap_or_default();
        if self.image_prefix.is_none() && porchlight_embedded::find(name).is_some() {
            message += &format!(
                ". A short name stands for an image of {}; write `{OUR_PREFIX}/{}`, or render with `--image-prefix \
                 {OUR_PREFIX}`",
                default_prefix(self.compat),
                function.image
            );
        } else {
            message += ". A program on this machine can stand in: name it with `exec:` and render with `--allow-exec`";
        }
        RuntimeError::new(Code::FnImageUnresolved, message)
    }

    /// The compiled function, loaded once.
    fn module(&self, function: &'static EmbeddedFunction) -> Result<Module, RuntimeError> {
        let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = modules.get(function.name()) {
            return Ok(module.clone());
        }
        let failed = |error: porchlight_wasm::LoadError| {
            RuntimeError::new(Code::FnImageUnresolved, format!("cannot load function `{}`: {error}", function.name()))
        };
        let sandbox = match self.sandbox.get() {
            Some(sandbox) => sandbox,
            None => {
                let sandbox = Sandbox::new().map_err(failed)?;
                self.sandbox.get_or_init(|| sandbox)
            }
        };
        let module = function.load(sandbox).map_err(failed)?;
        modules.insert(function.name(), module.clone());
        Ok(module)
    }
}

fn accepts(tag: &str, function: &EmbeddedFunction) -> bool {
    Version::parse(function.version()).is_ok_and(|version| tag::accepts(tag, &version))
}

impl Runtime for Functions {
    fn prepare(&self, function: &FunctionRef, _: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError> {
        if function.exec.is_empty() {
            Ok(Box::new(self.image(function)?))
        } else {
            Ok(Box::new(self.command(&function.exec)?))
        }
    }
}
