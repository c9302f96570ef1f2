//! How Porch's controllers change YAML: the rules of the function SDK they are built with (krm-functions-sdk 1.0.0 and
//! later; porch §4.4), which decide the bytes.

mod formatting;
mod order;

use std::sync::Arc;

use porchlight_yaml::{Document, Kind, NodeId, Scalar, SequenceIndent, Style, emit_node, parse, resolve_plain};

pub(crate) use order::sort;

/// Reads the objects of a file as the SDK does.
///
/// # Errors
/// In the SDK's words: text that is no YAML, a document that is no mapping.
pub(crate) fn read(text: &str) -> Result<Vec<Document>, String> {
    let documents = parse(Arc::from(text))
        .map_err(|error| format!("failed to parse input bytes: yaml: line {}: {}", error.line, error.message))?;
    for document in &documents {
        // Numbers of go-yaml's kinds of nodes.
        let number = match document.root().map(|root| document.kind(root)) {
            Some(Kind::Mapping) => continue,
            Some(Kind::Sequence) => 2,
            Some(Kind::Scalar) | None => 8,
            Some(Kind::Alias) => 16,
        };
        return Err(format!("failed to extract objects: unhandled node kind {number}"));
    }
    Ok(documents)
}

/// Reads the only object of a file.
///
/// # Errors
/// As [`read`], and any other number of objects.
pub(crate) fn read_one(text: &str) -> Result<Document, String> {
    let mut documents = read(text)?;
    match (documents.pop(), documents.len()) {
        (Some(document), 0) => Ok(document),
        (document, others) => {
            Err(format!("expected exactly one object, got {}", others + usize::from(document.is_some())))
        }
    }
}

/// Writes an object as the SDK does: two spaces, dashes below their key, without comments of the document as a whole.
pub(crate) fn write(document: &Document) -> String {
    let mut text = String::new();
    if let Some(root) = document.root() {
        emit_node(document, root, SequenceIndent::Compact, &mut text);
    }
    text
}

/// Sets a field. The new value takes over order, styles and comments of the old one where they fit; a new field comes last.
pub(crate) fn set(document: &mut Document, mapping: NodeId, key: &str, value: NodeId) {
    match document.get(mapping, key) {
        Some(old) => {
            formatting::take_over(document, old, value);
            document.replace(old, value);
        }
        None => {
            let key = document.new_scalar(key, plain_style(key));
            document.push_entry(mapping, key, value);
        }
    }
}

/// The mapping at a key; one that is empty or something else goes, and a new one comes last.
pub(crate) fn upsert_mapping(document: &mut Document, mapping: NodeId, key: &str) -> NodeId {
    let there = document.get(mapping, key);
    if let Some(value) = there.filter(|value| document.kind(*value) == Kind::Mapping)
        && document.first_child(value).is_some()
    {
        return value;
    }
    document.remove(mapping, key);
    let value = document.new_mapping();
    set(document, mapping, key, value);
    value
}

/// The mapping at a key, made where it is missing; nothing where something else is there.
pub(crate) fn mapping_at(document: &mut Document, mapping: NodeId, key: &str) -> Option<NodeId> {
    match document.get(mapping, key) {
        Some(value) if document.kind(value) == Kind::Mapping => Some(value),
        Some(_) => None,
        None => {
            let value = document.new_mapping();
            set(document, mapping, key, value);
            Some(value)
        }
    }
}

/// A text as the SDK makes it: quoted only where it would else be read as something other than a text.
pub(crate) fn text(document: &mut Document, text: &str) -> NodeId {
    document.new_scalar(text, plain_style(text))
}

/// How a text is written that wants no quotes.
fn plain_style(text: &str) -> Style {
    if text.contains('\n') {
        Style::Literal
    } else if matches!(resolve_plain(text), Scalar::Str(_)) {
        Style::Plain
    } else {
        Style::DoubleQuoted
    }
}
