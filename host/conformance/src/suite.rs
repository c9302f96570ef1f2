//! Running all cases of a folder with one program.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::case::{Case, DiscoverError, discover};
use crate::function_map::FunctionMap;
use crate::outcome::{Outcome, Summary, Verdict};
use crate::program::{Profile, Program};
use crate::report::{self, Format};
use crate::runner::Runner;
use crate::tools::Tools;

/// What to run, with what, and how to report it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder below which cases are, or one `.txtar` file.
    pub folder: PathBuf,
    /// The program under test.
    pub program: Program,
    /// What runs in place of images; empty by default.
    pub functions: FunctionMap,
    /// The kpt whose behaviour cases show that do not say so.
    pub profile: Profile,
    /// Only cases whose name contains one of these; all where it is empty.
    pub only: Vec<String>,
    /// Make what the program does the expectation.
    pub update: bool,
    /// Text or JSON.
    pub format: Format,
    /// How many cases run at a time.
    pub jobs: usize,
}

impl Options {
    /// All cases of `folder`, profile `latest`, as many at a time as there are processors, reported as text.
    #[must_use]
    pub fn new(folder: PathBuf, program: Program) -> Self {
        Self {
            folder,
            program,
            functions: FunctionMap::default(),
            profile: Profile::default(),
            only: Vec::new(),
            update: false,
            format: Format::default(),
            jobs: thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// Why no case could be run at all.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// There are none.
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    /// None is left after `only`.
    #[error("no case has `{0}` in its name")]
    NoneLeft(String),
    /// The temporary folder or the report cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Runs the cases and writes the report to `out`. A failing case is no error: see [`Summary::is_success`].
///
/// # Errors
/// No cases, or no place to run them.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Summary, SuiteError> {
    let mut suite = discover(&options.folder, options.update)?;
    if !options.only.is_empty() {
        suite.cases.retain(|case| options.only.iter().any(|part| case.name.contains(part)));
        suite.without_expectations.clear();
        if suite.cases.is_empty() {
            return Err(SuiteError::NoneLeft(options.only.join("`, `")));
        }
    }
    let tools = Tools::new(&options.program, &options.functions)?;
    let runner =
        Runner { program: &options.program, functions: &options.functions, profile: options.profile, tools: &tools };
    let sequential = |case: &Case| case.config.as_ref().is_ok_and(|config| config.sequential);
    let (alone, beside): (Vec<_>, Vec<_>) = suite.cases.into_iter().partition(sequential);
    let mut outcomes = all(&runner, alone, 1, options.update);
    outcomes.extend(all(&runner, beside, options.jobs, options.update));
    outcomes.extend(suite.without_expectations.into_iter().map(|case| Outcome {
        case,
        verdict: Verdict::Skip { reason: "a package without `.expected`; kpt leaves it out too".to_owned() },
    }));
    outcomes.sort_by(|left, right| left.case.cmp(&right.case));
    let summary = Summary::of(options.program.to_string(), outcomes);
    report::write(&summary, options.format, out)?;
    Ok(summary)
}

fn all(runner: &Runner<'_>, cases: Vec<Case>, jobs: usize, update: bool) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let cases: Vec<Mutex<Case>> = cases.into_iter().map(Mutex::new).collect();
    let outcomes = Mutex::new(Vec::with_capacity(cases.len()));
    thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, cases.len().max(1)) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut case = case.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    let verdict = if update { runner.update(&mut case) } else { runner.run(&case) };
                    let outcome = Outcome { case: case.name.clone(), verdict };
                    outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(outcome);
                }
            });
        }
    });
    outcomes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}
