//! What a run of the program takes.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often a running program is looked at.
const STEP: Duration = Duration::from_millis(2);

/// A run.
pub(crate) struct Measured {
    pub(crate) output: Output,
    pub(crate) time: Duration,
    /// Most memory it held at a time, in bytes.
    pub(crate) memory: u64,
}

/// Runs a command to its end.
pub(crate) fn measure(command: &mut Command) -> Measured {
    let start = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let watcher = std::thread::spawn(move || {
        let mut highest = 0;
        // A program that has ended has a status without memory until it is waited for, then none.
        while let Some(held) = fs::read_to_string(&status).ok().as_deref().and_then(peak) {
            highest = highest.max(held);
            sleep(STEP);
        }
        highest
    });
    let output = child.wait_with_output().expect("it ends");
    Measured { output, time: start.elapsed(), memory: watcher.join().expect("the watcher ends") }
}

/// `VmHWM` of a status, in bytes.
fn peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? << 10)
}

/// A line of the table of `scripts/torture`.
pub(crate) fn tell(what: &str, measured: &str, floor: &str) {
    println!("| {what} | {measured} | {floor} |");
}

/// Whether the large tests are asked for, which `scripts/torture` does.
pub(crate) fn is_torture() -> bool {
    std::env::var_os("PORCHLIGHT_TORTURE").is_some()
}
