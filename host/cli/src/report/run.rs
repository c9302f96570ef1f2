//! From what happened in a render to its report.

use std::collections::BTreeMap;
use std::fmt;
use std::process;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use porchlight_krm::{Code, Resource};
use porchlight_package::{Change, ChangeKind, WritePlan};
use porchlight_pipeline::{FunctionResult, FunctionResultList, ResultItem};
use serde_json::{Value, json};

use super::record::StepRecord;
use super::schema::{
    ConfigurationApplied, Details, Handoff, Metadata, Metrics, ReportedError, ResourceCreated, RunFacts, RunReport,
    Stage, Status, Target,
};
use crate::failure::Failure;
use crate::timestamp::rfc3339;

/// What a command does, in words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    /// As it is called on the command line.
    pub(crate) command: &'static str,
    /// What is said of it when it is done.
    pub(crate) done: &'static str,
}

/// When the run began, by both clocks.
#[derive(Debug, Clone, Copy)]
struct Began {
    at: SystemTime,
    counted: Instant,
}

/// The run so far.
#[derive(Debug)]
pub(crate) struct Run {
    work: Work,
    /// What the command was given to work on.
    target: String,
    writes: bool,
    /// Whether anybody wants to read it: what costs time to find out is found out for a report only.
    pub(super) is_reported: bool,
    began: Began,
    details: Details,
    errors: Vec<ReportedError>,
    warned: bool,
}

impl Run {
    pub(crate) fn start(work: Work, target: impl fmt::Display, writes: bool) -> Self {
        Self {
            work,
            target: target.to_string(),
            writes,
            is_reported: false,
            began: Began { at: SystemTime::now(), counted: Instant::now() },
            details: Details::default(),
            errors: Vec::new(),
            warned: false,
        }
    }

    /// Measures a part of the work.
    pub(crate) fn stage<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.stage_that_ends(name, Result::is_ok, work)
    }

    /// Measures a part of the work whose value tells how it went.
    pub(crate) fn stage_that_ends<T>(
        &mut self,
        name: &'static str,
        went_well: impl FnOnce(&T) -> bool,
        work: impl FnOnce() -> T,
    ) -> T {
        let began = Instant::now();
        let value = work();
        let status = if went_well(&value) { Status::Success } else { Status::Error };
        self.details.stages.push(Stage { name, status, duration: seconds(began.elapsed()) });
        value
    }

    /// Takes over what the pipelines did.
    pub(crate) fn rendered(
        &mut self,
        steps: Vec<StepRecord>,
        results: &FunctionResultList,
        functions: usize,
        packages: usize,
    ) {
        if !self.is_reported {
            return;
        }
        let mut targets: Vec<Target> = Vec::new();
        for StepRecord { function, package, passed, elapsed } in steps {
            let verb = if passed { "ran" } else { "failed" };
            let milliseconds = elapsed.as_millis();
            self.details.actions_taken.push(format!("{verb} {function} on {package} in {milliseconds}ms"));
            let position = targets.iter().position(|target| target.id == package).unwrap_or_else(|| {
                targets.push(Target { id: package, status: Status::Success, completed: 0, failed: 0 });
                targets.len() - 1
            });
            let target = &mut targets[position];
            if passed {
                target.completed += 1;
            } else {
                target.failed += 1;
                target.status = Status::Error;
            }
        }
        self.details.targets = targets;
        self.details.results = results.items.iter().map(function_result).collect();
        self.details.metrics.functions_run = functions;
        self.details.metrics.packages = packages;
        for function in &results.items {
            for item in &function.results {
                match item.severity.as_str() {
                    "error" if function.failed => self.errors.push(from_result(item)),
                    "error" | "warning" => self.warned = true,
                    _ => {}
                }
            }
        }
    }

    /// The names of resources by the file they go to, for [`Run::planned`].
    pub(crate) fn names(&self, resources: &[Resource]) -> BTreeMap<String, Vec<String>> {
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if !self.is_reported {
            return names;
        }
        for resource in resources {
            if let (Some(path), _) = resource.file() {
                names.entry(path.to_owned()).or_default().push(format!("{}/{}", resource.kind(), resource.name()));
            }
        }
        names
    }

    /// Takes over what changes on disk, or would.
    pub(crate) fn planned(&mut self, plan: &WritePlan, mut names: BTreeMap<String, Vec<String>>) {
        if !self.is_reported {
            return;
        }
        for change in plan.changes() {
            let file = change.path.clone();
            self.details.configurations_applied.push(ConfigurationApplied { file, changes: extent(change) });
            if change.kind() == ChangeKind::Create {
                for name in names.remove(&change.path).unwrap_or_default() {
                    let location = change.path.clone();
                    self.details.resources_created.push(ResourceCreated { name, kind: "kubernetes", location });
                }
            }
        }
    }

    /// The report, with what ended the run early where something did.
    pub(crate) fn report(mut self, failure: Option<&Failure>) -> RunReport {
        let mut next_steps = Vec::new();
        if let Some(failure) = failure {
            // A function that failed has said why itself; its words are better than "exit code 1".
            if self.errors.is_empty() || failure.code != Some(Code::FnTrapped) {
                self.errors.push(from_failure(failure));
            }
            next_steps.extend(failure.hints().iter().cloned());
            if next_steps.is_empty() {
                next_steps.push(format!(
                    "correct what `errors` names, then run `porchlight {} {}` again",
                    self.work.command, self.target
                ));
            }
        } else if self.warned {
            next_steps.push("look at the warnings in `details.results`".to_owned());
        }
        let status = match (failure, self.warned) {
            (Some(_), _) => Status::Error,
            (None, true) => Status::Warning,
            (None, false) => Status::Success,
        };
        let id = self.id();
        let finished = SystemTime::now();
        self.details.metrics =
            Metrics { execution_time: seconds(self.began.counted.elapsed()), ..self.details.metrics };
        RunReport {
            api_version: porchlight_krm::annotations::API_VERSION,
            kind: "RunReport",
            metadata: Metadata { name: id.clone() },
            status,
            summary: self.summary(failure),
            errors: self.errors,
            next_steps,
            handoff_to: (status != Status::Error).then_some(Handoff::SecurityCompliance),
            artifacts: Vec::new(),
            run: RunFacts {
                id,
                name: format!("{} {}", self.work.command, self.target),
                stage: 0,
                goal: None,
                started: rfc3339(self.began.at),
                finished: rfc3339(finished),
                resumed_from: None,
            },
            details: self.details,
        }
    }

    /// A name for the run: when and by which process.
    fn id(&self) -> String {
        let since = self.began.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        format!("{}-{}-{}", self.work.command.replace(' ', "-"), since.as_millis(), process::id())
    }

    fn summary(&self, failure: Option<&Failure>) -> String {
        let Self { work, target, .. } = self;
        if let Some(failure) = failure {
            let first = failure.message.lines().find(|line| !line.trim().is_empty()).unwrap_or("it failed");
            return format!("could not {} {target}: {first}", work.command);
        }
        let Metrics { functions_run, packages, .. } = self.details.metrics;
        let files = self.details.configurations_applied.len();
        let verb = if self.writes { "changed" } else { "would change" };
        let done = work.done;
        format!("{done} {target}: {functions_run} function(s) in {packages} package(s), {files} file(s) {verb}")
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.3}s", time.as_secs_f64())
}

