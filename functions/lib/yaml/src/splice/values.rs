//! Whether two trees hold the same values, however they are written.
//!
//! Style, comments, anchors and the order of a mapping's keys do not count; the kind of a scalar does, and tags of
//! one's own do.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::resolve::Scalar;
use crate::tree::{Document, Kind, NodeId, Style};
use crate::write::{SequenceIndent, emit};

/// Floats whose texts are no longer than this are told apart by their value.
const EXACT_FLOAT: usize = 16;
/// How many functions may each have written a folded text anew.
const MOST_FOLDS: usize = 16;

/// Identity of a key within its mapping: the text, and whether it is a string.
pub(super) type Key<'d> = (&'d str, bool);

/// The identity of a key; `None` where it is no scalar.
pub(super) fn key_of(document: &Document, key: NodeId) -> Option<Key<'_>> {
    let is_scalar = document.kind(key) == Kind::Scalar;
    is_scalar.then(|| (document.text(key), matches!(document.resolve(key), Scalar::Str(_))))
}

fn own_tag(document: &Document, node: NodeId) -> &str {
    let tag = document.tag(node);
    if tag.starts_with("!!") { "" } else { tag }
}

/// Whether two leaves hold the same value.
pub(super) fn same_leaf(a: &Document, a_node: NodeId, b: &Document, b_node: NodeId) -> bool {
    if a.kind(a_node) != b.kind(b_node) || own_tag(a, a_node) != own_tag(b, b_node) {
        return false;
    }
    let (a_text, b_text) = (a.text(a_node), b.text(b_node));
    if a.kind(a_node) == Kind::Alias {
        return a_text == b_text;
    }
    match (a.resolve(a_node), b.resolve(b_node)) {
        (Scalar::Float(a), Scalar::Float(b)) => {
            a_text == b_text || (a.to_bits() == b.to_bits() && a_text.len().max(b_text.len()) <= EXACT_FLOAT)
        }
        (Scalar::Str(old), Scalar::Str(new)) if a.style(a_node) == Style::Folded => old == new || is_refolded(old, new),
        (old, new) => old == new,
    }
}

/// Whether `new` is what becomes of the folded text `old` when it is written and read, perhaps several times:
/// kpt's emitter adds empty lines around indented ones (kpt-render §2.11).
fn is_refolded(old: &str, new: &str) -> bool {
    let squeeze = |text: &str| text.split('\n').filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    if squeeze(old) != squeeze(new) {
        return false;
    }
    let mut text = old.to_owned();
    for _ in 0..MOST_FOLDS {
        let mut document = Document::default();
        let root = document.new_mapping();
        document.set_root(root);
        let (key, value) = (document.new_scalar("k", Style::Plain), document.new_scalar(text.as_str(), Style::Folded));
        document.push_entry(root, key, value);
        let mut out = String::new();
        emit(&document, SequenceIndent::Compact, &mut out);
        let Ok(Some(read)) = crate::read::parse_first(out.into()) else { return false };
        let Some(value) = read.root().and_then(|root| read.get(root, "k")) else { return false };
        if read.text(value) == text {
            return false;
        }
        text = read.text(value).to_owned();
        if text == new {
            return true;
        }
    }
    false
}

/// Whether two subtrees hold the same values. `old` is the one whose folded texts may have been folded anew.
#[must_use]
pub fn same_values((old, old_node): (&Document, NodeId), (new, new_node): (&Document, NodeId)) -> bool {
    let mut work = vec![(old_node, new_node)];
    while let Some((a, b)) = work.pop() {
        if old.kind(a) != new.kind(b) {
            return false;
        }
        match old.kind(a) {
            Kind::Scalar | Kind::Alias => {
                if !same_leaf(old, a, new, b) {
                    return false;
                }
            }
            _ if own_tag(old, a) != own_tag(new, b) => return false,
            Kind::Sequence => {
                let (mut a, mut b) = (old.children(a), new.children(b));
                loop {
                    match (a.next(), b.next()) {
                        (Some(a), Some(b)) => work.push((a, b)),
                        (None, None) => break,
                        _ => return false,
                    }
                }
            }
            Kind::Mapping => {
                if !pair_entries((old, a), (new, b), &mut work) {
                    return false;
                }
            }
        }
    }
    true
}

