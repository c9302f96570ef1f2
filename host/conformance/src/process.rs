//! One run of another program: its exit code and what it printed, within a time limit.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// What is run, where, and with which changes to the environment.
#[derive(Debug, Clone)]
pub struct Run {
    program: PathBuf,
    arguments: Vec<OsString>,
    folder: PathBuf,
    environment: Vec<(OsString, Option<OsString>)>,
    stdin: Vec<u8>,
    limit: Duration,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The exit code; 128 + N after signal N, as shells say it.
    pub code: i32,
    /// Standard output, as text; bytes that are not UTF-8 become U+FFFD.
    pub stdout: String,
    /// Standard error, likewise.
    pub stderr: String,
}

impl Run {
    /// A run of `program` in `folder`, at most two minutes long.
    #[must_use]
    pub fn new(program: &Path, folder: &Path) -> Self {
        Self {
            program: program.to_owned(),
            arguments: Vec::new(),
            folder: folder.to_owned(),
            environment: Vec::new(),
            stdin: Vec::new(),
            limit: Duration::from_secs(120),
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn arguments<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|word| word.as_ref().to_owned()));
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn variable(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), Some(value.as_ref().to_owned())));
        self
    }

    /// Takes an environment variable away.
    #[must_use]
    pub fn without(mut self, name: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), None));
        self
    }

    /// What the program reads on standard input; nothing otherwise.
    #[must_use]
    pub fn stdin(mut self, bytes: Vec<u8>) -> Self {
        self.stdin = bytes;
        self
    }

    /// Another time limit than two minutes.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The command as one would type it, for messages.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut words = vec![self.program.display().to_string()];
        words.extend(self.arguments.iter().map(|word| word.to_string_lossy().into_owned()));
        words.join(" ")
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// The program cannot be started, or runs longer than the limit; it and what it started are then killed.
    pub fn finish(self) -> io::Result<Finished> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.folder).process_group(0);
        for (name, value) in &self.environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let group = child.id();
        let stdin = child.stdin.take();
        let bytes = self.stdin;
        // A program that does not read its input is none of our concern, so a broken pipe is not an error.
        let writer = thread::spawn(move || stdin.map(|mut pipe| pipe.write_all(&bytes)));
        let stdout = drain(child.stdout.take());
        let stderr = drain(child.stderr.take());
        let end = Instant::now() + self.limit;
        let rest = || end.saturating_duration_since(Instant::now());
        let output = stdout.recv_timeout(rest()).and_then(|out| Ok((out, stderr.recv_timeout(rest())?)));
        let Ok((stdout, stderr)) = output else {
            let _ = Command::new("kill").args(["-KILL", "--", &format!("-{group}")]).status();
            let _ = child.wait();
            let limit = self.limit.as_secs();
            return Err(io::Error::new(io::ErrorKind::TimedOut, format!("still running after {limit} s; stopped")));
        };
        let status = child.wait()?;
        drop(writer.join());
        let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
        Ok(Finished { code, stdout, stderr })
    }
}

/// Reads a pipe to its end in the background.
fn drain(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes);
        }
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Run {
        Run::new(Path::new("sh"), Path::new("/")).arguments(["-c", script])
    }

    #[test]
    fn code_and_both_outputs() {
        let run = shell("cat; echo $NAME >&2; exit 3").variable("NAME", "value").stdin(b"in".to_vec());
        let finished = run.finish().unwrap();
        assert_eq!(finished, Finished { code: 3, stdout: "in".to_owned(), stderr: "value\n".to_owned() });
    }

    #[test]
    fn a_signal_has_a_code() {
        assert_eq!(shell("kill -KILL $$").finish().unwrap().code, 137);
    }

    #[test]
    fn the_limit_stops_it() {
        let error = shell("sleep 60").limit(Duration::from_millis(100)).finish().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn no_such_program() {
        assert!(Run::new(Path::new("/nowhere/at-all"), Path::new("/")).finish().is_err());
    }
}
