//! What was told, to be told later.

use std::time::Duration;

use super::{Ending, Event, Reporter, Step};
use crate::results::ResultItem;

/// Keeps what is told.
#[derive(Debug, Default)]
pub(crate) struct Log {
    told: Vec<Told>,
}

#[derive(Debug)]
enum Told {
    Package { display_path: String, name: String },
    Started(OwnStep),
    Finished { step: OwnStep, ending: Ending, elapsed: Duration, results: Vec<ResultItem>, stderr: String },
    PipelinePassed,
}

#[derive(Debug)]
struct OwnStep {
    function: String,
    selected: Option<usize>,
    package: String,
}

impl OwnStep {
    fn of(step: Step<'_>) -> Self {
        Self { function: step.function.to_owned(), selected: step.selected, package: step.package.to_owned() }
    }

    fn step(&self) -> Step<'_> {
        Step { function: &self.function, selected: self.selected, package: &self.package }
    }
}

impl Log {
    /// Tells everything.
    pub(crate) fn tell(&self, reporter: &mut dyn Reporter) {
        for told in &self.told {
            reporter.report(match told {
                Told::Package { display_path, name } => Event::Package { display_path, name },
                Told::Started(step) => Event::Started(step.step()),
                Told::Finished { step, ending, elapsed, results, stderr } => {
                    Event::Finished { step: step.step(), ending: *ending, elapsed: *elapsed, results, stderr }
                }
                Told::PipelinePassed => Event::PipelinePassed,
            });
        }
    }
}

impl Reporter for Log {
    fn report(&mut self, event: Event<'_>) {
        self.told.push(match event {
            Event::Package { display_path, name } => {
                Told::Package { display_path: display_path.to_owned(), name: name.to_owned() }
            }
            Event::Started(step) => Told::Started(OwnStep::of(step)),
            Event::Finished { step, ending, elapsed, results, stderr } => Told::Finished {
                step: OwnStep::of(step),
                ending,
                elapsed,
                results: results.to_vec(),
                stderr: stderr.to_owned(),
            },
            Event::PipelinePassed => Told::PipelinePassed,
            // Told by those who write what was rendered.
            Event::Rendered { .. } | Event::ResultsSaved { .. } => return,
        });
    }
}
