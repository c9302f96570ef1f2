//! Modules that are ready to run, each loaded once.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use porchlight_embedded::EmbeddedFunction;
use porchlight_oci::Digest;
use porchlight_wasm::{LoadError, Module, ModuleCache, Sandbox};

use crate::regular_file;

/// Largest module, in bytes. The largest functions of the kpt catalog have 60 MiB.
const LARGEST: u64 = 256 << 20;

#[derive(Debug, Default)]
pub(super) struct Modules {
    /// For modules of others.
    sandbox: OnceLock<Sandbox>,
    /// For the functions inside this program, whose machine code is there.
    own_sandbox: OnceLock<Sandbox>,
    /// For the functions inside this program, where their runs follow each other; so many at a time.
    pub(super) resident: Option<NonZeroU32>,
    resident_sandbox: OnceLock<Sandbox>,
    loaded: Mutex<BTreeMap<String, Loaded>>,
    /// Keeps compiled code between runs of the program.
    pub(super) cache: Option<ModuleCache>,
}

/// A module, and what it is known by.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    pub(super) module: Module,
    /// SHA-256 of its bytes, or of the manifest of its image, in hex.
    pub(super) sha256: String,
    /// It understands requests, see `porchlight_krm::protocol`.
    pub(super) takes_requests: bool,
}

impl Modules {
    /// A function inside this program.
    pub(super) fn embedded(&self, function: &'static EmbeddedFunction) -> Result<Loaded, LoadError> {
        let sha256 = function.digest().trim_start_matches("sha256:");
        self.once(function.name(), || {
            let module = function.load(self.sandbox_of(function)?)?;
            // All of ours do, and these are of the version of this very program.
            Ok(Loaded { module, sha256: sha256.to_owned(), takes_requests: true })
        })
    }

    /// A module of somebody else, a WASI preview 1 command. No flag guards it: it gets nothing but its input.
    ///
    /// # Errors
    /// Why not, for people.
    pub(super) fn file(&self, path: &Path) -> Result<Loaded, String> {
        let load = || {
            let wasm = regular_file::read(path, LARGEST)?;
            if !wasm.starts_with(b"\0asm") {
                return Err("it is no WebAssembly module".to_owned());
            }
            let module = self.compile(&path.file_stem().unwrap_or_default().to_string_lossy(), &wasm)?;
            Ok(Loaded { module, sha256: Digest::of(&wasm).hex(), takes_requests: false })
        };
        // A path with a slash cannot be the name of an embedded function.
        self.once(&format!("file/{}", path.display()), load)
            .map_err(|error| format!("cannot load module `{}`: {error}", path.display()))
    }

    /// A module of somebody else from a registry, by the digest of its image.
    ///
    /// # Errors
    /// Why it cannot be run, for people.
    pub(super) fn pulled(&self, name: &str, digest: Digest, wasm: &[u8]) -> Result<Loaded, String> {
        let load = || Ok(Loaded { module: self.compile(name, wasm)?, sha256: digest.hex(), takes_requests: false });
        self.once(&format!("image/{digest}"), load)
    }

    fn compile(&self, name: &str, wasm: &[u8]) -> Result<Module, String> {
        let sandbox = self.sandbox().map_err(|error| error.to_string())?;
        let module = match &self.cache {
            Some(cache) => cache.load(sandbox, name, wasm),
            None => sandbox.compile(name, wasm),
        };
        module.map_err(|error| explain(&error))
    }

    fn once<E>(&self, key: &str, load: impl FnOnce() -> Result<Loaded, E>) -> Result<Loaded, E> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = loaded.get(key) {
            return Ok(known.clone());
        }
        let fresh = load()?;
        loaded.insert(key.to_owned(), fresh.clone());
        Ok(fresh)
    }

    fn sandbox(&self) -> Result<&Sandbox, LoadError> {
        first(&self.sandbox, Sandbox::new)
    }

    /// The sandbox of a function inside this program. Modules of others may ask for more than resident memory has.
    fn sandbox_of(&self, function: &EmbeddedFunction) -> Result<&Sandbox, LoadError> {
        match self.resident {
            Some(runs) => first(&self.resident_sandbox, || Sandbox::with_resident_memory(runs)),
            None if function.is_precompiled() => first(&self.own_sandbox, Sandbox::for_precompiled),
            None => self.sandbox(),
        }
    }
}

fn first(cell: &OnceLock<Sandbox>, make: impl FnOnce() -> Result<Sandbox, LoadError>) -> Result<&Sandbox, LoadError> {
    if let Some(sandbox) = cell.get() {
        return Ok(sandbox);
    }
    let sandbox = make()?;
    Ok(cell.get_or_init(|| sandbox))
}

/// kpt's own kind of module is a likely mistake.
fn explain(error: &LoadError) -> String {
    match error {
        LoadError::UnknownImport { import } if import.starts_with("gojs.") || import.starts_with("go.") => format!(
            "{error}; it is a js/wasm module of the Go compiler, which needs a JavaScript engine: build it as a WASI command \
             (`GOOS=wasip1 GOARCH=wasm`)"
        ),
        _ => error.to_string(),
    }
}
