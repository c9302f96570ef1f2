//! Random changes of a tree, with the lines they may touch.

use porchlight_yaml::{Document, Kind, NodeId, Style};

use super::dice::Dice;

const TEXTS: &[&str] = &["new", "yes", "12", "", "a: b", "one\ntwo\n", " x", "it's \"q\"", "# no comment", "é", "- x"];

/// Lines of the old text, from 0, that a change may touch, and insertions in front of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) first: usize,
    pub(crate) end: usize,
    /// No comment may get lost.
    pub(crate) keeps_comments: bool,
}

/// Changes one place of `document`; `None` where the dice find nothing to change.
pub(crate) fn change(dice: &mut Dice, document: &mut Document) -> Option<Touched> {
    let root = document.root()?;
    let mut nodes = Vec::new();
    let mut work = vec![root];
    while let Some(node) = work.pop() {
        if node != root {
            nodes.push(node);
        }
        match document.kind(node) {
            Kind::Mapping => work.extend(document.entries(node).map(|(_, value)| value)),
            _ => work.extend(document.children(node)),
        }
    }
    if nodes.is_empty() {
        return None;
    }
    let node = nodes[dice.below(nodes.len())];
    let parent = document.parent(node)?;
    let is_entry = document.kind(parent) == Kind::Mapping;
    let in_place = touched(document, node);
    let around = if parent == root { all(document) } else { touched(document, parent) };
    match dice.below(5) {
        0 | 1 => {
            let text = dice.pick(TEXTS);
            let was_line =
                document.kind(node) == Kind::Scalar && !matches!(document.style(node), Style::Literal | Style::Folded);
            let value = document.new_string(text);
            document.replace(node, value);
            Some(Touched { keeps_comments: was_line && !text.contains('\n'), ..in_place })
        }
        2 => {
            let value = document.new_mapping();
            for name in ["one", "two"] {
                let (key, list, item) = (document.new_string(name), document.new_sequence(), document.new_string(name));
                document.push(list, item);
                document.push_entry(value, key, list);
            }
            document.replace(node, value);
            Some(in_place)
        }
        3 => {
            if is_entry {
                let key = document.previous_sibling(node)?;
                document.detach(key);
            }
            document.detach(node);
            Some(around)
        }
        _ => {
            let value = document.new_string(dice.pick(TEXTS));
            let mut children: Vec<NodeId> = document.children(parent).collect();
            let mut at = dice.below(children.len() + 1);
            let mut added = vec![value];
            if is_entry {
                at = at / 2 * 2;
                added.insert(0, document.new_string("added"));
            }
            children.splice(at..at, added);
            document.set_children(parent, &children);
            Some(Touched { keeps_comments: in_flow(document, parent).is_none(), ..around })
        }
    }
}

fn all(document: &Document) -> Touched {
    Touched { first: 0, end: document.source().lines().count() + 1, keeps_comments: false }
}

fn in_flow(document: &Document, node: NodeId) -> Option<NodeId> {
    let mut outermost = None;
    let mut next = Some(node);
    while let Some(node) = next {
        if document.style(node) == Style::Flow && document.kind(node) != Kind::Scalar {
            outermost = Some(node);
        }
        next = document.parent(node);
    }
    outermost
}

/// The lines of a node with its key, up to the next node. Brackets are written anew as a whole.
fn touched(document: &Document, node: NodeId) -> Touched {
    let node = in_flow(document, node).unwrap_or(node);
    if document.parent(node).is_none() {
        return all(document);
    }
    let is_value = document.parent(node).is_some_and(|parent| document.kind(parent) == Kind::Mapping);
    let start = document.previous_sibling(node).filter(|_| is_value).unwrap_or(node);
    let mut first = document.line(start) as usize - 1;
    let lines: Vec<&str> = document.source().lines().collect();
    // A dash may stand on a line above, with comments between; comments above belong to the node.
    while first > 0 && (lines[first - 1].trim_start().starts_with('#') || lines[first - 1].trim() == "-") {
        first -= 1;
    }
    let mut next = Some(node);
    let mut end = lines.len() + 1;
    while let Some(node) = next {
        if let Some(sibling) = document.next_sibling(node) {
            end = document.line(sibling) as usize - 1;
            break;
        }
        next = document.parent(node);
    }
    Touched { first, end: end.max(first + 1), keeps_comments: false }
}
