//! What is wrong with an expansion or a site.

use porchlight_krm::{Code, CodedError, Resource, field_fault};

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
        let text = field_fault(&field, Some(&current), message.as_ref());
        self.0.push(error(object).cause(text).field(field, current));
    }

    /// A field that must be there.
    pub(crate) fn missing(&mut self, object: &Resource, field: impl Into<String>, message: impl AsRef<str>) {
        let field = field.into();
        let text = field_fault(&field, None, message.as_ref());
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
