//! From a pipeline's `image:` or `exec:` to something that runs.
//!
//! An image of ours is the embedded wasm function of that name and version, run in the sandbox. A function map names
//! what stands in for an image: a module from a file, a program, another image. Any other image is a module from its
//! registry, run in the sandbox, or a container, run as kpt runs it, where the user allowed the one or the other. A
//! command is a process, run only where the user allowed it (the pipeline checks that). Everything else is not found,
//! with the trail of what was looked at and what helps.

mod command_line;
mod container;
mod executable;
mod function_map;
mod functions;
mod lock;
mod process;
mod regular_file;

pub use container::{Containers, Engine, Mount, MountError, PullPolicy, UnknownEngine, UnknownPullPolicy};
pub use function_map::{FunctionMap, FunctionMapError};
pub use functions::{FunctionLimits, Functions};
pub use lock::{LOCK_FILE, Lock, LockError, LockedImage, Origin};
pub use porchlight_package::OUR_PREFIX;
pub use process::Processes;
