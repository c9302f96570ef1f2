//! The engine and the host side of WASI, set up once.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::{Config, Engine, ExternType, Linker};

use crate::compilation;
use crate::error::LoadError;
use crate::guest::Guest;
use crate::in_place;
use crate::js;
use crate::module::{Kind, Module};
use crate::resident;
use crate::wasi;
use crate::watchdog::Watchdog;

/// Native stack one guest may use: room for deep but sane recursion, below the 2 MiB of a worker thread.
const STACK: usize = 1 << 20;

/// A place to run functions in. Cheap to clone, shared between threads.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    linker: Linker<Guest>,
    pub(crate) watchdog: Watchdog,
    longest_compilation: Duration,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Sets up the engine for the processor of this machine.
    ///
    /// # Errors
    /// [`LoadError::Engine`] where the engine has no support for this machine.
    pub fn new() -> Result<Self, LoadError> {
        Self::of(&configuration(), compilation::LONGEST)
    }

    /// As [`Sandbox::new`], for code that [`precompile`] made of WASI commands, and no other: there are no modules to
    /// compile and none for kpt's runtimes, so it is there in a third of the time.
    ///
    /// # Errors
    /// As [`Sandbox::new`].
    pub fn for_precompiled() -> Result<Self, LoadError> {
        let mut configuration = configuration();
        configuration.enable_compiler(false);
        Self::with_imports(&configuration, compilation::LONGEST, wasi::link)
    }

    /// As [`Sandbox::new`], where compiling a module may take this long.
    ///
    /// # Errors
    /// As [`Sandbox::new`].
    pub fn compiling_within(longest_compilation: Duration) -> Result<Self, LoadError> {
        Self::of(&configuration(), longest_compilation)
    }

    /// As [`Sandbox::new`], for runs that follow each other: memory stays from one to the next, made as new. At most
    /// `runs` at a time; further ones fail. Only for modules with one memory and at most one table of 20,000 entries.
    ///
    /// # Errors
    /// [`LoadError::Engine`] where the engine has no support for this machine, or there is no room for so many memories.
    pub fn with_resident_memory(runs: NonZeroU32) -> Result<Self, LoadError> {
        let mut configuration = configuration();
        resident::keep(&mut configuration, runs);
        Self::of(&configuration, compilation::LONGEST)
    }

    fn of(configuration: &Config, longest_compilation: Duration) -> Result<Self, LoadError> {
        Self::with_imports(configuration, longest_compilation, |linker| {
            wasi::link(linker)?;
            js::link(linker)
        })
    }

    fn with_imports(
        configuration: &Config,
        longest_compilation: Duration,
        link: impl FnOnce(&mut Linker<Guest>) -> wasmtime::Result<()>,
    ) -> Result<Self, LoadError> {
        let engine = Engine::new(configuration).map_err(|error| LoadError::Engine(one_line(&error)))?;
        let mut linker = Linker::new(&engine);
        link(&mut linker).map_err(|error| LoadError::Engine(one_line(&error)))?;
        Ok(Self { inner: Arc::new(Inner { engine, linker, watchdog: Watchdog::new(), longest_compilation }) })
    }

    /// Compiles a module for this machine and prepares it for running as `name` (its `argv[0]`).
    ///
    /// Takes some 0.2 s per half megabyte; see [`ModuleCache`](crate::ModuleCache) and [`precompile`].
    ///
    /// # Errors
    /// [`LoadError`] for bytes that are no module, unknown imports, modules that are no WASI command, and those that take
    /// too long.
    pub fn compile(&self, name: &str, wasm: &[u8]) -> Result<Module, LoadError> {
        let (engine, wasm) = (self.inner.engine.clone(), wasm.to_owned());
        let module = compilation::within(self.inner.longest_compilation, move || {
            wasmtime::Module::from_binary(&engine, &wasm).map_err(|error| LoadError::Invalid(one_line(&error)))
        })?;
        self.prepare(name, &module)
    }

    /// Prepares code made by [`precompile`] (or kept by the cache) for running as `name`.
    ///
    /// The engine checks that the code was made by this version of itself, under the same settings, for a processor
    /// like this one.
    ///
    /// # Errors
    /// [`LoadError::Stale`] when that check fails.
    ///
    /// # Safety
    /// Precompiled code is machine code and runs as such: `code` must be exactly what [`precompile`] or the engine
    /// gave out, from a source the caller trusts like the program itself.
    #[expect(unsafe_code, reason = "loading machine code cannot be checked; the caller answers for where it is from")]
    pub unsafe fn load_precompiled(&self, name: &str, code: &[u8]) -> Result<Module, LoadError> {
        // SAFETY: the caller promises that these bytes are the engine's own output.
        let module = unsafe { wasmtime::Module::deserialize(&self.inner.engine, code) }
            .map_err(|error| LoadError::Stale(one_line(&error)))?;
        self.prepare(name, &module)
    }

    /// As [`Sandbox::load_precompiled`], without a copy where the machine allows that, `code` starts a page and is loaded
    /// for the first time in this process.
    ///
    /// # Errors
    /// As [`Sandbox::load_precompiled`].
    ///
    /// # Safety
    /// As [`Sandbox::load_precompiled`]; and no page that holds a part of `code` holds anything else that is written to.
    #[expect(unsafe_code, reason = "loading machine code cannot be checked; the caller answers for where it is from")]
    pub unsafe fn load_in_place(&self, name: &str, code: &'static [u8]) -> Result<Module, LoadError> {
        if !in_place::take(code) {
            // SAFETY: the same promise.
            return unsafe { self.load_precompiled(name, code) };
        }
        // SAFETY: the caller promises that these bytes are the engine's own output; they live and stay as they are for ever.
        let module = unsafe { wasmtime::Module::deserialize_raw(&self.inner.engine, code.into()) }
            .map_err(|error| LoadError::Stale(one_line(&error)))?;
        self.prepare(name, &module)
    }

    /// Machine code of `wasm` for this machine, for the cache.
    pub(crate) fn machine_code(&self, wasm: &[u8]) -> Result<Vec<u8>, LoadError> {
        let (engine, wasm) = (self.inner.engine.clone(), wasm.to_owned());
        compilation::within(self.inner.longest_compilation, move || {
            engine.precompile_module(&wasm).map_err(|error| LoadError::Invalid(one_line(&error)))
        })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    fn prepare(&self, name: &str, module: &wasmtime::Module) -> Result<Module, LoadError> {
        // What a module wants tells better than what it lacks whom it was built for.
        for import in module.imports() {
            if !wasi::offers(import.module(), import.name()) && !js::offers(import.module(), import.name()) {
                return Err(LoadError::UnknownImport { import: format!("{}.{}", import.module(), import.name()) });
            }
        }
        if js::is_kind_of(module) {
            return self.linked(name, module, Kind::Kpt);
        }
        if !matches!(module.get_export("memory"), Some(ExternType::Memory(_))) {
            return Err(LoadError::NotACommand { export: "memory" });
        }
        match module.get_export("_start") {
            Some(ExternType::Func(start)) if start.params().len() == 0 && start.results().len() == 0 => {}
            _ => return Err(LoadError::NotACommand { export: "_start" }),
        }
        self.linked(name, module, Kind::Wasi)
    }

    fn linked(&self, name: &str, module: &wasmtime::Module, kind: Kind) -> Result<Module, LoadError> {
        let instance =
            self.inner.linker.instantiate_pre(module).map_err(|error| LoadError::Invalid(one_line(&error)))?;
        Ok(Module::new(name, instance, kind, Arc::clone(&self.inner)))
    }
}

