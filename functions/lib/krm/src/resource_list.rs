//! The list of resources a function gets and gives back.

mod check;
mod error;
mod json;
mod order;
mod read;
mod write;

pub use error::ListError;

use porchlight_yaml::Document;

use crate::{CodedError, Finding, Resource, Severity};

pub(crate) use write::{answered_text, failure_text, failure_text_of, in_order, results_text};

/// A ResourceList (functions spec v1 and v1beta1), from YAML or JSON. Items nobody changed are written with
/// the comments, styles, anchors and key order they were read with.
#[derive(Clone, Debug)]
pub struct ResourceList {
    /// The apiVersion, which also is that of the output.
    pub api_version: String,
    /// The resources, in the order of the input.
    pub items: Vec<Resource>,
    /// Configuration of the function.
    pub function_config: Option<Resource>,
    /// Findings of the function. Written in the order worst first, then by file, object and field.
    pub results: Vec<Finding>,
    form: Form,
    /// A mapping of the entries of the list that the spec does not know.
    rest: Option<Document>,
    errors: Vec<CodedError>,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    #[default]
    Yaml,
    Json,
}

/// The apiVersion of new lists.
const API_VERSION: &str = "config.kubernetes.io/v1";
/// The apiVersions understood.
const API_VERSIONS: [&str; 2] = [API_VERSION, "config.kubernetes.io/v1beta1"];

impl Default for ResourceList {
    fn default() -> Self {
        Self {
            api_version: API_VERSION.to_owned(),
            items: Vec::new(),
            function_config: None,
            results: Vec::new(),
            form: Form::default(),
            rest: None,
            errors: Vec::new(),
        }
    }
}

impl ResourceList {
    /// Reads a list. Results in it are read too, legacy spellings included.
    ///
    /// # Errors
    /// `YAML_PARSE_FAILED` where the text is not YAML or repeats a key; `RESOURCELIST_INVALID` where it is empty, not
    /// one ResourceList of a known version, holds items that are no objects or share anchors, or two items of
    /// one identity in one place of one file.
    pub fn parse(text: &str) -> Result<Self, ListError> {
        read::list(text)
    }

    /// The list as text, in the form (YAML or JSON) it was read from; laid out as kpt does.
    #[must_use]
    pub fn to_text(&self) -> String {
        write::list(self)
    }

    /// The items of one apiVersion and kind.
    pub fn of_kind(&self, api_version: &str, kind: &str) -> impl Iterator<Item = &Resource> {
        self.items.iter().filter(move |item| item.is(api_version, kind))
    }

    /// Reports an error: it becomes a result and a line on stderr, and the function will exit with 1. For one
    /// error that ends the function at once, return it from [`crate::Function::run`] instead.
    pub fn fail(&mut self, error: CodedError) {
        self.results.push(Finding::from(&error));
        self.errors.push(error);
    }

    /// True where a finding of severity error was reported.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.results.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Puts items in an order that depends on nothing but the items: first those in no file, by identity; then
    /// as kpt reads a package: by package (a subpackage before the one that holds it), file and position in the
    /// file. A list that came from kpt is in this order already.
    pub fn sort_items(&mut self) {
        order::sort(&mut self.items);
    }

    /// True for a list in YAML with no entries but those of the spec.
    pub(crate) fn is_usual(&self) -> bool {
        self.form == Form::Yaml && self.rest.is_none()
    }

    /// The lines for stderr, one for each finding of severity error.
    pub(crate) fn error_lines(&self) -> Vec<String> {
        let reported: Vec<Finding> = self.errors.iter().map(Finding::from).collect();
        let others =
            self.results.iter().filter(|finding| finding.severity == Severity::Error && !reported.contains(finding));
        self.errors
            .iter()
            .map(ToString::to_string)
            .chain(others.map(|finding| CodedError::from(finding).to_string()))
            .collect()
    }
}

#[cfg(test)]
mod tests;
