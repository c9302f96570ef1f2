//! Ends calls that run too long.
//!
//! Compiled code looks at the engine's epoch counter at every loop and call. One thread sleeps until the earliest
//! deadline and then moves the counter; every running guest notices, compares its own deadline, and goes on or stops.
//! Until the call that was meant is over, the counter is moved again and again: a guest that was looking at its deadline
//! at that very moment has missed the first move. Nothing ticks while no deadline is near.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wasmtime::Engine;

/// Pause between two moves of the counter while a call that has to end is not over.
const INSISTENCE: Duration = Duration::from_millis(1);

/// A deadline and a number that keeps equal deadlines apart.
type Entry = (Instant, u64);

/// Watches the deadlines of the calls of one engine.
#[derive(Debug)]
pub(crate) struct Watchdog {
    watch: Arc<Watch>,
}

#[derive(Debug, Default)]
struct Watch {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Of the calls that are running.
    deadlines: BTreeSet<Entry>,
    /// Those of them that have to end whatever their deadlines are.
    interrupted: BTreeSet<Entry>,
    next: u64,
    /// The thread exists; it is started by the first call that has a deadline.
    started: bool,
    /// When the thread wakes by itself.
    asleep_until: Option<Instant>,
    closed: bool,
}

impl Watch {
    fn state(&self) -> MutexGuard<'_, State> {
        // The state is whole at every unlock, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watchdog {
    pub(crate) fn new() -> Self {
        Self { watch: Arc::default() }
    }

    /// Moves the engine's epoch at `deadline`, unless the returned guard is dropped before.
    pub(crate) fn guard(&self, engine: &Engine, deadline: Instant) -> std::io::Result<Guard<'_>> {
        let mut state = self.watch.state();
        if !state.started {
            let (watch, engine) = (Arc::clone(&self.watch), engine.clone());
            std::thread::Builder::new().name("deadlines".into()).spawn(move || watch_deadlines(&watch, &engine))?;
            state.started = true;
        }
        let entry = (deadline, state.next);
        state.next += 1;
        state.deadlines.insert(entry);
        if state.asleep_until.is_none_or(|wakes| deadline < wakes) {
            self.watch.wake.notify_one();
        }
        Ok(Guard { watch: &self.watch, entry })
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.watch.state().closed = true;
        self.watch.wake.notify_one();
    }
}

/// Keeps one deadline watched.
#[derive(Debug)]
pub(crate) struct Guard<'a> {
    watch: &'a Arc<Watch>,
    entry: Entry,
}

impl Guard<'_> {
    /// What can end the call from elsewhere.
    pub(crate) fn handle(&self) -> Handle {
        Handle { watch: Arc::clone(self.watch), entry: self.entry }
    }
}

/// A way to end one call; does nothing once it is over.
#[derive(Debug)]
pub(crate) struct Handle {
    watch: Arc<Watch>,
    entry: Entry,
}

impl Handle {
    pub(crate) fn end(&self) {
        let mut state = self.watch.state();
        if state.deadlines.contains(&self.entry) {
            state.interrupted.insert(self.entry);
            self.watch.wake.notify_one();
        }
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        // The thread is left asleep: it wakes once for nothing, which is cheaper than waking it for every call.
        let mut state = self.watch.state();
        state.deadlines.remove(&self.entry);
        state.interrupted.remove(&self.entry);
    }
}

fn watch_deadlines(watch: &Watch, engine: &Engine) {
    let mut state = watch.state();
    while !state.closed {
        let now = Instant::now();
        let first = state.deadlines.first().map(|(deadline, _)| *deadline);
        let due = !state.interrupted.is_empty() || first.is_some_and(|deadline| deadline <= now);
        if due {
            engine.increment_epoch();
        }
        let next = if due { Some(now + INSISTENCE) } else { first };
        state.asleep_until = next;
        state = match next {
            Some(deadline) => {
                let pause = deadline.saturating_duration_since(now);
                watch.wake.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner).0
            }
            None => watch.wake.wait(state).unwrap_or_else(PoisonError::into_inner),
        };
    }
}
