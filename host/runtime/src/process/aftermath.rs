//! Ending what outlives a killed process.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The longest wait; whoever pressed ctrl-C wants to go on.
const PATIENCE: Duration = Duration::from_secs(5);

/// A command that ends what a process began outside its own group.
#[derive(Debug, Clone)]
pub(crate) struct Aftermath {
    program: PathBuf,
    arguments: Vec<OsString>,
}

impl Aftermath {
    pub(crate) fn new(program: impl AsRef<Path>, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        let arguments = arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
        Self { program: program.as_ref().to_owned(), arguments }
    }

    /// Starts the command. It is on its own, so that no ctrl-C of a terminal meets it.
    fn start(&self) -> Option<Child> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.process_group(0).spawn().ok()
    }
}

/// Runs the commands side by side and waits for them, but not long. What they say does not matter: nothing may be left
/// to end.
pub(super) fn clear(aftermaths: &[Aftermath]) {
    let deadline = Instant::now() + PATIENCE;
    let mut running: Vec<Child> = aftermaths.iter().filter_map(Aftermath::start).collect();
    loop {
        running.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
        if running.is_empty() || Instant::now() >= deadline {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
}
