//! An embedded function, ready to run.

use porchlight_krm::Code;
use porchlight_pipeline::{Invocation, Prepared, RunOutput, RuntimeError};
use porchlight_wasm::{Limits, Module, RunFailure};

pub(super) struct Sandboxed {
    image: String,
    module: Module,
    limits: Limits,
}

impl Sandboxed {
    pub(super) fn new(image: String, module: Module, limits: Limits) -> Self {
        Self { image, module, limits }
    }
}

impl Prepared for Sandboxed {
    fn display_name(&self) -> &str {
        &self.image
    }

    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        match self.module.run(input.text().as_bytes().to_vec(), &self.limits) {
            Ok(output) => Ok(RunOutput { stdout: output.stdout, stderr: output.stderr, exit_code: output.exit_code }),
            Err(error) => {
                let (code, hint) = match &error.failure {
                    RunFailure::Timeout { .. } => (Code::FnTimeout, "; allow more with `--fn-timeout`"),
                    RunFailure::MemoryExceeded { .. } => (Code::FnMemoryExceeded, "; allow more with `--fn-memory`"),
                    RunFailure::OutputExceeded { stream: "stdout", .. } => {
                        (Code::FnOutputInvalid, "; allow more with `--fn-output`")
                    }
                    RunFailure::OutputExceeded { .. } => (Code::FnOutputInvalid, ""),
                    _ => (Code::FnTrapped, ""),
                };
                Err(RuntimeError::new(code, format!("function `{}` {}{hint}", self.image, error.failure))
                    .stderr(error.stderr))
            }
        }
    }
}
