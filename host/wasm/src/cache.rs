//! Machine code of modules met before, kept between runs of the program.
//!
//! Compiling takes a fraction of a second, loading its result a fraction of a millisecond. An entry is found by the
//! SHA-256 of the module and by everything of the engine that shapes code (version, settings, processor), so a new
//! version never meets old code, and two programs may share a directory.

use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::LoadError;
use crate::module::Module;
use crate::sandbox::Sandbox;

/// A directory of compiled modules.
///
/// Its content is run as machine code. On Unix an entry is therefore used only when it is a regular file that belongs
/// to the user of this process and that nobody else may write, in a directory of which the same is true; anything
/// else is ignored, as is an entry that is damaged. Without a cache everything works, only slower.
#[derive(Debug, Clone)]
pub struct ModuleCache {
    directory: PathBuf,
}

impl ModuleCache {
    /// A cache in `directory`, which is made when the first module is stored.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// Prepares `wasm` for running as `name`: from the cache, or compiled and then put there.
    ///
    /// A cache that cannot be read or written is no error.
    ///
    /// # Errors
    /// As [`Sandbox::compile`].
    pub fn load(&self, sandbox: &Sandbox, name: &str, wasm: &[u8]) -> Result<Module, LoadError> {
        let entry = self.entry(sandbox, wasm);
        if let Some(code) = self.read(&entry)
            && let Ok(module) = load(sandbox, name, &code)
        {
            return Ok(module);
        }
        let code = sandbox.machine_code(wasm)?;
        // Best effort: a full disk must not stop a render.
        drop(self.write(&entry, &code));
        load(sandbox, name, &code)
    }

    fn entry(&self, sandbox: &Sandbox, wasm: &[u8]) -> PathBuf {
        let mut engine = Fingerprint(Sha256::new());
        sandbox.engine().precompile_compatibility_hash().hash(&mut engine);
        self.directory.join(format!("{}-{}.cwasm", hex(&Sha256::digest(wasm)), &hex(&engine.0.finalize())[..16]))
    }

    fn read(&self, entry: &Path) -> Option<Vec<u8>> {
        if !(is_ours(&self.directory, fs::Metadata::is_dir) && is_ours(entry, fs::Metadata::is_file)) {
            return None;
        }
        let mut bytes = fs::read(entry).ok()?;
        let code = bytes.len().checked_sub(DIGEST)?;
        let intact = Sha256::digest(&bytes[..code])[..] == bytes[code..];
        bytes.truncate(code);
        intact.then_some(bytes)
    }

    /// Writes beside the entry and renames, so that a reader meets a whole entry or none.
    fn write(&self, entry: &Path, code: &[u8]) -> io::Result<()> {
        make_private_directory(&self.directory)?;
        let beside = entry.with_extension(format!("{}.tmp", std::process::id()));
        let written = make_private_file(&beside).and_then(|mut file| {
            file.write_all(code)?;
            file.write_all(&Sha256::digest(code))?;
            file.sync_all()?;
            fs::rename(&beside, entry)
        });
        if written.is_err() {
            drop(fs::remove_file(&beside));
        }
        written
    }
}

/// Bytes of the digest that ends an entry.
const DIGEST: usize = 32;

#[expect(unsafe_code, reason = "machine code that this very process made, or that only this user can have written")]
fn load(sandbox: &Sandbox, name: &str, code: &[u8]) -> Result<Module, LoadError> {
    // SAFETY: `code` comes from `machine_code` or from a file that passed `is_ours` and its digest: engine output,
    // whole, written by a process of this user.
    unsafe { sandbox.load_precompiled(name, code) }
}

#[cfg(unix)]
fn is_ours(path: &Path, kind: impl Fn(&fs::Metadata) -> bool) -> bool {
    use std::os::unix::fs::MetadataExt;
    /// Write permission of the group and of others.
    const FOREIGN_WRITE: u32 = 0o022;
    let me = rustix::process::geteuid().as_raw();
    fs::symlink_metadata(path).is_ok_and(|found| kind(&found) && found.uid() == me && found.mode() & FOREIGN_WRITE == 0)
}

#[cfg(not(unix))]
fn is_ours(path: &Path, kind: impl Fn(&fs::Metadata) -> bool) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| kind(&found))
}

#[cfg(unix)]
fn make_private_directory(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_private_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

fn make_private_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Collects what the engine considers relevant.
struct Fingerprint(Sha256);

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        // The full digest is read from the field; a short one is never asked for.
        0
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