/// How much of a file changes.
fn extent(change: &Change) -> String {
    let diff = change.diff();
    let lines = |sign: char, header: &str| {
        diff.lines().filter(|line| line.starts_with(sign) && !line.starts_with(header)).count()
    };
    let (added, removed) = (lines('+', "+++ "), lines('-', "--- "));
    match change.kind() {
        ChangeKind::Create => format!("created, {added} line(s)"),
        ChangeKind::Modify => format!("modified, +{added} -{removed} line(s)"),
        ChangeKind::Delete => format!("deleted, {removed} line(s)"),
    }
}

fn from_failure(failure: &Failure) -> ReportedError {
    ReportedError {
        code: failure.code,
        component: failure.component(),
        intent: None,
        message: failure.message.trim_end().to_owned(),
        critical: true,
        causes: Vec::new(),
    }
}

fn from_result(item: &ResultItem) -> ReportedError {
    let code = item.tags.get("code").and_then(|code| code.parse::<Code>().ok()).unwrap_or(Code::FnTrapped);
    ReportedError {
        code: Some(code),
        component: code.component(),
        intent: item.tags.get("intent").cloned(),
        message: item.message.clone(),
        critical: true,
        causes: Vec::new(),
    }
}

fn function_result(function: &FunctionResult) -> Value {
    json!({
        "function": if function.exec.is_empty() { &function.image } else { &function.exec },
        "package": function.package,
        "exitCode": function.exit_code,
        "error": function.execution_error,
        "stderr": function.stderr,
        "results": function.results.iter().map(result).collect::<Vec<_>>(),
    })
}

fn result(item: &ResultItem) -> Value {
    json!({
        "severity": if item.severity.is_empty() { "info" } else { &item.severity },
        "message": item.message,
        "resourceRef": item.resource.as_ref().map(|resource| json!({
            "apiVersion": resource.api_version,
            "kind": resource.kind,
            "name": resource.name,
            "namespace": resource.namespace,
        })),
        "field": item.field.as_ref().map(|field| json!({
            "path": field.path,
            "currentValue": field.current.as_ref().map(|value| &value.text),
            "proposedValue": field.proposed.as_ref().map(|value| &value.text),
        })),
        "file": item.file.as_ref().map(|file| json!({"path": file.path, "index": file.index})),
        "tags": item.tags,
    })
}
