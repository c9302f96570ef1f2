//! A command of an `exec:` entry, ready to run.

use std::os::unix::process::CommandExt;
use std::process;

use porchlight_krm::Code;
use porchlight_package::quote;
use porchlight_pipeline::{Invocation, Prepared, RunOutput, RuntimeError};

use crate::process::{Ended, Finished, ProcessLimits, Processes, run};
use crate::{command_line, executable};

pub(super) struct Command {
    text: String,
    program: String,
    arguments: Vec<String>,
    limits: ProcessLimits,
    processes: Processes,
    /// It stands for a container, of which kpt passes the lines of standard error on without the last line end.
    stands_for_image: bool,
}

impl Command {
    /// Splits the text; the program is looked for when it is run, as kpt does.
    pub(super) fn new(text: &str, limits: ProcessLimits, processes: Processes) -> Result<Self, RuntimeError> {
        let mut words = command_line::split(text)
            .map_err(|error| {
                let message = format!("exec command {} must be valid: {error}", quote(text));
                RuntimeError::new(Code::KptfileInvalid, message)
            })?
            .into_iter();
        let program = words.next().unwrap_or_else(|| text.to_owned());
        Ok(Self {
            text: text.to_owned(),
            program,
            arguments: words.collect(),
            limits,
            processes,
            stands_for_image: false,
        })
    }

    /// A program that runs in place of `image`, under the image's name.
    pub(super) fn standing_for(image: String, words: &[String], limits: ProcessLimits, processes: Processes) -> Self {
        let (program, arguments) = match words.split_first() {
            Some((program, arguments)) => (program.clone(), arguments.to_vec()),
            None => (image.clone(), Vec::new()),
        };
        Self { text: image, program, arguments, limits, processes, stands_for_image: true }
    }
}

impl Prepared for Command {
    fn display_name(&self) -> &str {
        &self.text
    }

    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        let not_started = |message| RuntimeError::new(Code::FnUnknown, message);
        let program = executable::find(&self.program, std::env::var_os("PATH").as_deref()).map_err(not_started)?;
        let mut command = process::Command::new(&program);
        command.arg0(&self.program).args(&self.arguments);
        match run(&self.processes, &mut command, input.text(), &self.limits) {
            Ok(Finished { stdout, mut stderr, exit_code }) => {
                if self.stands_for_image {
                    stderr.pop_if(|last| *last == b'\n');
                }
                Ok(RunOutput { stdout, stderr, exit_code })
            }
            Err(Ended::NotStarted(error)) => Err(not_started(executable::start_failure(&program, &error))),
            Err(Ended::Timeout { stderr }) => {
                let message = format!(
                    "function `{}` stopped after {:?}, the limit of one function call; allow more with `--fn-timeout`",
                    self.text, self.limits.time
                );
                Err(RuntimeError::new(Code::FnTimeout, message).stderr(stderr))
            }
            Err(Ended::OutputExceeded { stream, stderr }) => {
                let message = format!("function `{}` wrote more to {stream} than it may", self.text);
                Err(RuntimeError::new(Code::FnOutputInvalid, message).stderr(stderr))
            }
        }
    }
}
