//! What is wrong with a value, and where.

use std::fmt::{self, Display};

use ::serde::de;

use super::nearest::nearest;
use crate::{Document, NodeId};

/// Steps of a path that are written out; a longer one ends in `…`.
const LONGEST_PATH: usize = 40;

/// A value that does not fit the type it is read into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    /// Field path from the node that was read, like `spec.sites[2].name`; "" for that node itself.
    pub path: String,
    /// Line in the source, from 1; 0 where the node was not read from text.
    pub line: u32,
    /// Column in characters, from 1; 0 where the node was not read from text.
    pub column: u32,
    /// What was expected and what was found.
    pub message: String,
    /// The offending scalar as written, where the value is a scalar.
    pub value: Option<String>,
}

impl Display for ValueError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(out, "line {}, column {}: ", self.line, self.column)?;
        }
        if !self.path.is_empty() {
            write!(out, "`{}`: ", self.path)?;
        }
        out.write_str(&self.message)
    }
}

impl std::error::Error for ValueError {}

/// One step of a path while an error travels outwards.
#[derive(Debug)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// An error on its way out: the path grows from its end, the place is set by the innermost node that knows it.
#[derive(Debug)]
pub struct Failure(Box<Parts>);

#[derive(Debug, Default)]
struct Parts {
    steps: Vec<Step>,
    place: Option<(u32, u32)>,
    message: String,
    value: Option<String>,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Parts { message: message.into(), ..Parts::default() }))
    }

    /// Remembers where `node` stands, unless a node further in was remembered already.
    pub(super) fn at(mut self, document: &Document, node: NodeId) -> Self {
        self.0.place.get_or_insert_with(|| (document.line(node), document.column(node)));
        self
    }

    /// Replaces the place: for values inside a text whose own lines mean nothing to the reader of the file.
    pub(super) fn moved_to(mut self, document: &Document, node: NodeId) -> Self {
        self.0.place = Some((document.line(node), document.column(node)));
        self
    }

    /// Adds what to do about it.
    pub(super) fn advise(mut self, advice: &str) -> Self {
        self.0.message.push_str("; ");
        self.0.message.push_str(advice);
        self
    }

    pub(super) fn with_value(mut self, value: &str) -> Self {
        self.0.value.get_or_insert_with(|| value.to_owned());
        self
    }

    pub(super) fn within(mut self, step: Step) -> Self {
        self.0.steps.push(step);
        self
    }

    pub(super) fn into_error(self) -> ValueError {
        let Parts { steps, place, message, value } = *self.0;
        let mut path = String::new();
        for (depth, step) in steps.iter().rev().enumerate() {
            if depth == LONGEST_PATH {
                path.push('…');
                break;
            }
            match step {
                Step::Index(index) => path.push_str(&format!("[{index}]")),
                Step::Key(key) if key.is_empty() || key.contains(['.', '[', ']', '"', '\\']) => {
                    path.push_str(&format!("[{key:?}]"));
                }
                Step::Key(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                }
            }
        }
        let (line, column) = place.unwrap_or_default();
        ValueError { path, line, column, message, value }
    }
}

impl Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.message)
    }
}

impl std::error::Error for Failure {}

impl de::Error for Failure {
    fn custom<M: Display>(message: M) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}, found {found}"))
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}, found {found}"))
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        let hint = did_you_mean(variant, known).unwrap_or_default();
        Self::new(format!("unknown value `{variant}`{hint}; known are {}", listed(known))).with_value(variant)
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self::new(unknown_field(field, known))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("required field is missing").within(Step::Key(field.to_owned()))
    }
}

impl ::serde::ser::Error for Failure {
    fn custom<M: Display>(message: M) -> Self {
        Self::new(message.to_string())
    }
}

/// The message for a key nobody knows.
pub(super) fn unknown_field(field: &str, known: &[&str]) -> String {
    match did_you_mean(field, known) {
        Some(hint) => format!("unknown field `{field}`{hint}"),
        None if known.is_empty() => format!("unknown field `{field}`; no field is known here"),
        None => format!("unknown field `{field}`; known fields are {}", listed(known)),
    }
}

fn did_you_mean(word: &str, known: &[&str]) -> Option<String> {
    nearest(word, known.iter().copied()).map(|near| format!(", did you mean `{near}`?"))
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
