//! The threads that read, compare and write files.

use std::num::NonZero;
use std::thread;

/// Files of a package wait for each other and for the disk more than they compute: more threads bring nothing.
const MOST: usize = 8;

/// Starts them: `wanted`, or one per processor. The thread that calls is one of them. Otherwise it would wake others and
/// sleep, and the system leaves both on one processor for as long as most of this work takes.
pub(crate) fn start(wanted: Option<u16>) {
    let threads = wanted.map_or_else(|| thread::available_parallelism().map_or(1, NonZero::get).min(MOST), usize::from);
    // Fails only where they have been started already.
    drop(rayon::ThreadPoolBuilder::new().num_threads(threads).use_current_thread().build_global());
}
