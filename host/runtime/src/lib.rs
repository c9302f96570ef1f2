//! From a pipeline's `image:` or `exec:` to something that runs.
//!
//! An image that the user's own mapping file names is what that file says. An image of ours is the embedded wasm function of that name and version, run in the sandbox. A command is a
//! process, run only where the user allowed it (the pipeline checks that). Everything else is not found, with the
//! trail of what was looked at and what helps.

mod command_line;
mod executable;
mod function_map;
mod functions;
mod image;
mod process;
mod tag;

pub use function_map::{FunctionMap, FunctionMapError};
pub use functions::{FunctionLimits, Functions};
pub use image::OUR_PREFIX;
pub use process::Processes;
