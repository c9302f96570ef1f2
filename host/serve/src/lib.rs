//! Porch's function runner, without pods.
//!
//! Porch sends each function call of a render to a gRPC service, `evaluator.FunctionEvaluator`. This crate is that
//! service over functions that need no container: a call costs no pod, no image pull and no cold start. It speaks to all
//! generations of Porch (porch §1.2), answers in Porch's status codes (porch §1.4), and passes images it does not know on
//! to another runner, so that it can stand in front of Porch's own.
//!
//! The way of a call:
//!
//! 1. **Read** ([`message`]): at most `--max-request-body-size` bytes; larger messages are `ResourceExhausted`.
//! 2. **Enter**: so many calls may be in the house, with so many bytes; more are `Unavailable`, which Porch tries again.
//! 3. **Find** ([`Catalogue`]): what runs for the image; else the fallback, else `NotFound`.
//! 4. **Wait for a turn**: so many functions run at a time, first come, first served.
//! 5. **Run**, off the threads that serve the network. A caller that goes away, or whose deadline passes, ends the
//!    function in the middle of its loop.
//! 6. **Answer**: the output and stderr; of a function that failed, its results in the status message, as Porch shows its
//!    users nothing else.
//!
//! What runs the functions is behind [`Source`]: this crate knows no wasm engine.

mod admission;
mod call;
mod catalogue;
mod codec;
mod deadline;
mod descriptor;
mod execution;
mod failure;
mod fallback;
mod health;
mod log;
pub mod message;
mod metrics;
mod probe;
mod runner;
mod server;
mod service;
mod signals;
mod tracer;

pub use admission::Bounds;
pub use catalogue::{Catalogue, ConfigError, FunctionConfigs, ImageMap, Inside, Source, Targets, function_configs};
pub use log::{Level, LogFormat, start as start_log};
pub use probe::probe;
pub use runner::Strictness;
pub use server::{ServeError, Server, Settings, Totals, run};
