//! What is wrong with an object. All problems of a package are collected before the function gives up.

use porchlight_krm::{Code, CodedError, Resource, field_fault};

/// A value that is there and cannot be used.
#[expect(clippy::needless_pass_by_value, reason = "callers pass numbers and texts alike")]
pub(crate) fn invalid(item: &Resource, field: &str, current: impl ToString, message: &str) -> CodedError {
    let current = current.to_string();
    let text = field_fault(field, Some(&current), message);
    of(item, Code::CapacityInvalid, &text).field(field, current)
}

/// A value that must be there.
pub(crate) fn missing(item: &Resource, field: &str, message: &str) -> CodedError {
    of(item, Code::CapacityInvalid, &field_fault(field, None, message)).missing_field(field)
}

/// A size beyond a guard rail.
#[expect(clippy::needless_pass_by_value, reason = "callers pass numbers and texts alike")]
pub(crate) fn exceeded(item: &Resource, field: &str, current: impl ToString, message: &str) -> CodedError {
    of(item, Code::SizingLimitExceeded, &field_fault(field, None, message)).field(field, current.to_string())
}

fn of(item: &Resource, code: Code, cause: &str) -> CodedError {
    CodedError::new(code, format!("cannot size {} `{}`: {cause}", item.kind(), item.name()))
        .intent(item.kind())
        .on(item)
}
