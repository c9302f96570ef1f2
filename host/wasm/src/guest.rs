//! The state the host keeps for one call.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::interrupt::Interrupt;
use crate::js::World;
use crate::limits::{Limits, MemoryAccount};
use crate::wasi::{Clock, Random, Stdio};

/// Everything one instance can reach: three streams, a clock that only counts, numbers that only look random.
#[derive(Debug)]
pub(crate) struct Guest {
    pub(crate) stdio: Stdio,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) memory: MemoryAccount,
    /// What modules for kpt's runtimes reach.
    pub(crate) world: World,
    pub(crate) deadline: Instant,
    pub(crate) interrupt: Interrupt,
    /// The only argument: the name the function was started under.
    pub(crate) name: Box<str>,
}

impl Guest {
    pub(crate) fn new(name: &str, stdin: Arc<Vec<u8>>, limits: &Limits, interrupt: Interrupt) -> Self {
        /// Stands for "never" where adding the limit to now would leave the range of the clock.
        const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365);
        let now = Instant::now();
        Self {
            stdio: Stdio::new(stdin, limits.stdout, limits.stderr),
            clock: Clock::default(),
            random: Random::default(),
            memory: MemoryAccount::new(limits.memory),
            world: World::default(),
            deadline: now.checked_add(limits.time).unwrap_or(now + FAR),
            interrupt,
            name: name.into(),
        }
    }
}

/// Why the host, or the guest itself, ended the call; travels through the engine as an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    #[error("exit {0}")]
    Exit(i32),
    #[error("deadline")]
    Deadline,
    #[error("interrupted")]
    Interrupted,
    #[error("memory {asked}")]
    Memory { asked: usize },
    #[error("{stream} full")]
    Output { stream: &'static str },
}
