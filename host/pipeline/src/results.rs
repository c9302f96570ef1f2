//! What functions report, and the file it is kept in (kpt-render §3.1, §3.2).

mod read;
mod write;

use std::collections::BTreeMap;
use std::fmt;

use porchlight_package::FunctionKind;
use porchlight_yaml::Document;

pub use read::ResultsError;
pub(crate) use read::{ReadResults, read_results};
pub use write::RESULTS_FILE;
pub(crate) use write::Writer;

/// Outcome of every function that was run, in the order they ran.
#[derive(Clone, Debug, Default)]
pub struct FunctionResultList {
    /// One entry per function; functions not reached are absent.
    pub items: Vec<FunctionResult>,
}

impl FunctionResultList {
    /// 1 where a function failed, else 0.
    #[must_use]
    pub fn exit_code(&self) -> i32 {
        i32::from(self.items.iter().any(|item| item.failed))
    }
}

/// Outcome of one function.
#[derive(Clone, Debug)]
pub struct FunctionResult {
    /// The image that was run, as resolved; empty for an `exec` function.
    pub image: String,
    /// The whole `exec` command; empty for an image.
    pub exec: String,
    /// The step's `name` in the Kptfile.
    pub name: String,
    /// Which list of the pipeline the function stands in.
    pub kind: FunctionKind,
    /// Display path of the package whose pipeline ran the function.
    pub package: String,
    /// All the function wrote to stderr.
    pub stderr: String,
    /// The function's own exit code; -1 where it was killed, 1 where something else than the function failed.
    pub exit_code: i32,
    /// True where the function, or what the host checks of its output, failed.
    pub failed: bool,
    /// What failed, other than the function itself.
    pub execution_error: Option<String>,
    /// The structured results of the function.
    pub results: Vec<ResultItem>,
}

/// One structured result.
#[derive(Clone, Debug, Default)]
pub struct ResultItem {
    /// What is the matter.
    pub message: String,
    /// As the function wrote it; may be empty or a word of its own.
    pub severity: String,
    /// The resource it is about.
    pub resource: Option<ResourceRef>,
    /// The field it is about.
    pub field: Option<FieldRef>,
    /// The file it is about.
    pub file: Option<FileRef>,
    /// More, by key.
    pub tags: BTreeMap<String, String>,
}

/// Resource of a result; each part may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ResourceRef {
    pub api_version: String,
    pub kind: String,
    pub name: String,
    pub namespace: String,
}

/// Field of a result.
#[derive(Clone, Debug, Default)]
pub struct FieldRef {
    /// As the function wrote it.
    pub path: String,
    /// What stands there.
    pub current: Option<FieldValue>,
    /// What should stand there.
    pub proposed: Option<FieldValue>,
}

/// A value in a result: any YAML.
#[derive(Clone, Debug)]
pub struct FieldValue {
    /// Text of a scalar; YAML of anything else.
    pub text: String,
    value: Document,
    /// Written as `suggestedValue`, the older name of `proposedValue`.
    is_suggestion: bool,
}

/// File of a result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileRef {
    /// Relative to the package.
    pub path: String,
    /// Position of the resource in the file, from 0.
    pub index: i64,
}

/// As kpt shows it: `[severity] apiVersion/kind/namespace/name field.path: message`.
impl fmt::Display for ResultItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = if self.severity.is_empty() { "info" } else { &self.severity };
        write!(f, "[{severity}]")?;
        if let Some(resource) = &self.resource {
            let parts = [&resource.api_version, &resource.kind, &resource.namespace, &resource.name];
            let present: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
            if !present.is_empty() {
                write!(f, " {}", present.join("/"))?;
            }
        }
        if let Some(field) = &self.field {
            write!(f, " {}", field.path)?;
        }
        write!(f, ": {}", self.message)
    }
}
