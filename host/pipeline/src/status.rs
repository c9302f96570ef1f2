//! What the current kpt writes into the root Kptfile after a render in place (kpt-render §1.4): the condition `Rendered`,
//! and what each function did.

mod message;
mod write;

use porchlight_package::{Format, FunctionKind, FunctionRef, KptfileProblem, PackageTree, with_render_status};

use crate::error::{Problem, RenderError};
use crate::function::OutputError;
use crate::results::{FunctionResult, ResultItem};

/// The status of a render.
#[derive(Clone, Debug)]
pub struct RenderStatus {
    /// Why it failed; nothing where it did not.
    failure: Option<String>,
    /// In the order they ran.
    steps: Vec<StepResult>,
}

/// What one function did.
#[derive(Clone, Debug)]
pub(crate) struct StepResult {
    kind: FunctionKind,
    name: String,
    image: String,
    exec: String,
    execution_error: String,
    stderr: String,
    exit_code: i32,
    results: Vec<ResultItem>,
}

impl RenderStatus {
    pub(crate) fn new(
        tree: &PackageTree,
        steps: Vec<StepResult>,
        error: Option<&RenderError>,
        breadth_first: bool,
    ) -> Self {
        Self { failure: error.map(|error| message::of(tree, error, breadth_first)), steps }
    }

    /// The status of a render whose functions passed and whose result cannot be written.
    #[must_use]
    pub fn failed(self, tree: &PackageTree, message: &str) -> Self {
        Self { failure: Some(message::relative(tree, message)), ..self }
    }

    /// The text of a Kptfile with this status in place of an older one: written anew as kpt does (without the file's
    /// comments), or only the status.
    ///
    /// # Errors
    /// The text is no Kptfile.
    pub fn write_into(&self, kptfile: &str, format: Format) -> Result<String, KptfileProblem> {
        let status = write::render_status(self);
        with_render_status(kptfile, &write::condition(self), status.as_ref(), format)
    }
}

impl StepResult {
    /// A function that could not be made ready.
    pub(crate) fn not_run(function: &FunctionRef, kind: FunctionKind, problem: &Problem) -> Self {
        Self { execution_error: problem.to_string(), exit_code: 1, ..Self::new(function, kind) }
    }

    /// A function that ran, with what it left behind. Refused output is told as kpt does: in place of what the function
    /// said.
    pub(crate) fn of(
        function: &FunctionRef,
        kind: FunctionKind,
        result: Option<&FunctionResult>,
        problem: Option<&Problem>,
    ) -> Self {
        let Some(result) = result else {
            let exit_code = i32::from(problem.is_some());
            let execution_error = problem.map(ToString::to_string).unwrap_or_default();
            return Self { execution_error, exit_code, ..Self::new(function, kind) };
        };
        let step = Self { image: result.image.clone(), exec: result.exec.clone(), ..Self::new(function, kind) };
        match problem.filter(|problem| is_refusal(problem)) {
            Some(problem) => Self { execution_error: problem.to_string(), exit_code: 1, ..step },
            None => Self {
                stderr: result.stderr.clone(),
                exit_code: result.exit_code,
                results: result.results.clone(),
                ..step
            },
        }
    }

    fn new(function: &FunctionRef, kind: FunctionKind) -> Self {
        Self {
            kind,
            name: function.name.clone(),
            image: function.image.clone(),
            exec: function.exec.clone(),
            execution_error: String::new(),
            stderr: String::new(),
            exit_code: 0,
            results: Vec::new(),
        }
    }

    /// How kpt calls the step.
    fn title(&self) -> &str {
        [&self.name, &self.image, &self.exec].into_iter().find(|name| !name.is_empty()).map_or("", String::as_str)
    }

    /// What went wrong, in one line of the summary.
    fn error(&self) -> Option<String> {
        if !self.execution_error.is_empty() {
            return Some(format!("{}: {}", self.title(), self.execution_error));
        }
        (self.exit_code != 0).then(|| format!("{}: exit code {}", self.title(), self.exit_code))
    }
}

/// True for what the host refuses before or after the function, as against a run that failed.
fn is_refusal(problem: &Problem) -> bool {
    match problem {
        Problem::InputNotKrm { .. } | Problem::OutputNotKrm { .. } | Problem::Results(_) => true,
        Problem::Output(error) => !matches!(
            error,
            OutputError::NotUtf8 { .. }
                | OutputError::Separator(_)
                | OutputError::Yaml(_)
                | OutputError::DifferentTwins(_)
                | OutputError::MixedSpellings
        ),
        _ => false,
    }
}
