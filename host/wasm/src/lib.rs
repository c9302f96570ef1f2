//! Runs one WebAssembly function in a sandbox.
//!
//! A function is a WASI preview-1 command: it reads standard input, writes standard output and standard error, and
//! ends with an exit code. Or it is a module for kpt's own wasm runtimes, which gets a text and answers with one. That is
//! all it gets. There are no files, no network, no environment, no real clock and no
//! real randomness, so the same input gives the same output on any machine and any day. Time, memory and output are
//! bounded by [`Limits`]; every bound has its own error.
//!
//! What is costly happens once: [`Sandbox`] holds the engine and the host side of WASI, [`Module`] holds compiled,
//! linked code. A run is then a fresh instance, microseconds old, and nothing of it survives the run.
//!
//! ```
//! use porchlight_wasm::{Limits, Sandbox};
//!
//! let sandbox = Sandbox::new()?;
//! // A command that does nothing at all, successfully.
//! let wasm = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x05\x03\x01\0\x01\
//!     \x07\x13\x02\x06memory\x02\0\x06_start\0\0\x0a\x04\x01\x02\0\x0b";
//! let module = sandbox.compile("idle", wasm)?;
//! let output = module.run(Vec::new(), &Limits::default())?;
//! assert_eq!((output.exit_code, output.stdout.len()), (0, 0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This is the only crate that knows the wasm engine; everything else sees bytes in, bytes out and the errors here.

mod cache;
mod compilation;
mod error;
mod guest;
mod in_place;
mod interrupt;
mod js;
mod limits;
mod module;
mod resident;
mod sandbox;
mod wasi;
mod watchdog;

pub use cache::ModuleCache;
pub use error::{LoadError, RunError, RunFailure};
pub use interrupt::Interrupt;
pub use limits::Limits;
pub use module::{Module, Output};
pub use sandbox::{Sandbox, precompile};
