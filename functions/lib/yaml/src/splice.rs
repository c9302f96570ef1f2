//! Changing a text without rewriting it.
//!
//! [`splice`] compares the tree that a text holds with a wanted one and gives the edits that bring the wanted values
//! into the text. All else keeps its bytes: comments, blank lines, quotes, indentation, brackets, the order of keys.
//! What is new is written in the manner of its surroundings.
//!
//! The result of the edits is read again and compared before it is handed out. Where an edit inside of a node is not
//! possible (a list in brackets with comments inside, say), the smallest node around it is written anew; where that does
//! not hold the wanted values, the entries of the root that differ; at last, the document.

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
    let values: HashSet<NodeId> = document.entries(root).map(|(_, value)| value).collect();
    if let Ok(edits) =
        Editor::new(original, (wanted, new_root), indent, changed(&document, root, wanted, values)).run(root, new_root)
        && holds(&edits)
    {
        return Ok(edits);
    }
    // The lines above, the separator and its comments stay where they are.
    let place = places[root.index()];
    let start = text[..place.start].rfind('\n').map_or(0, |line_end| line_end + 1);
    let edits = all_anew(start, place.end);
    Ok(if holds(&edits) { edits } else { all_anew(0, text.len()) })
}

/// Of the values of the root, those that differ.
fn changed(document: &Document, root: NodeId, wanted: &Document, mut values: HashSet<NodeId>) -> HashSet<NodeId> {
    for (key, value) in document.entries(root) {
        let new = wanted.root().and_then(|root| wanted.get(root, document.text(key)));
        if new.is_some_and(|new| same_values((document, value), (wanted, new))) {
            values.remove(&value);
        }
    }
    values
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
