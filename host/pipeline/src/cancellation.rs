//! Ending a run that nobody waits for any more.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Asks the run of a function to end before its limits do, from any thread. Clones belong to the same run.
#[derive(Clone, Default)]
pub struct Cancellation {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    cancelled: AtomicBool,
    action: Mutex<Option<Action>>,
}

type Action = Box<dyn FnOnce() + Send>;

impl Cancellation {
    /// Ends the run, now or as soon as it begins. A second time nothing happens.
    pub fn cancel(&self) {
        self.inner.cancelled.store(true, Ordering::SeqCst);
        let action = self.action().take();
        if let Some(action) = action {
            action();
        }
    }

    /// Whether the run was asked to end.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.inner.cancelled.load(Ordering::SeqCst)
    }

    /// Has `action` called on [`Self::cancel`], or right now if that was called before, unless the guard is dropped
    /// first. There is one action at a time; a later one takes the place of an earlier one.
    pub fn on_cancel(&self, action: impl FnOnce() + Send + 'static) -> OnCancel<'_> {
        *self.action() = Some(Box::new(action));
        if self.is_cancelled() {
            self.cancel();
        }
        OnCancel { cancellation: self }
    }

    fn action(&self) -> MutexGuard<'_, Option<Action>> {
        self.inner.action.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cancellation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancellation").field("cancelled", &self.is_cancelled()).finish_non_exhaustive()
    }
}

/// Keeps the action of [`Cancellation::on_cancel`].
#[derive(Debug)]
pub struct OnCancel<'a> {
    cancellation: &'a Cancellation,
}

impl Drop for OnCancel<'_> {
    fn drop(&mut self) {
        drop(self.cancellation.action().take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(cancellation: &Cancellation) -> (Arc<AtomicBool>, OnCancel<'_>) {
        let called = Arc::new(AtomicBool::new(false));
        let mark = Arc::clone(&called);
        (called, cancellation.on_cancel(move || mark.store(true, Ordering::SeqCst)))
    }

    #[test]
    fn the_action_is_called_on_cancel_from_any_clone() {
        let cancellation = Cancellation::default();
        let (called, _guard) = counted(&cancellation);
        assert!(!cancellation.is_cancelled() && !called.load(Ordering::SeqCst));
        cancellation.clone().cancel();
        assert!(cancellation.is_cancelled() && called.load(Ordering::SeqCst));
    }

    #[test]
    fn what_was_cancelled_before_is_cancelled_at_once() {
        let cancellation = Cancellation::default();
        cancellation.cancel();
        let (called, _guard) = counted(&cancellation);
        assert!(called.load(Ordering::SeqCst));
    }

    #[test]
    fn a_dropped_guard_forgets_the_action() {
        let cancellation = Cancellation::default();
        let (called, guard) = counted(&cancellation);
        drop(guard);
        cancellation.cancel();
        assert!(!called.load(Ordering::SeqCst));
    }
}
