//! What can be wrong with a field.

use std::fmt;

use porchlight_krm::FieldPath;

/// A field that its kind does not allow so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field.
    pub path: FieldPath,
    /// What stands there; `None` for nothing or a collection.
    pub current: Option<String>,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The kind has no such field.
    Unknown {
        /// A field of a similar name.
        nearest: Option<String>,
    },
    /// The kind wants it.
    Missing,
    /// The value is of another type.
    Type {
        /// What it should be, with an article.
        expected: &'static str,
        /// What it is, with an article.
        found: &'static str,
    },
    /// The value is none of the allowed ones.
    Value {
        /// The allowed ones.
        allowed: Vec<String>,
        /// The one that was probably meant.
        nearest: Option<String>,
    },
    /// The number is too small or too large.
    Range {
        /// Smallest.
        min: Option<i64>,
        /// Largest.
        max: Option<i64>,
    },
    /// The document is too deep or too large to be checked to the end.
    TooLarge,
}

impl Problem {
    /// What the field should be, where that is known.
    #[must_use]
    pub fn proposal(&self) -> Option<&str> {
        match self {
            Self::Value { nearest, .. } => nearest.as_deref(),
            _ => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { nearest: Some(nearest) } => write!(out, "unknown field; did you mean `{nearest}`?"),
            Self::Unknown { nearest: None } => out.write_str("unknown field"),
            Self::Missing => out.write_str("required field is missing"),
            Self::Type { expected, found } => write!(out, "expected {expected}, found {found}"),
            Self::Value { allowed, .. } => write!(out, "expected one of `{}`", allowed.join("`, `")),
            Self::Range { min: Some(min), max: Some(max) } => write!(out, "expected a number from {min} to {max}"),
            Self::Range { min: Some(min), max: None } => write!(out, "expected a number of at least {min}"),
            Self::Range { min: None, max: Some(max) } => write!(out, "expected a number of at most {max}"),
            Self::Range { min: None, max: None } => out.write_str("expected another number"),
            Self::TooLarge => out.write_str("too deep or too large to be checked further"),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}`: {}", self.path, self.problem)
    }
}
