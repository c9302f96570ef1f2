//! Why a text is no ResourceList we can work with.

use std::fmt;

use porchlight_yaml::{Document, NodeId, ParseError};

use crate::{Code, CodedError};

/// What is wrong with a list, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListError {
    /// `YAML_PARSE_FAILED` or `RESOURCELIST_INVALID`.
    pub code: Code,
    /// Line in the text of the list, from 1; 0 where the list as a whole is meant.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Path from the root of the list, like `items[3].spec`; "" for the list itself.
    pub field: String,
    /// File of the package the item came from, where that is known.
    pub file: Option<String>,
    /// What is wrong and what to do.
    pub message: String,
}

impl ListError {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::of(Code::ResourcelistInvalid, message)
    }

    pub(super) fn of(code: Code, message: impl Into<String>) -> Self {
        Self { code, line: 0, column: 0, field: String::new(), file: None, message: message.into() }
    }

    pub(super) fn at(mut self, document: &Document, node: NodeId) -> Self {
        self.line = document.line(node);
        self.column = document.column(node);
        self
    }

    pub(super) fn field(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }
}

impl From<ParseError> for ListError {
    fn from(error: ParseError) -> Self {
        Self { line: error.line, column: error.column, ..Self::of(Code::YamlParseFailed, error.message) }
    }
}

/// `line 3, column 5 (deploy.yaml): items[1]: message`
impl fmt::Display for ListError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(out, "line {}, column {}", self.line, self.column)?;
        }
        match &self.file {
            Some(file) if self.line > 0 => write!(out, " (file `{file}`): ")?,
            Some(file) => write!(out, "file `{file}`: ")?,
            None if self.line > 0 => out.write_str(": ")?,
            None => {}
        }
        if !self.field.is_empty() {
            write!(out, "{}: ", self.field)?;
        }
        out.write_str(&self.message)
    }
}

impl std::error::Error for ListError {}

impl From<&ListError> for CodedError {
    fn from(error: &ListError) -> Self {
        let mut coded = Self::new(error.code, error.to_string());
        if !error.field.is_empty() {
            coded = coded.missing_field(&error.field);
        }
        if let Some(path) = &error.file {
            coded.place.file = Some(crate::FileRef { path: path.clone(), index: 0 });
        }
        coded
    }
}
