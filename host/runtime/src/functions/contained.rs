//! A function in a container, ready to run.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use porchlight_krm::Code;
use porchlight_pipeline::{Invocation, Prepared, RunOutput, RuntimeError};

use super::stopped;
use crate::container::Containers;
use crate::executable;
use crate::process::{Aftermath, Ended, Finished, ProcessLimits, Processes, run_until};

pub(super) struct Contained {
    /// As it is called in the pipeline.
    pub(super) name: String,
    /// What is run.
    pub(super) image: String,
    /// The engine's executable.
    pub(super) program: PathBuf,
    pub(super) containers: Containers,
    pub(super) limits: ProcessLimits,
    pub(super) processes: Processes,
}

impl Prepared for Contained {
    fn display_name(&self) -> &str {
        &self.name
    }

    fn sha256(&self) -> Option<String> {
        self.containers.engine.digest(&self.processes, &self.program, &self.image).map(|digest| digest.hex())
    }

    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        let engine = self.containers.engine;
        let name = unique_name();
        let mut command = Command::new(&self.program);
        command.args(self.containers.arguments(&self.image, &name));
        let aftermath = Aftermath::new(&self.program, engine.end(&name));
        let (text, limits, cancellation) = (input.text(), &self.limits, input.cancellation());
        let ended = match run_until(&self.processes, &mut command, Some(&aftermath), text, limits, cancellation) {
            Ok(Finished { stdout, stderr, exit_code }) => {
                return Ok(RunOutput { stdout, stderr: engine.quiet(&stderr), exit_code });
            }
            Err(Ended::NotStarted(error)) => {
                let message = executable::start_failure(&self.program, &error);
                return Err(RuntimeError::new(Code::FnUnknown, message));
            }
            Err(Ended::Cancelled { stderr }) => Ended::Cancelled { stderr: engine.quiet(&stderr) },
            Err(Ended::Timeout { stderr }) => Ended::Timeout { stderr: engine.quiet(&stderr) },
            Err(Ended::OutputExceeded { stream, stderr }) => {
                Ended::OutputExceeded { stream, stderr: engine.quiet(&stderr) }
            }
        };
        Err(stopped(&self.name, ended, &self.limits))
    }
}

/// A name no other container of this machine has, also where several machines share an engine.
fn unique_name() -> String {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    format!("porchlight-{}-{now:x}-{}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed))
}
