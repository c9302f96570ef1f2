//! What keeps a variant from being made.

use std::fmt;
use std::sync::Arc;

use porchlight_krm::Code;
use porchlight_yaml::{Document, NodeId};

/// An error of a person who writes variants: what is wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The stable code.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// Where; nothing for faults of the command line or of a whole directory.
    pub place: Option<Place>,
    /// What can be done.
    pub hints: Vec<String>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as it was named by the caller.
    pub file: Arc<str>,
    /// Line, from 1; 0 for the file as a whole.
    pub line: u32,
    /// Column in characters, from 1; 0 for the line as a whole.
    pub column: u32,
}

impl Place {
    /// The file as a whole.
    #[must_use]
    pub fn file(file: &Arc<str>) -> Self {
        Self { file: Arc::clone(file), line: 0, column: 0 }
    }

    /// Where a node stands.
    #[must_use]
    pub fn node(file: &Arc<str>, document: &Document, node: NodeId) -> Self {
        Self { file: Arc::clone(file), line: document.line(node), column: document.column(node) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.file)?;
        for number in [self.line, self.column].into_iter().take_while(|number| *number > 0) {
            write!(out, ":{number}")?;
        }
        Ok(())
    }
}

impl Fault {
    /// A fault of a variant.
    pub fn new(message: impl Into<String>) -> Self {
        Self::coded(Code::VariantInvalid, message)
    }

    /// A fault of another kind.
    pub fn coded(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), place: None, hints: Vec::new() }
    }

    /// Says where, unless that is known already.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place.get_or_insert(place);
        self
    }

    /// Says what can be done.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(out, "{place}: ")?;
        }
        out.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
