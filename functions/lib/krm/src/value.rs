//! Comparing and replacing values without regard to how they are written.

use std::collections::HashMap;

use porchlight_yaml::{Document, Kind, NodeId, Scalar, Style};

/// True where two nodes mean the same: scalars by resolved value, mappings without regard to the order of keys.
/// Comments and styles do not count. An alias equals only an alias of the same name.
pub(crate) fn same(left: &Document, left_node: NodeId, right: &Document, right_node: NodeId) -> bool {
    let mut work = vec![(left_node, right_node)];
    while let Some((a, b)) = work.pop() {
        if left.kind(a) != right.kind(b) {
            return false;
        }
        match left.kind(a) {
            Kind::Scalar => {
                if !same_scalar(left.resolve(a), left.text(a), right.resolve(b), right.text(b)) {
                    return false;
                }
            }
            Kind::Alias => {
                if left.text(a) != right.text(b) {
                    return false;
                }
            }
            Kind::Sequence => {
                let (mut items, mut others) = (left.children(a), right.children(b));
                loop {
                    match (items.next(), others.next()) {
                        (Some(item), Some(other)) => work.push((item, other)),
                        (None, None) => break,
                        _ => return false,
                    }
                }
            }
            Kind::Mapping => {
                let Some(pairs) = paired(left, a, right, b) else { return false };
                work.extend(pairs);
            }
        }
    }
    true
}

/// The values of two mappings by key; `None` where the keys differ or are not all scalars.
fn paired(left: &Document, a: NodeId, right: &Document, b: NodeId) -> Option<Vec<(NodeId, NodeId)>> {
    let entries: Vec<_> = left.entries(a).collect();
    let others: Vec<_> = right.entries(b).collect();
    if entries.len() != others.len() {
        return None;
    }
    let scalars = entries.iter().all(|(key, _)| left.kind(*key) == Kind::Scalar)
        && others.iter().all(|(key, _)| right.kind(*key) == Kind::Scalar);
    if !scalars {
        return None;
    }
    let same_order = entries.iter().zip(&others).all(|((key, _), (other, _))| left.text(*key) == right.text(*other));
    if same_order {
        return Some(entries.iter().zip(&others).map(|((_, value), (_, other))| (*value, *other)).collect());
    }
    let mut by_key: HashMap<&str, NodeId> = others.iter().map(|(key, value)| (right.text(*key), *value)).collect();
    entries.iter().map(|(key, value)| Some((*value, by_key.remove(left.text(*key))?))).collect()
}

fn same_scalar(left: Scalar<'_>, left_text: &str, right: Scalar<'_>, right_text: &str) -> bool {
    match (left, right) {
        (Scalar::Null, Scalar::Null) => true,
        (Scalar::Bool(a), Scalar::Bool(b)) => a == b,
        (Scalar::Int(a), Scalar::Int(b)) => a == b,
        (Scalar::Uint(a), Scalar::Uint(b)) => a == b,
        (Scalar::Float(a), Scalar::Float(b)) => a.to_bits() == b.to_bits(),
        (a, b) => std::mem::discriminant(&a) == std::mem::discriminant(&b) && left_text == right_text,
    }
}

/// Makes `existing` mean what the detached node `new` means; `false` where it did already. A scalar keeps its
/// comments and, where both are text, its quotes.
pub(crate) fn assign(document: &mut Document, existing: NodeId, new: NodeId) -> bool {
    if same(document, existing, document, new) {
        return false;
    }
    if document.kind(existing) == Kind::Scalar && document.kind(new) == Kind::Scalar {
        let text = document.text(new).to_owned();
        let style = match document.style(existing) {
            quoted @ (Style::SingleQuoted | Style::DoubleQuoted)
                if matches!(document.resolve(new), Scalar::Str(_)) && !text.contains('\n') =>
            {
                quoted
            }
            _ => document.style(new),
        };
        let tag = document.tag(new).to_owned();
        document.set_text(existing, text, style);
        document.set_tag(existing, tag);
        return true;
    }
    if let Some(comments) = document.comments(existing).cloned() {
        *document.comments_mut(new) = comments;
    }
    document.replace(existing, new);
    true
}

/// The text of a scalar that is not nothing.
pub(crate) fn text(document: &Document, node: NodeId) -> Option<&str> {
    (document.kind(node) == Kind::Scalar && !matches!(document.resolve(node), Scalar::Null))
        .then(|| document.text(node))
}

/// True for a plain `null`, `~` or nothing.
pub(crate) fn is_null(document: &Document, node: NodeId) -> bool {
    document.kind(node) == Kind::Scalar && matches!(document.resolve(node), Scalar::Null)
}
