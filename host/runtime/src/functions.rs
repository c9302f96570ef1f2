//! The runtime: finds functions and makes them ready.

mod command;
mod sandboxed;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use porchlight_embedded::EmbeddedFunction;
use porchlight_krm::Code;
use porchlight_package::{Compat, FunctionRef};
use porchlight_pipeline::{PrepareContext, Prepared, Runtime, RuntimeError};
use porchlight_wasm::{Limits, LoadError, Module, ModuleCache, Sandbox};
use semver::Version;

use crate::function_map::{FunctionMap, Replacement};
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
    map: FunctionMap,
    cache: Option<ModuleCache>,
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
            map: FunctionMap::default(),
            cache: None,
        }
    }

    /// The same runtime keeping the machine code of modules that are not embedded, in this directory.
    #[must_use]
    pub fn with_cache(mut self, directory: PathBuf) -> Self {
        self.cache = Some(ModuleCache::new(directory));
        self
    }

    /// The same runtime with what the user says runs in place of images.
    #[must_use]
    pub fn with_map(mut self, map: FunctionMap) -> Self {
        self.map = map;
        self
    }

    /// The processes it has started, for ending them on an interrupt.
    pub fn processes(&self) -> Processes {
        self.processes.clone()
    }

    fn command(&self, text: &str) -> Result<Command, RuntimeError> {
        Command::new(text, self.process_limits(), self.processes.clone())
    }

    fn process_limits(&self) -> ProcessLimits {
        ProcessLimits {
            time: self.limits.process_time,
            stdout: self.limits.sandbox.stdout,
            stderr: self.limits.sandbox.stderr,
        }
    }

    /// What the user's mapping or this program has for an image.
    fn image(&self, function: &FunctionRef) -> Result<Box<dyn Prepared>, RuntimeError> {
        let image = Image::of(function, self.compat, self.image_prefix.as_deref());
        match self.map.find(&image) {
            None => Ok(Box::new(self.embedded(function)?)),
            Some(Replacement::Image(other)) => {
                let other = FunctionRef { image: other.clone(), tag: String::new(), ..function.clone() };
                Ok(Box::new(self.embedded(&other)?))
            }
            Some(Replacement::Exec(words)) => {
                let (limits, processes) = (self.process_limits(), self.processes.clone());
                Ok(Box::new(Command::standing_for(image.to_string(), words, limits, processes)))
            }
            Some(Replacement::Wasm(file)) => {
                let module = self.module_file(&image, file)?;
                Ok(Box::new(Sandboxed::new(image.to_string(), module, self.limits.sandbox)))
            }
        }
    }

    /// A module of the user's own, named as the last part of the image.
    fn module_file(&self, image: &Image, file: &Path) -> Result<Module, RuntimeError> {
        let failed = |reason: String| {
            let message =
                format!("cannot load `{}`, which the function map names for `{image}`: {reason}", file.display());
            RuntimeError::new(Code::FnImageUnresolved, message)
        };
        let wasm = fs::read(file).map_err(|error| failed(error.to_string()))?;
        let name = image.repository.rsplit('/').next().unwrap_or_default();
        self.sandbox()
            .and_then(|sandbox| match &self.cache {
                Some(cache) => cache.load(sandbox, name, &wasm),
                None => sandbox.compile(name, &wasm),
            })
            .map_err(|error| failed(error.to_string()))
    }

    fn sandbox(&self) -> Result<&Sandbox, LoadError> {
        if let Some(sandbox) = self.sandbox.get() {
            return Ok(sandbox);
        }
        let sandbox = Sandbox::new()?;
        Ok(self.sandbox.get_or_init(|| sandbox))
    }

    fn embedded(&self, function: &FunctionRef) -> Result<Sandboxed, RuntimeError> {
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
            message += ". A program on this machine can stand in: name it for the image in a file given with `--function-map`, or with \
                `exec:` and render with `--allow-exec`";
        }
        RuntimeError::new(Code::FnImageUnresolved, message)
    }

    /// The compiled function, loaded once.
    fn module(&self, function: &'static EmbeddedFunction) -> Result<Module, RuntimeError> {
        let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = modules.get(function.name()) {
            return Ok(module.clone());
        }
        let failed = |error: LoadError| {
            RuntimeError::new(Code::FnImageUnresolved, format!("cannot load function `{}`: {error}", function.name()))
        };
        let sandbox = self.sandbox().map_err(failed)?;
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
        if function.exec.is_empty() { self.image(function) } else { Ok(Box::new(self.command(&function.exec)?)) }
    }
}
