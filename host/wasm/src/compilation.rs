//! Compiling within a time. There are modules of a few megabytes whose machine code takes minutes to make.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use crate::error::LoadError;

/// Longest time for the machine code of one module. The largest functions of the kpt catalog, 60 MiB, take 25 s on two
/// processors.
pub(crate) const LONGEST: Duration = Duration::from_secs(120);

/// Stack of the thread that compiles; modules may nest deeply.
const STACK: usize = 8 << 20;

/// What `compile` gives, if it does so in time. The compiler cannot be stopped: it goes on on a thread of its own, to
/// which nobody listens any more, until it is done or the process ends.
///
/// # Errors
/// Those of `compile`, and [`LoadError::Slow`].
pub(crate) fn within<T: Send + 'static>(
    limit: Duration,
    compile: impl FnOnce() -> Result<T, LoadError> + Send + 'static,
) -> Result<T, LoadError> {
    let (sender, receiver) = sync_channel(1);
    thread::Builder::new()
        .name("compile".to_owned())
        .stack_size(STACK)
        .spawn(move || drop(sender.send(compile())))
        .map_err(|error| LoadError::Engine(format!("no thread to compile on: {error}")))?;
    receiver.recv_timeout(limit).unwrap_or_else(|error| {
        Err(match error {
            RecvTimeoutError::Timeout => LoadError::Slow { limit },
            RecvTimeoutError::Disconnected => LoadError::Invalid("its compiler crashed".to_owned()),
        })
    })
}
