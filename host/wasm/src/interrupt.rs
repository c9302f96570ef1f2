//! Ending a call from outside.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::watchdog::{Guard, Handle};

/// Ends a call before its limits do; from any thread, at any time, also before the call has begun.
///
/// Clones belong to the same call. One that is given to a second call ends that one too, once it was asked to.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    asked: AtomicBool,
    call: Mutex<Option<Handle>>,
}

impl Interrupt {
    /// Ends the call: within microseconds where it is running, at once where it has yet to begin. Nothing happens to a
    /// call that is over.
    pub fn stop(&self) {
        self.inner.asked.store(true, Ordering::SeqCst);
        if let Some(call) = &*self.inner.call.lock().unwrap_or_else(PoisonError::into_inner) {
            call.end();
        }
    }

    /// Whether the call was asked to end.
    pub fn is_asked(&self) -> bool {
        self.inner.asked.load(Ordering::SeqCst)
    }

    /// The call that [`Self::stop`] ends from now on. Whoever attaches looks at [`Self::is_asked`] afterwards: an
    /// interrupt may have come before.
    pub(crate) fn attach(&self, call: &Guard<'_>) {
        *self.inner.call.lock().unwrap_or_else(PoisonError::into_inner) = Some(call.handle());
    }
}
