//! What a render tells while it runs.

mod lines;
mod log;
mod text;

use std::path::Path;
use std::time::Duration;

use crate::results::ResultItem;

pub(crate) use log::Log;
pub use text::TextReporter;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A package is reached; also one without functions.
    Package {
        /// Path from the parent of the root package's directory.
        display_path: &'a str,
        /// Names of the directories of it and the packages around it, as the current kpt calls it.
        name: &'a str,
    },
    /// A function is about to run.
    Started(Step<'a>),
    /// A function ran, and its output was used or refused.
    Finished {
        /// The function.
        step: Step<'a>,
        /// How it ended.
        ending: Ending,
        /// Time for the run and all that is done with its output.
        elapsed: Duration,
        /// Structured results.
        results: &'a [ResultItem],
        /// All it wrote to stderr.
        stderr: &'a str,
    },
    /// All functions of a package passed.
    PipelinePassed,
    /// The package was rendered in place.
    Rendered {
        /// Functions that passed.
        functions: usize,
        /// Packages visited.
        packages: usize,
        /// Whether all passed. Where not, what was rendered until then was written.
        whole: bool,
    },
    /// The results file was written.
    ResultsSaved {
        /// The file, as it should be shown.
        file: &'a Path,
        /// Whether an empty line stands before it, as after `fn eval`.
        apart: bool,
    },
}

/// A function at its place.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The resolved image, or the whole `exec` command.
    pub function: &'a str,
    /// Number of resources it gets, where selectors or exclusions chose them.
    pub selected: Option<usize>,
    /// Name of the package: the names of the directories of it and the packages around it; "" without a package.
    pub package: &'a str,
}

/// How a function ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Its output is taken over.
    Passed,
    /// Its process failed.
    Failed {
        /// Exit code, -1 where it was killed.
        exit_code: i32,
    },
    /// It could not be run, or its output cannot be used.
    Refused,
}

/// Gets told what happens. Must not fail: what cannot be shown is dropped.
pub trait Reporter {
    /// Something happened.
    fn report(&mut self, event: Event<'_>);
}

/// Drops everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Reporter for Silent {
    fn report(&mut self, _: Event<'_>) {}
}
