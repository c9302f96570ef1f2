//! What is wrong with an expansion or a site, and what will not be as they say.

use porchlight_krm::{Code, CodedError, Finding, Resource};

/// Collects the faults of all objects: the function gives up only after it has seen them all.
#[derive(Default)]
pub(crate) struct Faults(pub(crate) Vec<CodedError>);

impl Faults {
    /// A malformed value.
    #[expect(clippy::needless_pass_by_value, reason = "callers pass numbers and texts alike")]
    pub(crate) fn invalid(
        &mut self,
        object: &Resource,
        field: impl Into<String>,
        current: impl ToString,
        message: impl AsRef<str>,
    ) {
        let (field, current) = (field.into(), current.to_string());
        let message = message.as_ref();
        let text = if message.contains(&format!("`{current}`")) {
            format!("`{field}`: {message}")
        } else {
            format!("`{field}`: {message}; found `{current}`")
        };
        self.0.push(error(object).cause(text).field(field, current));
    }

    /// A field that must be there.
    pub(crate) fn missing(&mut self, object: &Resource, field: impl Into<String>, message: impl AsRef<str>) {
        let field = field.into();
        let text = format!("`{field}`: {}", message.as_ref());
        self.0.push(error(object).cause(text).missing_field(field));
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn error(object: &Resource) -> CodedError {
    let message = format!("cannot plan with {} `{}`", object.kind(), object.name());
    CodedError::new(Code::CoverageInvalid, message).intent(object.kind()).on(object)
}

/// Something worth knowing about a plan that goes through.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    pub(crate) level: Level,
    pub(crate) code: Code,
    pub(crate) field: String,
    pub(crate) current: Option<String>,
    pub(crate) message: String,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Something will not be as the expansion says.
    Warning,
    /// Good to know.
    Info,
}

impl Notice {
    pub(crate) fn warning(code: Code, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, code, field: field.into(), current: None, message: message.into() }
    }

    pub(crate) fn info(code: Code, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level: Level::Info, ..Self::warning(code, field, message) }
    }

    /// The same notice with the value it is about.
    #[expect(clippy::needless_pass_by_value, reason = "callers pass numbers and texts alike")]
    pub(crate) fn with_current(mut self, current: impl ToString) -> Self {
        self.current = Some(current.to_string());
        self
    }

    /// The notice as a result on its expansion.
    pub(crate) fn finding(&self, expansion: &Resource) -> Finding {
        let finding = match self.level {
            Level::Warning => Finding::warning(self.code, &self.message),
            Level::Info => Finding::info(self.code, &self.message),
        };
        let finding = finding.on(expansion);
        match &self.current {
            Some(current) => finding.field(&self.field, current),
            None => finding.missing_field(&self.field),
        }
    }
}
