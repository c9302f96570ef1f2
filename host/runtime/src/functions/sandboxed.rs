//! An embedded function, ready to run.

use std::sync::Arc;

use porchlight_krm::Code;
use porchlight_pipeline::{Cancellation, Invocation, Prepared, RunOutput, RuntimeError};
use porchlight_wasm::{Interrupt, Limits, RunFailure};

use super::modules::Loaded;

pub(super) struct Sandboxed {
    image: String,
    code: Loaded,
    limits: Limits,
}

impl Sandboxed {
    pub(super) fn new(image: String, code: Loaded, limits: Limits) -> Self {
        Self { image, code, limits }
    }
}

impl Prepared for Sandboxed {
    fn display_name(&self) -> &str {
        &self.image
    }

    fn sha256(&self) -> Option<String> {
        Some(self.code.sha256.clone())
    }

    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        self.run_on(input.text().as_bytes().to_vec(), input.cancellation())
    }

    fn takes_requests(&self) -> bool {
        self.code.takes_requests
    }

    fn exchange(&self, request: Arc<Vec<u8>>, cancellation: Option<&Cancellation>) -> Result<RunOutput, RuntimeError> {
        self.run_on(request, cancellation)
    }
}

impl Sandboxed {
    fn run_on(
        &self,
        stdin: impl Into<Arc<Vec<u8>>>,
        cancellation: Option<&Cancellation>,
    ) -> Result<RunOutput, RuntimeError> {
        let interrupt = Interrupt::default();
        let _cancellable = cancellation.map(|cancellation| {
            let interrupt = interrupt.clone();
            cancellation.on_cancel(move || interrupt.stop())
        });
        match self.code.module.run_until(stdin, &self.limits, &interrupt) {
            Ok(output) => Ok(RunOutput { stdout: output.stdout, stderr: output.stderr, exit_code: output.exit_code }),
            Err(error) => {
                let (code, hint) = match &error.failure {
                    RunFailure::Timeout { .. } => (Code::FnTimeout, "; allow more with `--fn-timeout`"),
                    RunFailure::Interrupted => (Code::Cancelled, ""),
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
