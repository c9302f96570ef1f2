//! Our functions, inside the binary.
//!
//! The build script compiles every function of `functions.txt` to wasm and on to machine code; here they are found by
//! name, described, and loaded into a sandbox within a fraction of a millisecond.

mod function;

pub use function::{EmbeddedFunction, all, find};