/// Adds what must be equal for two mappings to be equal.
fn pair_entries(
    (old, a): (&Document, NodeId),
    (new, b): (&Document, NodeId),
    work: &mut Vec<(NodeId, NodeId)>,
) -> bool {
    let (count, new_count) = (old.children(a).count(), new.children(b).count());
    if count != new_count {
        return false;
    }
    let in_order = old.entries(a).zip(new.entries(b)).all(|((a, _), (b, _))| {
        let key = key_of(old, a);
        key.is_none() || key == key_of(new, b)
    });
    if in_order {
        for ((key, value), (new_key, new_value)) in old.entries(a).zip(new.entries(b)) {
            if old.kind(key) != Kind::Scalar {
                work.push((key, new_key));
            }
            work.push((value, new_value));
        }
        return true;
    }
    let mut values: HashMap<Key<'_>, NodeId> = HashMap::with_capacity(count / 2);
    for (key, value) in new.entries(b) {
        let Some(key) = key_of(new, key) else { return false };
        if values.insert(key, value).is_some() {
            return false;
        }
    }
    old.entries(a).all(|(key, value)| match key_of(old, key).and_then(|key| values.remove(&key)) {
        Some(other) => {
            work.push((value, other));
            true
        }
        None => false,
    })
}

/// A hash per node of a tree, equal where the values are; by [`NodeId::index`].
pub(super) fn hashes(document: &Document, root: NodeId) -> Vec<u64> {
    let mut hashes = vec![0; document.node_count()];
    let mut order = vec![root];
    let mut next = 0;
    while let Some(node) = order.get(next).copied() {
        order.extend(document.children(node));
        next += 1;
    }
    for node in order.into_iter().rev() {
        let mut hasher = DefaultHasher::new();
        let kind = document.kind(node);
        (kind, own_tag(document, node)).hash(&mut hasher);
        match kind {
            Kind::Alias => document.text(node).hash(&mut hasher),
            Kind::Scalar => match document.resolve(node) {
                // Texts that may have been folded anew hash alike.
                Scalar::Str(text) => text.bytes().filter(|byte| *byte != b'\n').for_each(|byte| byte.hash(&mut hasher)),
                Scalar::Null => 0_u8.hash(&mut hasher),
                Scalar::Bool(value) => (1_u8, value).hash(&mut hasher),
                Scalar::Int(value) => (2_u8, value).hash(&mut hasher),
                Scalar::Uint(value) => (3_u8, value).hash(&mut hasher),
                Scalar::Float(value) => (4_u8, value.to_bits()).hash(&mut hasher),
                Scalar::Timestamp(text) => (5_u8, text).hash(&mut hasher),
                Scalar::Merge => 6_u8.hash(&mut hasher),
                Scalar::Binary(text) => (7_u8, text).hash(&mut hasher),
            },
            Kind::Sequence => document.children(node).for_each(|child| hashes[child.index()].hash(&mut hasher)),
            Kind::Mapping => {
                let entry = |(key, value): (NodeId, NodeId)| {
                    let mut hasher = DefaultHasher::new();
                    (document.text(key), hashes[key.index()], hashes[value.index()]).hash(&mut hasher);
                    hasher.finish()
                };
                document.entries(node).map(entry).fold(0_u64, u64::wrapping_add).hash(&mut hasher);
            }
        }
        hashes[node.index()] = hasher.finish();
    }
    hashes
}

/// Whether everything in a document is in brackets and every string in double quotes, as in JSON.
#[must_use]
pub fn is_json(document: &Document) -> bool {
    let mut work: Vec<NodeId> = document.root().into_iter().collect();
    while let Some(node) = work.pop() {
        let fits = match (document.kind(node), document.style(node)) {
            (Kind::Mapping | Kind::Sequence, style) => style == Style::Flow,
            (Kind::Scalar, Style::DoubleQuoted) => true,
            (Kind::Scalar, Style::Plain) => !matches!(document.resolve(node), Scalar::Str(_)),
            _ => false,
        };
        if !fits {
            return false;
        }
        work.extend(document.children(node));
    }
    true
}
