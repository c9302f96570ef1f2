//! The threads that read, compare and write files, and compile modules.

use std::num::NonZero;
use std::thread;

use rayon::ThreadPoolBuilder;

/// Files of a package wait for each other and for the disk more than they compute: more threads bring nothing.
const MOST: usize = 8;

/// Starts them: `wanted`, or one per processor. Of several, the thread that calls is one: otherwise it would wake others and
/// sleep, and the system leaves both on one processor for as long as most of this work takes. One alone is a thread of its
/// own, since what runs elsewhere needs it while the one that calls waits.
pub(crate) fn start(wanted: Option<u16>) {
    let threads = wanted.map_or_else(|| thread::available_parallelism().map_or(1, NonZero::get).min(MOST), usize::from);
    let pool = ThreadPoolBuilder::new().num_threads(threads);
    let pool = if threads > 1 { pool.use_current_thread() } else { pool };
    // Fails only where they have been started already.
    drop(pool.build_global());
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_single_thread_works_for_others_while_its_starter_waits() {
        start(Some(1));
        let (done, waits) = mpsc::channel();
        thread::spawn(move || done.send(rayon::join(|| 1, || 2)));
        assert_eq!(waits.recv_timeout(Duration::from_secs(60)), Ok((1, 2)));
    }
}
