//! What is wrong with an intent, and what will not be as it says.

use porchlight_krm::{Code, CodedError, Finding, Resource};

/// A fault that stops the decomposition. All faults of all intents are collected before the function gives up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    /// Field path, such as `spec.snssai.sst`.
    pub(crate) field: String,
    /// The value that is there.
    pub(crate) current: Option<String>,
    /// What is wrong and what to write instead.
    pub(crate) message: String,
    /// The kind of fault.
    pub(crate) cause: Code,
}

/// Collects the faults of one intent.
#[derive(Default)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    /// A malformed or missing value.
    #[expect(clippy::needless_pass_by_value, reason = "callers pass numbers and texts alike")]
    pub(crate) fn invalid(&mut self, field: impl Into<String>, current: impl ToString, message: impl Into<String>) {
        self.add(Code::IntentInvalid, field, Some(current.to_string()), message);
    }

    /// A field that must be there.
    pub(crate) fn missing(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.add(Code::IntentInvalid, field, None, message);
    }

    pub(crate) fn add(
        &mut self,
        cause: Code,
        field: impl Into<String>,
        current: Option<String>,
        message: impl Into<String>,
    ) {
        self.0.push(Problem { field: field.into(), current, message: message.into(), cause });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Problem {
    /// The fault as an error of its intent.
    pub(crate) fn error(&self, intent: &Resource) -> CodedError {
        let error = CodedError::new(Code::IntentDecomposeFailed, format!("cannot decompose `{}`", intent.name()))
            .intent(intent.kind())
            .caused_by(CodedError::new(self.cause, self.text()))
            .on(intent);
        match &self.current {
            Some(current) => error.field(&self.field, current),
            None => error.missing_field(&self.field),
        }
    }

    fn text(&self) -> String {
        match &self.current {
            Some(current) if !self.message.contains(&format!("`{current}`")) => {
                format!("`{}`: {}; found `{current}`", self.field, self.message)
            }
            Some(_) | None => format!("`{}`: {}", self.field, self.message),
        }
    }
}

/// Something worth knowing about a decomposition that goes through.
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
    /// Something will not be as the intent says.
    Warning,
    /// Good to know.
    Info,
}

impl Notice {
    pub(crate) fn warning(code: Code, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, code, field: field.into(), current: None, message: message.into() }
    }

    pub(crate) fn info(code: Code, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level: Level::Info, code, field: field.into(), current: None, message: message.into() }
    }

    /// The same notice with the value it is about.
    #[expect(clippy::needless_pass_by_value, reason = "callers pass numbers and texts alike")]
    pub(crate) fn with_current(mut self, current: impl ToString) -> Self {
        self.current = Some(current.to_string());
        self
    }

    /// The notice as a result on its intent.
    pub(crate) fn finding(&self, intent: &Resource) -> Finding {
        let finding = match self.level {
            Level::Warning => Finding::warning(self.code, &self.message),
            Level::Info => Finding::info(self.code, &self.message),
        };
        let finding = finding.on(intent);
        match &self.current {
            Some(current) => finding.field(&self.field, current),
            None => finding.missing_field(&self.field),
        }
    }
}