/// Compiles `wasm` to machine code for the target triple `target`, for [`Sandbox::load_precompiled`].
///
/// The code uses only what every processor of that architecture has, so it can be shipped; it holds no paths.
///
/// # Errors
/// [`LoadError::Engine`] for a target the engine was not built for, [`LoadError::Invalid`] for a bad module.
pub fn precompile(wasm: &[u8], target: &str) -> Result<Vec<u8>, LoadError> {
    let mut configuration = configuration();
    configuration.target(target).map_err(|error| LoadError::Engine(one_line(&error)))?;
    let engine = Engine::new(&configuration).map_err(|error| LoadError::Engine(one_line(&error)))?;
    engine.precompile_module(wasm).map_err(|error| LoadError::Invalid(one_line(&error)))
}

/// Settings of every engine; those that shape the code must be the same where it is compiled and where it runs.
fn configuration() -> Config {
    let mut configuration = Config::new();
    configuration
        .epoch_interruption(true)
        .max_wasm_stack(STACK)
        // A crash is reported by its reason and the guest's own words; addresses help nobody.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .native_unwind_info(false)
        // Floating-point results must not depend on the processor.
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true);
    in_place::allow(&mut configuration);
    configuration
}

/// The engine's error with its causes, on one line.
pub(crate) fn one_line(error: &wasmtime::Error) -> String {
    let text = format!("{error:#}");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
