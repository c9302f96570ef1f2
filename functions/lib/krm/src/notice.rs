//! What is said about a field of an object: notices that become findings, and the words about a value that does not fit.

use crate::{Code, Finding, Resource, Severity};

/// Something worth knowing about an object that a function can work with.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// How much it matters: a warning where something will not be as the object says, else information.
    pub level: Severity,
    /// What sort of thing it is.
    pub code: Code,
    /// Field path, such as `spec.snssai.sst`.
    pub field: String,
    /// The value that stands there.
    pub current: Option<String>,
    /// One line for a person.
    pub message: String,
}

impl Notice {
    /// Something will not be as the object says.
    pub fn warning(code: Code, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level: Severity::Warning, code, field: field.into(), current: None, message: message.into() }
    }

    /// Good to know.
    pub fn info(code: Code, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level: Severity::Info, ..Self::warning(code, field, message) }
    }

    /// The same notice with the value it is about.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers pass numbers and texts alike")]
    pub fn with_current(mut self, current: impl ToString) -> Self {
        self.current = Some(current.to_string());
        self
    }

    /// The notice as a result on its object.
    #[must_use]
    pub fn finding(&self, object: &Resource) -> Finding {
        let finding = match self.level {
            Severity::Error => Finding::error(self.code, &self.message),
            Severity::Warning => Finding::warning(self.code, &self.message),
            Severity::Info => Finding::info(self.code, &self.message),
        };
        let finding = finding.on(object);
        match &self.current {
            Some(current) => finding.field(&self.field, current),
            None => finding.missing_field(&self.field),
        }
    }
}

/// What is wrong with a field, in one line: names the field, and the value that is there unless the message does.
///
/// ```
/// use porchlight_krm::field_fault;
///
/// assert_eq!(field_fault("spec.sst", Some("256"), "at most 255"), "`spec.sst`: at most 255; found `256`");
/// assert_eq!(field_fault("spec.sst", None, "is required"), "`spec.sst`: is required");
/// ```
#[must_use]
pub fn field_fault(field: &str, current: Option<&str>, message: &str) -> String {
    match current {
        Some(current) if !message.contains(&format!("`{current}`")) => {
            format!("`{field}`: {message}; found `{current}`")
        }
        Some(_) | None => format!("`{field}`: {message}"),
    }
}
