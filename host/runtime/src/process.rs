//! One function as a process: its input, its output, its limits, its end.
//!
//! A process is its own group, so that what it starts can be ended with it. The call ends when both outputs are
//! closed and the process has gone, or at the limit, even if something that left the group still holds an output.
//! What a process began outside its group, a container for instance, is ended by a command of its own.

mod aftermath;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use porchlight_pipeline::Cancellation;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

pub(crate) use aftermath::Aftermath;

/// The processes that are running, so that an interrupt can end them with the program.
#[derive(Debug, Clone, Default)]
pub struct Processes {
    groups: Arc<Mutex<Groups>>,
}

#[derive(Debug, Default)]
struct Groups {
    /// By process group.
    running: BTreeMap<i32, Option<Aftermath>>,
    /// No further process may start.
    closed: bool,
}

impl Processes {
    /// Ends every running function with all it started, and lets no other start.
    pub fn kill_all(&self) {
        let aftermaths: Vec<Aftermath> = {
            let mut groups = self.lock();
            groups.closed = true;
            for group in groups.running.keys() {
                kill(*group);
            }
            groups.running.values().flatten().cloned().collect()
        };
        aftermath::clear(&aftermaths);
    }

    /// Ends one function with all it started, if it is still running.
    fn kill(&self, group: i32) {
        if self.lock().running.contains_key(&group) {
            kill(group);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Groups> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, command: &mut Command, aftermath: Option<&Aftermath>) -> io::Result<Child> {
        let mut groups = self.lock();
        if groups.closed {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let child = command.process_group(0).spawn()?;
        groups.running.insert(child.id().cast_signed(), aftermath.cloned());
        Ok(child)
    }

    /// Ends what is left of the group and takes the exit status. The number of the group is freed only here, so no
    /// kill can meet a stranger.
    fn end(&self, child: &mut Child) -> io::Result<ExitStatus> {
        let mut groups = self.lock();
        kill(child.id().cast_signed());
        groups.running.remove(&child.id().cast_signed());
        child.wait()
    }
}

fn kill(group: i32) {
    if let Some(group) = Pid::from_raw(group) {
        // Fails only where nobody is left to kill.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// What a process may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProcessLimits {
    pub(crate) time: Duration,
    pub(crate) stdout: usize,
    pub(crate) stderr: usize,
}

/// What a process left behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finished {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// -1 where it was killed by a signal.
    pub(crate) exit_code: i32,
}

/// Why a process was not allowed to finish, or could not start.
#[derive(Debug)]
pub(crate) enum Ended {
    NotStarted(io::Error),
    Timeout { stderr: Vec<u8> },
    OutputExceeded { stream: &'static str, stderr: Vec<u8> },
    Cancelled { stderr: Vec<u8> },
}

/// Runs `command` on `input`. `aftermath` ends what would outlive the process when it is killed.
pub(crate) fn run(
    processes: &Processes,
    command: &mut Command,
    aftermath: Option<&Aftermath>,
    input: &str,
    limits: &ProcessLimits,
) -> Result<Finished, Ended> {
    run_until(processes, command, aftermath, input, limits, None)
}

/// As [`run`], and ends when `cancellation` says so.
pub(crate) fn run_until(
    processes: &Processes,
    command: &mut Command,
    aftermath: Option<&Aftermath>,
    input: &str,
    limits: &ProcessLimits,
    cancellation: Option<&Cancellation>,
) -> Result<Finished, Ended> {
    let deadline = Instant::now().checked_add(limits.time);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = processes.start(command, aftermath).map_err(Ended::NotStarted)?;
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.as_bytes().to_vec();
        // A function need not read its input; then the pipe breaks, which is its own affair.
        thread::spawn(move || drop(stdin.write_all(&input)));
    }
    let _cancellable = cancellation.map(|cancellation| {
        let (processes, group) = (processes.clone(), child.id().cast_signed());
        cancellation.on_cancel(move || processes.kill(group))
    });
    let (sender, closed) = channel();
    let stdout = Collector::start("stdout", child.stdout.take(), limits.stdout, sender.clone());
    let stderr = Collector::start("stderr", child.stderr.take(), limits.stderr, sender);
    let outcome = wait(&child, &closed, deadline);
    let exit_code = processes.end(&mut child).ok().and_then(|status| status.code());
    if let Some(aftermath) = aftermath.filter(|_| outcome.is_err() || exit_code.is_none()) {
        aftermath::clear(std::slice::from_ref(aftermath));
    }
    match outcome {
        // The kill may have met a process that was just done; nobody waits for that answer either.
        Ok(()) if cancellation.is_some_and(Cancellation::is_cancelled) => {
            Err(Ended::Cancelled { stderr: stderr.take() })
        }
        Ok(()) => Ok(Finished { stdout: stdout.take(), stderr: stderr.take(), exit_code: exit_code.unwrap_or(-1) }),
        Err(Stop::Time) => Err(Ended::Timeout { stderr: stderr.take() }),
        Err(Stop::Output(stream)) => Err(Ended::OutputExceeded { stream, stderr: stderr.take() }),
    }
}

enum Stop {
    Time,
    Output(&'static str),
}

/// Waits until both outputs are closed and the process has ended, but not longer than `deadline`.
fn wait(child: &Child, closed: &Receiver<Closed>, deadline: Option<Instant>) -> Result<(), Stop> {
    let left = || deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()));
    loop {
        match closed.recv_timeout(left()) {
            Ok(Closed::AtEnd) => {}
            Ok(Closed::AtLimit(stream)) => return Err(Stop::Output(stream)),
            Err(RecvTimeoutError::Timeout) => return Err(Stop::Time),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    // Nearly always it has gone already; a process that closed its outputs and works on is looked at ever less often.
    let mut pause = Duration::from_micros(50);
    while !has_ended(child) {
        if left().is_zero() {
            return Err(Stop::Time);
        }
        thread::sleep(pause.min(left()));
        pause = (pause * 2).min(Duration::from_millis(20));
    }
    Ok(())
}

/// Whether the process has ended; its number stays taken.
fn has_ended(child: &Child) -> bool {
    let Some(pid) = Pid::from_raw(child.id().cast_signed()) else { return true };
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    !matches!(waitid(WaitId::Pid(pid), look), Ok(None))
}

/// How reading an output came to its end.
enum Closed {
    AtEnd,
    AtLimit(&'static str),
}

/// Reads one output beside the process. The thread is never waited for: it may hang on a descriptor that a process
/// outside the group keeps open.
struct Collector {
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    fn start(
        stream: &'static str,
        source: Option<impl Read + Send + 'static>,
        limit: usize,
        sender: Sender<Closed>,
    ) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        if let Some(mut source) = source {
            let bytes = Arc::clone(&bytes);
            thread::spawn(move || {
                // A receiver that is gone has stopped waiting.
                drop(sender.send(collect(&mut source, &bytes, limit, stream)));
            });
        }
        Self { bytes }
    }

    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn collect(source: &mut impl Read, bytes: &Mutex<Vec<u8>>, limit: usize, stream: &'static str) -> Closed {
    let mut chunk = vec![0; 64 << 10];
    loop {
        match source.read(&mut chunk) {
            Ok(0) => return Closed::AtEnd,
            Ok(read) => {
                let mut bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
                let room = limit.saturating_sub(bytes.len());
                bytes.extend_from_slice(&chunk[..read.min(room)]);
                if read > room {
                    return Closed::AtLimit(stream);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Closed::AtEnd,
        }
    }
}

#[cfg(test)]
mod tests;
