//! Time that passes only when looked at or slept through.
//!
//! Every clock starts at zero. Reading it moves it a little, so that a loop waiting for a moment ends; sleeping moves
//! it at once to the moment waited for, so that runtimes with their own scheduler (Go's, for one) do not hang.

use wasmtime::{Caller, Linker};

use super::MODULE;
use super::abi::{Bytes, Errno, answer, errno, split};
use crate::guest::Guest;

/// Nanoseconds a reading takes.
const READING: u64 = 1_000;

/// Number of clocks: realtime, monotonic, process time, thread time.
const CLOCKS: u32 = 4;

/// Nanoseconds since the start of the call, by count.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    now: u64,
}

impl Clock {
    fn read(&mut self) -> u64 {
        self.now = self.now.saturating_add(READING);
        self.now
    }
}

pub(super) fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    linker
        .func_wrap(MODULE, "clock_res_get", |mut caller: Caller<'_, Guest>, id: u32, at: u32| {
            answer(resolution(&mut caller, id, at))
        })?
        .func_wrap(MODULE, "clock_time_get", |mut caller: Caller<'_, Guest>, id: u32, _precision: u64, at: u32| {
            answer(time(&mut caller, id, at))
        })?
        .func_wrap(
            MODULE,
            "poll_oneoff",
            |mut caller: Caller<'_, Guest>, wanted: u32, events: u32, count: u32, occurred: u32| {
                answer(poll(&mut caller, wanted, events, count, occurred))
            },
        )?;
    Ok(())
}

fn resolution(caller: &mut Caller<'_, Guest>, id: u32, at: u32) -> Result<(), Errno> {
    let (mut memory, _) = split(caller)?;
    if id >= CLOCKS {
        return Err(Errno(errno::INVAL));
    }
    memory.put(at, &READING.to_le_bytes())
}

fn time(caller: &mut Caller<'_, Guest>, id: u32, at: u32) -> Result<(), Errno> {
    let (mut memory, guest) = split(caller)?;
    if id >= CLOCKS {
        return Err(Errno(errno::INVAL));
    }
    memory.put(at, &guest.clock.read().to_le_bytes())
}

/// Size of one subscription and of one event in memory.
const SUBSCRIPTION: u32 = 48;
const EVENT: u32 = 32;

/// What a guest can wait for.
enum Wait {
    /// A moment of the clock.
    Until(u64),
    /// A stream; ours are always ready, others do not exist.
    Stream { tag: u8, known: bool },
}

struct Subscription {
    user: [u8; 8],
    wait: Wait,
}

fn poll(caller: &mut Caller<'_, Guest>, wanted: u32, events: u32, count: u32, occurred: u32) -> Result<(), Errno> {
    let (mut memory, guest) = split(caller)?;
    if count == 0 {
        return Err(Errno(errno::INVAL));
    }
    let (mut earliest, mut stream_waits) = (u64::MAX, false);
    for index in 0..count {
        match subscription(&memory, wanted, index, guest.clock.now)?.wait {
            Wait::Until(moment) => earliest = earliest.min(moment),
            Wait::Stream { .. } => stream_waits = true,
        }
    }
    // Nothing is ready, so sleep: it takes no time outside.
    let now = guest.clock.now;
    if !stream_waits {
        guest.clock.now = now.max(earliest);
    }
    let mut written = 0;
    for index in 0..count {
        let Subscription { user, wait } = subscription(&memory, wanted, index, now)?;
        let (tag, error) = match wait {
            Wait::Until(moment) if moment <= guest.clock.now => (0, errno::SUCCESS),
            Wait::Until(_) => continue,
            Wait::Stream { tag, known } => (tag, if known { errno::SUCCESS } else { errno::BADF }),
        };
        let mut event = [0; EVENT as usize];
        event[..8].copy_from_slice(&user);
        event[8] = error.to_le_bytes()[0];
        event[10] = tag;
        let at = written * EVENT;
        memory.put(events.checked_add(at).ok_or(Errno(errno::FAULT))?, &event)?;
        written += 1;
    }
    memory.put_u32(occurred, written)
}

fn subscription(memory: &Bytes<'_>, list: u32, index: u32, now: u64) -> Result<Subscription, Errno> {
    /// Set where the moment is absolute.
    const ABSOLUTE: u8 = 1;
    let at = index.checked_mul(SUBSCRIPTION).and_then(|offset| list.checked_add(offset)).ok_or(Errno(errno::FAULT))?;
    let bytes = memory.get(at, SUBSCRIPTION)?;
    let mut user = [0; 8];
    user.copy_from_slice(&bytes[..8]);
    let wait = match bytes[8] {
        0 => {
            let timeout = memory.u64(at + 24)?;
            Wait::Until(if bytes[40] & ABSOLUTE == 0 { now.saturating_add(timeout) } else { timeout })
        }
        tag @ (1 | 2) => Wait::Stream { tag, known: memory.u32(at + 16)? <= 2 },
        _ => return Err(Errno(errno::INVAL)),
    };
    Ok(Subscription { user, wait })
}
