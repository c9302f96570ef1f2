//! The table of embedded functions.

use porchlight_wasm::{LoadError, Module, Sandbox};

/// One of our functions.
pub struct EmbeddedFunction {
    name: &'static str,
    version: &'static str,
    digest: &'static str,
    size: usize,
    metadata: &'static str,
    documentation: &'static str,
    /// Machine code for the processor this program was built for, or the module itself where the engine could not
    /// compile for the target of the build.
    code: &'static [u8],
    precompiled: bool,
}

impl std::fmt::Debug for EmbeddedFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmbeddedFunction")
            .field("name", &self.name)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Starts a page, on any machine; so the next one starts a page as well.
#[repr(C, align(65536))]
struct Pages<T: ?Sized>(T);

static FUNCTIONS: &[EmbeddedFunction] = &include!(concat!(env!("OUT_DIR"), "/functions.rs"));

/// All embedded functions, sorted by name.
pub fn all() -> &'static [EmbeddedFunction] {
    FUNCTIONS
}

/// The embedded function called `name`.
pub fn find(name: &str) -> Option<&'static EmbeddedFunction> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

impl EmbeddedFunction {
    /// Its name, which is also the last part of its image.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its version, without the leading `v`.
    pub fn version(&self) -> &'static str {
        self.version
    }

    /// Digest of the wasm module, as `sha256:<hex>`.
    pub fn digest(&self) -> &'static str {
        self.digest
    }

    /// Bytes of the wasm module.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The text of its `metadata.yaml`.
    pub fn metadata(&self) -> &'static str {
        self.metadata
    }

    /// The text of its `README.md`: purpose, configuration, examples.
    pub fn documentation(&self) -> &'static str {
        self.documentation
    }

    /// True where its machine code is here, so that a sandbox need not compile it.
    pub fn is_precompiled(&self) -> bool {
        self.precompiled
    }

    /// Prepares it for running.
    ///
    /// # Errors
    /// [`LoadError`] on a processor without what its architecture's baseline has, or when the engine does not start.
    #[expect(unsafe_code, reason = "vouches for the machine code that our own build script made")]
    pub fn load(&self, sandbox: &Sandbox) -> Result<Module, LoadError> {
        if !self.precompiled {
            return sandbox.compile(self.name, self.code);
        }
        // SAFETY: these bytes are the output of `porchlight_wasm::precompile`, put here by the build script of this
        // crate; they are part of the program as any other code of it, in pages of their own.
        unsafe { sandbox.load_in_place(self.name, self.code) }
    }
}
