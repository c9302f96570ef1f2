//! Ctrl-C and its kin.
//!
//! An interrupt ends the program at once, with the processes it started. Only while a package is being written it
//! waits until the package is whole.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use porchlight_runtime::Processes;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Set once a signal has come, before the processes it ends are seen to end.
static ON_ITS_WAY: AtomicBool = AtomicBool::new(false);

/// How long the end of the program may take after its signal.
const PATIENCE: Duration = Duration::from_secs(2);

/// Leaves the end of the program to a signal that has come: a function that the signal ended is no failure of its own.
pub(crate) fn give_way() {
    if ON_ITS_WAY.load(Ordering::SeqCst) {
        thread::sleep(PATIENCE);
    }
}

/// Holds back interrupts while needed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupts {
    gate: Arc<Mutex<()>>,
}

impl Interrupts {
    /// Takes over the signals that ask a program to end.
    pub(crate) fn watch(processes: Processes) -> io::Result<Self> {
        let interrupts = Self::default();
        let gate = Arc::clone(&interrupts.gate);
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        thread::Builder::new().name("signals".into()).spawn(move || {
            for signal in signals.forever() {
                ON_ITS_WAY.store(true, Ordering::SeqCst);
                processes.kill_all();
                let _open = gate.lock().unwrap_or_else(PoisonError::into_inner);
                // Dies of the signal, as everyone expects: a shell then shows 128 + its number, 130 for ctrl-C.
                drop(emulate_default_handler(signal));
            }
        })?;
        Ok(interrupts)
    }

    /// An interrupt waits until the guard is dropped.
    pub(crate) fn hold(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
