//! Conditions of variants and sets (porch §4.8).

use crate::Fault;

/// A condition as it would stand in the object's status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `Stalled` or `Ready`.
    pub kind: &'static str,
    /// `True` or `False`.
    pub status: &'static str,
    /// Why, in one word.
    pub reason: &'static str,
    /// Why.
    pub message: String,
}

fn condition(kind: &'static str, status: &'static str, reason: &'static str, message: impl Into<String>) -> Condition {
    Condition { kind, status, reason, message: message.into() }
}

fn valid() -> Condition {
    condition("Stalled", "False", "Valid", "all validation checks passed")
}

/// Of a variant that is malformed or has no upstream.
pub(crate) fn variant_stalled(fault: &Fault) -> Vec<Condition> {
    vec![
        condition("Stalled", "True", "ValidationError", &fault.message),
        condition("Ready", "False", "Error", "invalid packagevariant object"),
    ]
}

/// Of a variant whose package could not be made.
pub(crate) fn variant_failed(fault: &Fault) -> Vec<Condition> {
    vec![valid(), condition("Ready", "False", "Error", &fault.message)]
}

/// Of a variant whose package is as it should be.
pub(crate) fn variant_ready() -> Vec<Condition> {
    vec![valid(), condition("Ready", "True", "NoErrors", "successfully ensured downstream package variant")]
}

/// Of a set that makes no variants.
pub(crate) fn set_stalled(reason: &'static str, fault: &Fault) -> Vec<Condition> {
    vec![condition("Stalled", "True", reason, &fault.message), condition("Ready", "False", reason, &fault.message)]
}

/// Of a set whose variants are there.
pub(crate) fn set_ready() -> Vec<Condition> {
    vec![valid(), condition("Ready", "True", "Reconciled", "package variants successfully reconciled")]
}
