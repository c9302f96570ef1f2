//! Structured results of a function, as the functions spec wants them.

mod read;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use porchlight_yaml::order;
use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::{Code, CodedError, Resource};

/// How much a finding matters. Ordered from the worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The function failed; it exits with 1.
    Error,
    /// The function did its work, somebody should look.
    Warning,
    /// Worth knowing.
    #[default]
    Info,
}

impl Severity {
    /// As it is written.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Which object a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceRef {
    /// apiVersion of the object.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    /// Its kind.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// Its name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its namespace, "" for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
}

/// Which field a finding is about. Values are text, because newer kpt reads nothing else (kpt-render §0).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Path like `spec.containers[0].image`.
    pub path: String,
    /// What stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_value: Option<String>,
    /// What should stand there.
    #[serde(default, alias = "suggestedValue", skip_serializing_if = "Option::is_none")]
    pub proposed_value: Option<String>,
}

/// Which file a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
pub struct FileRef {
    /// Path relative to the package.
    pub path: String,
    /// Position of the object in the file, from 0; 0 is not written.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub index: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(index: &i64) -> bool {
    *index == 0
}

/// One result of a function.
///
/// ```
/// use porchlight_krm::{Code, Finding, Resource};
///
/// let pod = Resource::new("v1", "Pod", "web");
/// let finding = Finding::warning(Code::SbomRefInvalid, "the image has no digest")
///     .on(&pod)
///     .field("spec.containers[0].image", "nginx:1.25")
///     .proposing("nginx@sha256:…")
///     .tag("image", "nginx:1.25");
/// assert_eq!(finding.code(), Some(Code::SbomRefInvalid));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What a person should read.
    pub message: String,
    /// How much it matters.
    pub severity: Severity,
    /// The object it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_ref: Option<ResourceRef>,
    /// The field it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// The file it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileRef>,
    /// More, for machines. `code` is always set by the constructors here.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

impl Finding {
    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        let tags = order::map([("code".to_owned(), code.to_string())]);
        Self { message: message.into(), severity, resource_ref: None, field: None, file: None, tags }
    }

    /// A finding that fails the function.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A finding somebody should look at.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A finding worth knowing.
    pub fn info(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Info, code, message)
    }

    /// Names the object, and the file it is stored in where that is known.
    #[must_use]
    pub fn on(mut self, resource: &Resource) -> Self {
        let id = resource.id();
        self.resource_ref =
            Some(ResourceRef { api_version: id.api_version, kind: id.kind, name: id.name, namespace: id.namespace });
        if let (Some(path), index) = resource.file() {
            self.file = Some(FileRef { path: path.to_owned(), index: index.unwrap_or_default() });
        }
        self
    }

    /// Names the field and what stands there.
    #[must_use]
    pub fn field(mut self, path: impl fmt::Display, current: impl fmt::Display) -> Self {
        let proposed_value = self.field.take().and_then(|field| field.proposed_value);
        self.field = Some(Field { path: path.to_string(), current_value: Some(current.to_string()), proposed_value });
        self
    }

    /// Names a field that is missing.
    #[must_use]
    pub fn missing_field(mut self, path: impl fmt::Display) -> Self {
        self.field = Some(Field { path: path.to_string(), ..Field::default() });
        self
    }

    /// Names what the field should be; after [`Finding::field`] or [`Finding::missing_field`].
    #[must_use]
    pub fn proposing(mut self, value: impl fmt::Display) -> Self {
        self.field.get_or_insert_default().proposed_value = Some(value.to_string());
        self
    }

    /// Names the file.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<String>, index: i64) -> Self {
        self.file = Some(FileRef { path: path.into(), index });
        self
    }

    /// Adds a tag.
    #[must_use]
    pub fn tag(mut self, key: impl Into<String>, value: impl fmt::Display) -> Self {
        self.tags.insert(key.into(), value.to_string());
        self
    }

    /// Says what to do about it; tag `hint`, which reports show beside the message.
    #[must_use]
    pub fn hint(self, text: impl fmt::Display) -> Self {
        self.tag("hint", text)
    }

    /// The code, where the finding has one we know.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.tags.get("code")?.parse().ok()
    }

    /// Order of findings in the output: the worst first, then by file, object, field and text.
    pub(crate) fn output_order(&self, other: &Self) -> Ordering {
        self.severity
            .cmp(&other.severity)
            .then_with(|| self.file.cmp(&other.file))
            .then_with(|| self.resource_ref.cmp(&other.resource_ref))
            .then_with(|| self.field.cmp(&other.field))
            .then_with(|| self.message.cmp(&other.message))
            .then_with(|| self.tags.cmp(&other.tags))
    }
}

/// The result that stands for an error. Its tags tell code, component and intent.
impl From<&CodedError> for Finding {
    fn from(error: &CodedError) -> Self {
        let mut finding = Self::error(error.code, error.message_with_causes()).tag("component", error.component);
        if let Some(intent) = &error.intent {
            finding = finding.tag("intent", intent);
        }
        finding.resource_ref = error.place.resource_ref.clone();
        finding.field = error.place.field.clone();
        finding.file = error.place.file.clone();
        finding
    }
}

/// The line on stderr for a finding that came without a [`CodedError`].
impl From<&Finding> for CodedError {
    fn from(finding: &Finding) -> Self {
        let mut error = Self::new(finding.code().unwrap_or(Code::FnOutputInvalid), &*finding.message);
        error.intent = finding.tags.get("intent").cloned();
        error
    }
}

#[cfg(test)]
mod tests;
