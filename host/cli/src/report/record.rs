//! Keeps what happened for the report, while it is shown.

use std::time::Duration;

use porchlight_pipeline::{Ending, Event, Reporter};

/// One function that ran.
#[derive(Debug, Clone)]
pub(crate) struct StepRecord {
    pub(crate) function: String,
    pub(crate) package: String,
    pub(crate) passed: bool,
    pub(crate) elapsed: Duration,
}

/// Passes everything on and remembers the steps.
#[derive(Debug)]
pub(crate) struct Record<R> {
    shown: R,
    steps: Vec<StepRecord>,
}

impl<R> Record<R> {
    pub(crate) fn new(shown: R) -> Self {
        Self { shown, steps: Vec::new() }
    }

    pub(crate) fn take_steps(&mut self) -> Vec<StepRecord> {
        std::mem::take(&mut self.steps)
    }
}

impl<R: Reporter> Reporter for Record<R> {
    fn report(&mut self, event: Event<'_>) {
        if let Event::Finished { step, ending, elapsed, .. } = event {
            self.steps.push(StepRecord {
                function: step.function.to_owned(),
                package: step.package.to_owned(),
                passed: ending == Ending::Passed,
                elapsed,
            });
        }
        self.shown.report(event);
    }
}
