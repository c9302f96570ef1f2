//! How many calls may be in the house, and how many of them run.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much is done at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Functions that run; at least 1.
    pub running: usize,
    /// Calls in the house, those that run included; at least `running`.
    pub calls: usize,
    /// Bytes of their requests, together.
    pub bytes: usize,
}

impl Default for Bounds {
    /// One function per processor, 1,024 calls, 512 MiB.
    fn default() -> Self {
        let running = std::thread::available_parallelism().map_or(1, usize::from);
        Self { running, calls: 1024, bytes: 512 << 20 }
    }
}

/// The smallest part of memory that is counted, in bytes.
const PORTION: usize = 1 << 10;

/// Lets calls in, and gives them turns in the order in which they asked.
#[derive(Debug)]
pub(crate) struct Admission {
    bounds: Bounds,
    turns: Arc<Semaphore>,
    calls: Arc<Semaphore>,
    portions: Arc<Semaphore>,
}

/// Why a call was not let in. It may come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Full {
    #[error("{0} calls are being worked on or waiting; try again")]
    Calls(usize),
    #[error("the calls being worked on or waiting hold {} MiB; try again", .0 >> 20)]
    Bytes(usize),
}

impl Admission {
    pub(crate) fn new(bounds: Bounds) -> Self {
        let semaphore = |permits: usize| Arc::new(Semaphore::new(permits.clamp(1, Semaphore::MAX_PERMITS)));
        Self {
            bounds,
            turns: semaphore(bounds.running),
            calls: semaphore(bounds.calls.max(bounds.running)),
            portions: semaphore(bounds.bytes.div_ceil(PORTION)),
        }
    }

    /// Lets a call in whose request has `bytes` bytes.
    pub(crate) fn enter(&self, bytes: usize) -> Result<Seat, Full> {
        let call = Arc::clone(&self.calls).try_acquire_owned().map_err(|_| Full::Calls(self.bounds.calls))?;
        let portions = u32::try_from(bytes.div_ceil(PORTION)).unwrap_or(u32::MAX);
        let memory =
            Arc::clone(&self.portions).try_acquire_many_owned(portions).map_err(|_| Full::Bytes(self.bounds.bytes))?;
        Ok(Seat { _call: call, _memory: memory, turns: Arc::clone(&self.turns) })
    }
}

/// A call that was let in; it leaves when this is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    _call: OwnedSemaphorePermit,
    _memory: OwnedSemaphorePermit,
    turns: Arc<Semaphore>,
}

/// The right to run a function, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Seat {
    /// Waits for a turn. Turns are given in the order of asking.
    pub(crate) async fn turn(&self) -> Turn {
        let permit = Arc::clone(&self.turns).acquire_owned().await;
        Turn { _permit: permit.expect("invariant: the semaphore is never closed") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission() -> Admission {
        Admission::new(Bounds { running: 1, calls: 3, bytes: 10 << 10 })
    }

    #[test]
    fn calls_and_bytes_are_bounded_and_come_back() {
        let admission = admission();
        let seats: Vec<Seat> = (0..3).map(|_| admission.enter(1).unwrap()).collect();
        assert_eq!(admission.enter(1).unwrap_err(), Full::Calls(3));
        drop(seats);
        let large = admission.enter(10 << 10).unwrap();
        assert_eq!(admission.enter(1).unwrap_err(), Full::Bytes(10 << 10));
        drop(large);
        assert!(admission.enter(1).is_ok());
    }

    #[tokio::test]
    async fn turns_are_given_in_the_order_of_asking() {
        let admission = admission();
        let first = admission.enter(1).unwrap();
        let turn = first.turn().await;
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        let mut waiting = Vec::new();
        for number in 0..2 {
            let (seat, order) = (admission.enter(1).unwrap(), Arc::clone(&order));
            waiting.push(tokio::spawn(async move {
                let _turn = seat.turn().await;
                order.lock().unwrap().push(number);
            }));
            tokio::task::yield_now().await;
        }
        assert!(order.lock().unwrap().is_empty());
        drop(turn);
        for task in waiting {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [0, 1]);
    }
}
