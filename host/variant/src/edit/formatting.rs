//! What a new value takes over from the one it replaces.

use porchlight_yaml::{Document, Kind, NodeId, Scalar, Style};

use super::plain_style;

/// Gives `new` the order of keys, the styles and the comments of `old`, where both are of one kind. Items of lists are taken
/// as wholes: one that was there before with the same value keeps its looks, wherever it stands now.
pub(super) fn take_over(document: &mut Document, old: NodeId, new: NodeId) {
    // Items that stay are the same nodes before and after.
    if old == new || document.kind(old) != document.kind(new) {
        return;
    }
    take_over_one(document, old, new);
    match document.kind(new) {
        Kind::Mapping => mapping(document, old, new),
        Kind::Sequence => sequence(document, old, new),
        Kind::Scalar | Kind::Alias => {}
    }
}

fn take_over_one(document: &mut Document, old: NodeId, new: NodeId) {
    let style = match document.style(old) {
        Style::Plain if document.kind(new) == Kind::Scalar => unquoted(document, new),
        style => style,
    };
    document.set_style(new, style);
    let comments = document.comments(old).cloned();
    if comments.is_some() || document.comments(new).is_some() {
        *document.comments_mut(new) = comments.unwrap_or_default();
    }
}

/// Without quotes, unless a text would then be read as something else.
fn unquoted(document: &Document, scalar: NodeId) -> Style {
    match document.resolve(scalar) {
        Scalar::Str(text) => plain_style(text),
        _ => Style::Plain,
    }
}

/// Keys that were there before come first, in their old order: each is swapped with whatever stands in its place.
fn mapping(document: &mut Document, old: NodeId, new: NodeId) {
    let before: Vec<(NodeId, NodeId)> = document.entries(old).collect();
    let mut entries: Vec<(NodeId, NodeId)> = document.entries(new).collect();
    let mut place = 0;
    let mut kept = Vec::new();
    for (old_key, old_value) in before {
        if document.kind(old_key) != Kind::Scalar {
            continue;
        }
        let same = |(key, _): &(NodeId, NodeId)| {
            document.kind(*key) == Kind::Scalar && document.text(*key) == document.text(old_key)
        };
        let Some(found) = entries[place..].iter().position(same) else { continue };
        entries.swap(place, place + found);
        kept.push((old_key, old_value, entries[place]));
        place += 1;
    }
    let children: Vec<NodeId> = entries.iter().flat_map(|(key, value)| [*key, *value]).collect();
    document.set_children(new, &children);
    for (old_key, old_value, (key, value)) in kept {
        if old_key != key {
            take_over_one(document, old_key, key);
        }
        take_over(document, old_value, value);
    }
}

fn sequence(document: &mut Document, old: NodeId, new: NodeId) {
    let mut before: Vec<NodeId> = document.children(old).collect();
    let items: Vec<NodeId> = document.children(new).collect();
    for item in items {
        if let Some(place) = before.iter().position(|old| same_value(document, *old, item)) {
            let old = before.remove(place);
            take_over(document, old, item);
        }
    }
}

/// True where two nodes hold the same texts, whatever they are read as.
fn same_value(document: &Document, a: NodeId, b: NodeId) -> bool {
    let mut work = vec![(a, b)];
    while let Some((a, b)) = work.pop() {
        if a == b {
            continue;
        }
        if document.kind(a) != document.kind(b) {
            return false;
        }
        match document.kind(a) {
            Kind::Alias => {}
            Kind::Scalar if document.text(a) != document.text(b) => return false,
            Kind::Scalar => {}
            Kind::Sequence | Kind::Mapping if document.children(a).count() != document.children(b).count() => {
                return false;
            }
            Kind::Sequence => work.extend(document.children(a).zip(document.children(b))),
            Kind::Mapping => {
                for (key, value) in document.entries(a) {
                    let Some(other) = document.get(b, document.text(key)) else { return false };
                    work.push((value, other));
                }
            }
        }
    }
    true
}
