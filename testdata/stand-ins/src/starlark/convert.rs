//! Between YAML and values of scripts. As with the real function, comments and quoting do not survive the way.

use porchlight_yaml::{Document, Kind, NodeId, Scalar, Style};

use super::value::{Value, dict, list, text};

pub(super) fn sequence(document: &Document, items: &[NodeId]) -> Value {
    list(items.iter().map(|item| value(document, *item)).collect())
}

pub(super) fn value(document: &Document, node: NodeId) -> Value {
    match document.kind(node) {
        Kind::Mapping => dict(
            document
                .entries(node)
                .map(|(key, entry)| (document.text(key).to_owned(), value(document, entry)))
                .collect(),
        ),
        Kind::Sequence => list(document.children(node).map(|item| value(document, item)).collect()),
        Kind::Alias => Value::None,
        Kind::Scalar => match document.resolve(node) {
            Scalar::Null => Value::None,
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Int(value) => Value::Int(value),
            Scalar::Float(value) => Value::Float(value),
            _ => text(document.text(node)),
        },
    }
}

/// A new node. Keys are sorted, as the real function writes them.
pub(super) fn node(document: &mut Document, value: &Value) -> Result<NodeId, String> {
    let plain = |document: &mut Document, text: String| Ok(document.new_scalar(text, Style::Plain));
    match value {
        Value::None => plain(document, "null".to_owned()),
        Value::Bool(value) => plain(document, value.to_string()),
        Value::Int(value) => plain(document, value.to_string()),
        Value::Float(value) => plain(document, value.to_string()),
        Value::Str(text) => Ok(document.new_string(text)),
        Value::List(items) => {
            let sequence = document.new_sequence();
            for item in items.borrow().iter() {
                let item = node(document, item)?;
                document.push(sequence, item);
            }
            Ok(sequence)
        }
        Value::Dict(entries) => {
            let mapping = document.new_mapping();
            let mut entries = entries.borrow().clone();
            entries.sort_by(|(left, _), (right, _)| left.cmp(right));
            for (key, entry) in &entries {
                let (key, entry) = (document.new_string(key), node(document, entry)?);
                document.push_entry(mapping, key, entry);
            }
            Ok(mapping)
        }
        other => Err(format!("a {} cannot be written", other.kind())),
    }
}
