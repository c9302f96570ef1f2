//! Reading the `results` of a function's output.

use std::collections::BTreeMap;

use porchlight_yaml::{Document, Kind, NodeId, SequenceIndent};

use super::{FieldRef, FieldValue, FileRef, ResourceRef, ResultItem};
use crate::restore::is_nil_or_empty;

/// Results that do not have the form of results.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot unmarshal the results of the function: line {line}: `{field}` must be {expected}")]
pub struct ResultsError {
    /// Line in the function's output.
    pub line: u32,
    /// The field, from the result on.
    pub field: String,
    /// What belongs there.
    pub expected: &'static str,
}

/// Reads a list of results, or the older form: an object with the list in `items`. Nothing and null mean none.
/// Unknown fields are left out, as kpt does.
pub(crate) fn read_results(document: &Document, node: NodeId) -> Result<Vec<ResultItem>, ResultsError> {
    if is_nil_or_empty(document, node) {
        return Ok(Vec::new());
    }
    let list = match document.kind(node) {
        Kind::Mapping => document.get(node, "items").filter(|items| !is_nil_or_empty(document, *items)).unwrap_or(node),
        _ => node,
    };
    let reader = Reader { document };
    if document.kind(list) != Kind::Sequence {
        return Err(reader.error(list, "results", "a list"));
    }
    document.children(list).map(|item| reader.item(item)).collect()
}

struct Reader<'a> {
    document: &'a Document,
}

impl Reader<'_> {
    fn error(&self, node: NodeId, field: &str, expected: &'static str) -> ResultsError {
        ResultsError { line: self.document.line(node), field: field.to_owned(), expected }
    }

    fn item(&self, item: NodeId) -> Result<ResultItem, ResultsError> {
        let item = self.object(item, "results[]")?;
        let part = |name: &str| self.part(item, name);
        Ok(ResultItem {
            message: self.text(item, "message")?,
            severity: self.text(item, "severity")?,
            resource: part("resourceRef").map(|node| self.resource(node)).transpose()?,
            field: part("field").map(|node| self.field(node)).transpose()?,
            file: part("file").map(|node| self.file(node)).transpose()?,
            tags: part("tags").map(|node| self.tags(node)).transpose()?.unwrap_or_default(),
        })
    }

    fn resource(&self, node: NodeId) -> Result<ResourceRef, ResultsError> {
        let node = self.object(node, "resourceRef")?;
        let mut resource = ResourceRef {
            api_version: self.text(node, "apiVersion")?,
            kind: self.text(node, "kind")?,
            name: self.text(node, "name")?,
            namespace: self.text(node, "namespace")?,
        };
        // Older functions put name and namespace one level down.
        if let Some(metadata) = self.part(node, "metadata") {
            for (field, target) in [("name", &mut resource.name), ("namespace", &mut resource.namespace)] {
                let text = self.text(metadata, field)?;
                if !text.is_empty() {
                    *target = text;
                }
            }
        }
        Ok(resource)
    }

    fn field(&self, node: NodeId) -> Result<FieldRef, ResultsError> {
        let node = self.object(node, "field")?;
        let suggested = self.part(node, "suggestedValue").map(|value| self.value(value, true));
        Ok(FieldRef {
            path: self.text(node, "path")?,
            current: self.part(node, "currentValue").map(|value| self.value(value, false)),
            proposed: suggested.or_else(|| self.part(node, "proposedValue").map(|value| self.value(value, false))),
        })
    }

    fn value(&self, node: NodeId, is_suggestion: bool) -> FieldValue {
        let text = if self.document.kind(node) == Kind::Scalar {
            self.document.text(node).trim().to_owned()
        } else {
            let mut text = String::new();
            porchlight_yaml::emit_node(self.document, node, SequenceIndent::Compact, &mut text);
            text.trim().to_owned()
        };
        let mut value = Document::new(self.document.source().clone());
        let root = value.import(self.document, node);
        value.set_root(root);
        FieldValue { text, value, is_suggestion }
    }

    fn file(&self, node: NodeId) -> Result<FileRef, ResultsError> {
        let node = self.object(node, "file")?;
        let index = match self.part(node, "index") {
            None => 0,
            Some(index) => {
                self.document.text(index).parse().map_err(|_| self.error(index, "file.index", "a number"))?
            }
        };
        Ok(FileRef { path: self.text(node, "path")?, index })
    }

    fn tags(&self, node: NodeId) -> Result<BTreeMap<String, String>, ResultsError> {
        let node = self.object(node, "tags")?;
        let scalar = |node| match self.document.kind(node) {
            Kind::Scalar => Ok(self.document.text(node).to_owned()),
            _ => Err(self.error(node, "tags", "an object with text values")),
        };
        self.document.entries(node).map(|(key, value)| Ok((scalar(key)?, scalar(value)?))).collect()
    }

    /// A field of an object, unless it is missing or null.
    fn part(&self, object: NodeId, name: &str) -> Option<NodeId> {
        let value = self.document.get(object, name)?;
        let is_null = self.document.kind(value) == Kind::Scalar && is_nil_or_empty(self.document, value);
        (!is_null).then_some(value)
    }

    fn object(&self, node: NodeId, field: &str) -> Result<NodeId, ResultsError> {
        match self.document.kind(node) {
            Kind::Mapping => Ok(node),
            _ => Err(self.error(node, field, "an object")),
        }
    }

    /// Text of a scalar field; "" where it is missing or null.
    fn text(&self, object: NodeId, name: &str) -> Result<String, ResultsError> {
        match self.part(object, name) {
            None => Ok(String::new()),
            Some(value) if self.document.kind(value) == Kind::Scalar => Ok(self.document.text(value).to_owned()),
            Some(value) => Err(self.error(value, name, "text")),
        }
    }
}
