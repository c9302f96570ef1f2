//! What is wrong with an intent.

use porchlight_krm::{Code, CodedError, Resource, field_fault};

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
            .caused_by(CodedError::new(self.cause, field_fault(&self.field, self.current.as_deref(), &self.message)))
            .on(intent);
        match &self.current {
            Some(current) => error.field(&self.field, current),
            None => error.missing_field(&self.field),
        }
    }
}
