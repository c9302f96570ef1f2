//! Changing a text without rewriting it.
//!
//! [`splice`] compares the tree that a text holds with a wanted one and gives the edits that bring the wanted values
//! into the text. All else keeps its bytes: comments, blank lines, quotes, indentation, brackets, the order of keys.
//! What is new is written in the manner of its surroundings.
//!
//! The result of the edits is read again and compared before it is handed out. Where an edit inside of a node is not
//! possible (a list in brackets with comments inside, say), the smallest node around it is written anew; where that does
//! not hold the wanted values, what differs is written anew, in parts as small as do; at last, the document.

mod align;
mod block;
mod comments;
mod editor;
mod flow;
mod lines;
mod render;
mod replace;
mod values;

use std::collections::HashSet;
use std::sync::Arc;

use crate::error::ParseError;
use crate::read::{parse_first, parse_with_places};
use crate::tree::{Document, Kind, NodeId, Style};
use crate::write::{SequenceIndent, emit};
use comments::Comments;
use editor::{Editor, Original, Refused};

pub use values::{is_json, same_values};

/// How many nodes of a document are written as a whole before all of its changed entries are.
const MOST_REFUSED: usize = 16;

/// How deep that is tried part by part.
const MOST_LEVELS: usize = 32;

/// A part of a text and what is to stand there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// First byte that goes.
    pub start: usize,
    /// First byte that stays; `start` for an insertion.
    pub end: usize,
    /// What takes the place.
    pub text: String,
}

/// The edits that make the text of `original` hold the values of `wanted`, and the comments that `wanted` has and the
/// text has nowhere. In the order of the text, without overlap; none where the text holds it all.
///
/// `original` is a document as it was read, the first of [its text](Document::source), which has `\n` as line ends as
/// far as they matter ([`normalise_line_ends`](crate::normalise_line_ends)). `indent` is for lists in a text that has
/// none to show how it indents them. A document without a root is a text without content: it gets all of `wanted`.
///
/// # Errors
/// The first fault of the text, if it was not read before.
pub fn splice(original: &Document, wanted: &Document, indent: SequenceIndent) -> Result<Vec<Edit>, ParseError> {
    let Some(new_root) = wanted.root() else { return Ok(Vec::new()) };
    let text: &Arc<str> = original.source();
    let all_anew = |start, end| {
        let mut new = String::new();
        emit(wanted, indent, &mut new);
        vec![Edit { start, end, text: new }]
    };
    if let Some(root) = original.root()
        && same_values((original, root), (wanted, new_root))
        && !Comments::new(original, wanted).has_new()
    {
        return Ok(Vec::new());
    }
    let Some((document, places)) = parse_with_places(Arc::clone(text))? else {
        return Ok(all_anew(0, text.len()));
    };
    let Some(root) = document.root() else { return Ok(all_anew(0, text.len())) };
    let original = Original { text, document: &document, places: &places };
    let holds = |edits: &[Edit]| {
        let read = parse_first(apply(text, edits).into()).ok().flatten();
        read.is_some_and(|read| read.root().is_some_and(|root| same_values((&read, root), (wanted, new_root))))
    };

    let mut whole = HashSet::new();
    while whole.len() < MOST_REFUSED {
        match Editor::new(original, (wanted, new_root), indent, whole.clone()).run(root, new_root) {
            Ok(edits) if holds(&edits) => return Ok(edits),
            Err(Refused(node)) if node != root => {
                let Some(node) = rewritable(&document, node, &whole) else { break };
                whole.insert(node);
            }
            _ => break,
        }
    }
    for whole in changed((&document, root), (wanted, new_root)).into_iter().rev() {
        if let Ok(edits) = Editor::new(original, (wanted, new_root), indent, whole).run(root, new_root)
            && holds(&edits)
        {
            return Ok(edits);
        }
    }
    // The lines above, the separator and its comments stay where they are.
    let place = places[root.index()];
    let start = text[..place.start].rfind('\n').map_or(0, |line_end| line_end + 1);
    let edits = all_anew(start, place.end);
    Ok(if holds(&edits) { edits } else { all_anew(0, text.len()) })
}

/// What differs, level by level: first the values of the root, then, where these have the same keys or as many items, what
/// is inside of them.
fn changed(old: (&Document, NodeId), new: (&Document, NodeId)) -> Vec<HashSet<NodeId>> {
    let ((document, root), (wanted, new_root)) = (old, new);
    let mut levels = Vec::new();
    let mut pairs = differing((document, root), (wanted, new_root));
    while !pairs.is_empty() && levels.len() < MOST_LEVELS {
        levels.push(pairs.iter().map(|&(old, _)| old).collect());
        let (mut next, mut deeper) = (Vec::new(), false);
        for (old, new) in pairs {
            let inside = if alike((document, old), (wanted, new)) {
                differing((document, old), (wanted, new))
            } else {
                Vec::new()
            };
            deeper |= !inside.is_empty();
            if inside.is_empty() { next.push((old, new)) } else { next.extend(inside) }
        }
        pairs = if deeper { next } else { Vec::new() };
    }
    levels
}

/// Whether two collections differ in nothing but the values inside.
fn alike((document, old): (&Document, NodeId), (wanted, new): (&Document, NodeId)) -> bool {
    match (document.kind(old), wanted.kind(new)) {
        (Kind::Mapping, Kind::Mapping) => {
            let has = |(key, _)| wanted.get(new, document.text(key)).is_some();
            document.entries(old).count() == wanted.entries(new).count() && document.entries(old).all(has)
        }
        (Kind::Sequence, Kind::Sequence) => document.children(old).count() == wanted.children(new).count(),
        _ => false,
    }
}

/// The values of a mapping that differ from those under the same keys, or the items from those at the same places.
fn differing((document, old): (&Document, NodeId), (wanted, new): (&Document, NodeId)) -> Vec<(NodeId, NodeId)> {
    let pairs: Vec<(NodeId, NodeId)> = match document.kind(old) {
        Kind::Mapping => {
            let under_key = |(key, value)| Some((value, wanted.get(new, document.text(key))?));
            document.entries(old).filter_map(under_key).collect()
        }
        _ => document.children(old).zip(wanted.children(new)).collect(),
    };
    pairs.into_iter().filter(|&(old, new)| !same_values((document, old), (wanted, new))).collect()
}

/// The nearest collection from `node` on outwards that is not tried yet and not inside of brackets.
fn rewritable(document: &Document, node: NodeId, tried: &HashSet<NodeId>) -> Option<NodeId> {
    let mut next = Some(node);
    while let Some(node) = next {
        let parent = document.parent(node);
        let is_collection = matches!(document.kind(node), Kind::Mapping | Kind::Sequence);
        let in_flow = parent.is_some_and(|parent| document.style(parent) == Style::Flow);
        if is_collection && !in_flow && !tried.contains(&node) && parent.is_some() {
            return Some(node);
        }
        next = parent;
    }
    None
}

/// `text` with the edits made.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut done = 0;
    for edit in edits {
        out.push_str(&text[done..edit.start]);
        out.push_str(&edit.text);
        done = edit.end;
    }
    out.push_str(&text[done..]);
    out
}
