//! A program of this machine, ready to run.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process;

use porchlight_krm::Code;
use porchlight_oci::Digest;
use porchlight_package::quote;
use porchlight_pipeline::{Invocation, Prepared, RunOutput, RuntimeError};

use super::stopped;
use crate::process::{Ended, Finished, ProcessLimits, Processes, run_until};
use crate::{command_line, executable};

pub(super) struct Command {
    name: String,
    program: String,
    arguments: Vec<String>,
    limits: ProcessLimits,
    processes: Processes,
    /// It stands for a container, of which kpt passes the lines of standard error on without the last line end.
    stands_for_image: bool,
}

impl Command {
    /// The command of an `exec:` entry, called by its whole text. The program is looked for when it is run, as kpt
    /// does.
    pub(super) fn new(text: &str, limits: ProcessLimits, processes: Processes) -> Result<Self, RuntimeError> {
        let mut words = command_line::split(text)
            .map_err(|error| {
                let message = format!("exec command {} must be valid: {error}", quote(text));
                RuntimeError::new(Code::KptfileInvalid, message)
            })?
            .into_iter();
        let program = words.next().unwrap_or_else(|| text.to_owned());
        Ok(Self {
            name: text.to_owned(),
            program,
            arguments: words.collect(),
            limits,
            processes,
            stands_for_image: false,
        })
    }

    /// The same command under the name of the image it stands in for. A path is relative to `folder`.
    pub(super) fn stand_in(self, name: String, folder: &Path) -> Self {
        let program = match self.program.contains('/') {
            true => folder.join(&self.program).to_string_lossy().into_owned(),
            false => self.program,
        };
        Self { name, program, stands_for_image: true, ..self }
    }

    fn executable(&self) -> Result<PathBuf, String> {
        executable::find(&self.program, std::env::var_os("PATH").as_deref())
    }
}

impl Prepared for Command {
    fn display_name(&self) -> &str {
        &self.name
    }

    fn sha256(&self) -> Option<String> {
        Digest::of_file(&self.executable().ok()?).ok().map(|digest| digest.hex())
    }

    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        let not_started = |message| RuntimeError::new(Code::FnUnknown, message);
        let program = self.executable().map_err(not_started)?;
        let mut command = process::Command::new(&program);
        command.arg0(&self.program).args(&self.arguments);
        match run_until(&self.processes, &mut command, None, input.text(), &self.limits, input.cancellation()) {
            Ok(Finished { stdout, mut stderr, exit_code }) => {
                if self.stands_for_image {
                    stderr.pop_if(|last| *last == b'\n');
                }
                Ok(RunOutput { stdout, stderr, exit_code })
            }
            Err(Ended::NotStarted(error)) => Err(not_started(executable::start_failure(&program, &error))),
            Err(ended) => Err(stopped(&self.name, ended, &self.limits)),
        }
    }
}
