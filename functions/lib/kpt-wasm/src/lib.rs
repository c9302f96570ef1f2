//! Lets a program for `wasm32-unknown-unknown` run as a function in kpt's WebAssembly runtimes
//! (`kpt fn render --allow-alpha-wasm`).
//!
//! kpt expects what the Go compiler made of Go programs up to version 1.20: the exports `mem`, `run`, `resume` and `getsp`,
//! imports from `go` that take the address of a frame, and two JavaScript functions that `run` registers:
//! `processResourceList` and `processResourceListErrors`. There are two hosts of that kind:
//!
//! | | node (`KPT_FN_WASM_RUNTIME=nodejs`) | wasmtime (the default of kpt builds with cgo) |
//! |---|---|---|
//! | memory it sees | all, after `runtime.resetMemoryDataView` | what there was before `run` |
//! | how a function fails | `process.exitCode`, standard error, and the list with its results | an answer that is no ResourceList |
//! | bounds | the 4 GiB of wasm32 | input and output of at most [`TRANSFER_BYTES`] |
//!
//! A failure has to be told in the host's own way. With node a function that just answers with something else than a
//! list makes kpt succeed and **delete every file of the package**; with wasmtime an answer that holds error results counts as
//! a success.
//!
//! A function's `main` calls [`serve`]; `porchlight_krm::function_main!` does that on this target, so the same one-line
//! `main.rs` is a program for every target. The linker has to be told `--export-memory=mem`; `scripts/build-kpt-wasm` does.
//!
//! | module | job |
//! |---|---|
//! | `reference` | JavaScript values as the 64 bits that pass the border |
//! | `frame` | calls of the imports |
//! | `host` | what the imports offer, as functions |
//! | `exports` | `run`, `resume`, `getsp`: kpt's protocol |
//! | `failure` | panics and exhausted memory as messages |
//!
//! On other targets the crate holds nothing but the types.

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod exports;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod failure;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod frame;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod host;
#[cfg(any(test, all(target_family = "wasm", target_os = "unknown")))]
mod reference;

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
pub use exports::serve;

/// Longest input and output with kpt's wasmtime, in bytes.
///
/// That host sees the memory a module starts with and none that it grows to, so a block of this size is part of it. It is
/// zeros until it is used and takes no space in the file.
pub const TRANSFER_BYTES: usize = 64 << 20;

/// What a function answers to one ResourceList.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// A ResourceList, also when the function failed: then the one that came, with error results.
    pub list: String,
    /// Why it failed, for people; `None` for success.
    pub failure: Option<String>,
}

/// A function: from the bytes of a ResourceList to its answer.
pub type Handler = fn(&[u8]) -> Answer;
