//! Findings and the places they are about.

use std::collections::BTreeMap;

use porchlight_krm::Code;
use porchlight_pipeline::{FunctionResult, FunctionResultList, ResourceRef, ResultItem};
use serde::Serialize;

use crate::Sources;

/// Everything the functions of one render found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The functions that ran, in order.
    pub functions: Vec<FunctionRun>,
    /// What ended the render, where no function has told it.
    pub failure: Option<Failure>,
}

/// One function on one package, and what it found.
#[derive(Clone, Debug)]
pub struct FunctionRun {
    /// The image, or the command of an `exec` function.
    pub function: String,
    /// Display path of the package.
    pub package: String,
    /// True where the function failed.
    pub failed: bool,
    /// In the order reported.
    pub findings: Vec<Finding>,
}

/// What ended a render early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its code, where it has one.
    pub code: Option<Code>,
    /// What happened.
    pub message: String,
}

/// How much a finding matters; the words of the functions spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The function failed for it.
    Error,
    /// Somebody should look.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The tag `code`; "" where the function gave none.
    pub code: String,
    /// What a person should read.
    pub message: String,
    /// The resource it is about.
    pub resource: Option<ResourceRef>,
    /// The field it is about.
    pub field: Option<Field>,
    /// What to do about it: the tag `hint`.
    pub hint: Option<String>,
    /// The other tags.
    pub tags: BTreeMap<String, String>,
    /// Where in the user's files it is.
    pub place: Place,
}

/// A field and its values as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Path like `spec.containers[0].image`.
    pub path: String,
    /// What stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_value: Option<String>,
    /// What should stand there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed_value: Option<String>,
}

/// A place in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Path of the file with `/`, relative to where the program runs if the file is below, else absolute.
    pub path: String,
    /// Line, from 1; `None` where the file does not have the resource (yet).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl Findings {
    /// What `results` hold, each with its place in `sources`.
    #[must_use]
    pub fn of(results: &FunctionResultList, sources: &mut Sources) -> Self {
        let functions = results
            .items
            .iter()
            .map(|result| FunctionRun {
                function: function_name(result).to_owned(),
                package: result.package.clone(),
                failed: result.failed,
                findings: result.results.iter().map(|item| finding(result, item, sources)).collect(),
            })
            .collect();
        Self { functions, failure: None }
    }

    /// The same, with what ended the render; it is not told twice where the errors of a function say it.
    #[must_use]
    pub fn ended_by(mut self, failure: Failure) -> Self {
        let has_told = |run: &FunctionRun| run.findings.iter().any(|finding| finding.severity == Severity::Error);
        if !self.functions.iter().any(|run| run.failed && has_told(run)) {
            self.failure = Some(failure);
        }
        self
    }

    /// Every finding with the run it belongs to.
    pub fn iter(&self) -> impl Iterator<Item = (&FunctionRun, &Finding)> {
        self.functions.iter().flat_map(|run| run.findings.iter().map(move |finding| (run, finding)))
    }

    /// How many findings have that severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.iter().filter(|(_, finding)| finding.severity == severity).count()
    }
}

/// What the Kptfile calls the function.
fn function_name(result: &FunctionResult) -> &str {
    if result.exec.is_empty() { &result.image } else { &result.exec }
}

fn finding(result: &FunctionResult, item: &ResultItem, sources: &mut Sources) -> Finding {
    let mut tags = item.tags.clone();
    Finding {
        severity: match item.severity.to_ascii_lowercase().as_str() {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            _ => Severity::Info,
        },
        code: tags.remove("code").unwrap_or_default(),
        message: item.message.clone(),
        resource: item.resource.clone(),
        field: item.field.as_ref().filter(|field| !field.path.is_empty()).map(|field| Field {
            path: field.path.clone(),
            current_value: field.current.as_ref().map(|value| value.text.clone()),
            proposed_value: field.proposed.as_ref().map(|value| value.text.clone()),
        }),
        hint: tags.remove("hint"),
        tags,
        place: sources.place(result, item),
    }
}
