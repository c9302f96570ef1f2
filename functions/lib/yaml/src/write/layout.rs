//! Where nodes stand in the text of a tree, told without writing it.
//!
//! Only of trees of the plain kind that most resources of a cluster are: block collections, scalars on one line, literal
//! texts, lists of scalars, comments in the usual places; no tags, anchors or aliases. What is written of such a tree reads
//! as the tree that it was.

mod remarks;

use super::nodes::{MAX_SIMPLE_KEY, written_tag};
use super::scalars::{Position, style_for};
use super::shape::shape_of;
use crate::tree::{Document, Kind, NodeId, Style};
use remarks::Remarks;

/// The places of all nodes of a tree.
#[derive(Clone, Debug)]
pub struct Layout {
    places: Vec<(u32, u32)>,
    /// Line and column of the room that was left.
    pub room: (u32, u32),
    /// Number of lines, those of the room included.
    pub lines: u32,
}

impl Layout {
    /// Line and column of a node, both from 1.
    #[must_use]
    pub fn place(&self, node: NodeId) -> (u32, u32) {
        self.places[node.index()]
    }
}

/// A block collection.
struct Level {
    node: NodeId,
    next: Option<NodeId>,
    /// Of its keys or dashes.
    column: u32,
}

/// Lays out the tree at `root`, a mapping, as an element of a list that [`emit`](super::emit) writes with
/// [compact](super::SequenceIndent::Compact) sequences. The element's text starts at `line`, its keys stand at `column`, and
/// as many lines as `room` says stay free below the last entry of a mapping. `None` for a tree that is not of the plain
/// kind, or that would not be read back as it is.
#[must_use]
pub fn lay_out(document: &Document, root: NodeId, line: u32, column: u32, room: (NodeId, u32)) -> Option<Layout> {
    let first_line = line;
    let mut line = line;
    let mut layout = Layout { places: vec![(0, 0); document.node_count()], room: (0, 0), lines: 0 };
    let mut levels: Vec<Level> = Vec::with_capacity(16);
    let open = |node, column| Level { node, next: document.first_child(node), column };
    if document.kind(root) != Kind::Mapping || !is_open(document, root) {
        return None;
    }
    line += Remarks::of(document, root)?.above()?;
    layout.places[root.index()] = (line + above_first(document, root)?, column);
    levels.push(open(root, column));
    // The first key of an element stands behind its dash.
    let mut is_begun = true;
    while let Some(level) = levels.last_mut() {
        let Some(child) = level.next else {
            if level.node == room.0 {
                layout.room = (line + 1, level.column);
                line += room.1;
            }
            levels.pop();
            continue;
        };
        if !std::mem::take(&mut is_begun) {
            line += 1;
        }
        let column = level.column;
        let remarks = Remarks::of(document, child)?;
        line += remarks.lines;
        if document.kind(level.node) == Kind::Sequence {
            level.next = document.next_sibling(child);
            layout.places[child.index()] = (line, column + 2);
            match document.kind(child) {
                Kind::Scalar if document.style(child) != Style::Literal && is_kept(document, child, BLOCK) => {
                    // Nothing behind the dash is somebody else's line.
                    (!is_nothing(document, child)).then_some(())?;
                }
                Kind::Mapping if document.first_child(child).is_some() => {
                    remarks.above()?;
                    layout.places[child.index()].0 += above_first(document, child)?;
                    is_begun = is_open(document, child).then_some(true)?;
                    levels.push(open(child, column + 2));
                }
                Kind::Mapping if document.style(child) == Style::Flow => {
                    remarks.above()?;
                }
                _ => return None,
            }
            continue;
        }
        let value = document.next_sibling(child)?;
        level.next = document.next_sibling(value);
        layout.places[child.index()] = (line, column);
        let colon = column + width(document, child, KEY)?;
        let mut place = (line, colon + 2);
        let of_value = Remarks::of(document, value)?;
        // What stands behind a key is its own only where the value begins below.
        let is_below = is_open(document, value) && document.first_child(value).is_some();
        if of_value.lines > 0
            || remarks.is_behind && !is_below
            || of_value.is_behind && document.kind(value) != Kind::Scalar
        {
            return None;
        }
        match document.kind(value) {
            Kind::Scalar => {
                if is_nothing(document, value) {
                    place = (line, colon + 1);
                }
                let is_alone = is_nothing(document, value) || document.style(value) == Style::Literal;
                (!(of_value.is_behind && is_alone)).then_some(())?;
                line += lines_below(document, value)?;
            }
            Kind::Alias => return None,
            _ if is_below => {
                let column = if document.kind(value) == Kind::Sequence { column } else { column + 2 };
                place = (line + 1 + above_first(document, value)?, column);
                levels.push(open(value, column));
            }
            _ if document.style(value) != Style::Flow => return None,
            Kind::Sequence => lay_out_brackets(document, value, place, &mut layout)?,
            Kind::Mapping => document.first_child(value).is_none().then_some(())?,
        }
        layout.places[value.index()] = place;
    }
    layout.lines = line + 1 - first_line;
    Some(layout)
}

/// Lays out scalars in brackets that open at `line` and `column`.
fn lay_out_brackets(
    document: &Document,
    sequence: NodeId,
    (line, column): (u32, u32),
    layout: &mut Layout,
) -> Option<()> {
    let mut column = column + 1;
    for child in document.children(sequence) {
        let is_fit = document.kind(child) == Kind::Scalar && document.is_bare(child) && !is_nothing(document, child);
        is_fit.then_some(())?;
        layout.places[child.index()] = (line, column);
        // A comma and a space.
        column += width(document, child, IN_BRACKETS)? + 2;
    }
    Some(())
}

/// Lines of comments above the first child of a collection.
fn above_first(document: &Document, collection: NodeId) -> Option<u32> {
    document.first_child(collection).map_or(Some(0), |first| Remarks::of(document, first).map(|remarks| remarks.lines))
}

/// True for a collection in block style that has something in it.
fn is_open(document: &Document, node: NodeId) -> bool {
    document.kind(node) != Kind::Scalar && document.style(node) == Style::Plain && document.first_child(node).is_some()
}

/// True for a scalar of which nothing is written.
fn is_nothing(document: &Document, node: NodeId) -> bool {
    document.style(node) == Style::Plain && document.text(node).is_empty()
}

const KEY: Position = Position { in_flow: false, simple_key: true };
const BLOCK: Position = Position { in_flow: false, simple_key: false };
const IN_BRACKETS: Position = Position { in_flow: true, simple_key: false };

/// Characters of a scalar, where it is written on one line as it is.
fn width(document: &Document, node: NodeId, position: Position) -> Option<u32> {
    let text = document.text(node);
    let style = document.style(node);
    if document.kind(node) != Kind::Scalar
        || !is_kept(document, node, position)
        || text.is_empty() && (position.simple_key || style == Style::Plain)
        || text.len() > MAX_SIMPLE_KEY
    {
        return None;
    }
    let quotes = match style {
        Style::Plain => 0,
        Style::SingleQuoted if !text.contains('\'') => 2,
        Style::DoubleQuoted
            if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')) =>
        {
            2
        }
        _ => return None,
    };
    let characters = if text.is_ascii() { text.len() } else { text.chars().count() };
    u32::try_from(characters + quotes).ok()
}

/// Lines that a value takes below the one of its key.
fn lines_below(document: &Document, value: NodeId) -> Option<u32> {
    if !is_kept(document, value, BLOCK) {
        return None;
    }
    if document.style(value) != Style::Literal {
        return Some(0);
    }
    let text = document.text(value);
    let is_usual =
        !text.is_empty() && !text.starts_with([' ', '\t', '\n']) && !text.ends_with("\n\n") && !has_separators(text);
    let breaks = text.bytes().filter(|byte| *byte == b'\n').count();
    is_usual.then(|| u32::try_from(breaks + usize::from(!text.ends_with('\n'))).ok())?
}

/// True for a text with a line separator or paragraph separator of Unicode.
fn has_separators(text: &str) -> bool {
    // To look for the first byte of both is quicker, and mostly enough.
    text.bytes().fold(false, |found, byte| found | (byte == 0xE2)) && text.contains(['\u{2028}', '\u{2029}'])
}

/// True for a scalar that is written in the style it has, on one line if it is no literal text.
fn is_kept(document: &Document, node: NodeId, position: Position) -> bool {
    let (text, style) = (document.text(node), document.style(node));
    if !written_tag(document, node).is_empty() {
        return false;
    }
    match style {
        Style::DoubleQuoted => true,
        Style::Plain | Style::SingleQuoted | Style::Literal => {
            let shape = shape_of(text);
            (style == Style::Literal || !shape.multiline) && style_for(text, shape, style, position) == style
        }
        Style::Folded | Style::Flow => false,
    }
}

#[cfg(test)]
mod tests {
    use super::lay_out;
    use crate::{Document, Kind, NodeId, SequenceIndent, emit, parse_first};

    /// `text` as the second element of a list, and its root there, with three entries at the end of its annotations.
    fn written(text: &str) -> (Document, NodeId, String) {
        let own = parse_first(text.into()).unwrap().unwrap();
        let mut list = Document::default();
        let (top, items) = (list.new_mapping(), list.new_sequence());
        list.set_root(top);
        let key = list.new_string("items");
        list.push_entry(top, key, items);
        let copy = list.import(&own, own.root().unwrap());
        list.push(items, copy);
        if let Some(annotations) = list.get(copy, "metadata").and_then(|metadata| list.get(metadata, "annotations")) {
            for name in ["one", "two", "three"] {
                let (key, value) = (list.new_string(name), list.new_string("1"));
                list.push_entry(annotations, key, value);
            }
        }
        let mut out = String::new();
        emit(&list, SequenceIndent::Compact, &mut out);
        let read = parse_first(out.as_str().into()).unwrap().unwrap();
        let element = read.first_child(read.get(read.root().unwrap(), "items").unwrap()).unwrap();
        (read, element, out)
    }

    fn check(text: &str) {
        let own = parse_first(text.into()).unwrap().unwrap();
        let root = own.root().unwrap();
        let annotations = own.get(root, "metadata").and_then(|metadata| own.get(metadata, "annotations")).unwrap();
        let layout = lay_out(&own, root, 2, 3, (annotations, 3)).unwrap_or_else(|| panic!("not laid out: {text}"));
        let (read, element, out) = written(text);
        assert_eq!(layout.lines as usize, out.lines().count() - 1, "{out}");
        let mut work = vec![(root, element)];
        while let Some((mine, theirs)) = work.pop() {
            assert_eq!(layout.place(mine), (read.line(theirs), read.column(theirs)), "{:?} in\n{out}", own.text(mine));
            assert_eq!((own.style(mine), own.text(mine)), (read.style(theirs), read.text(theirs)), "{out}");
            let mut children = read.children(theirs);
            work.extend(own.children(mine).map(|child| (child, children.next().unwrap())));
            if mine == annotations {
                let first = children.next().unwrap();
                assert_eq!(layout.room, (read.line(first), read.column(first)), "{out}");
            } else {
                assert_eq!(children.next(), None);
            }
        }
    }

    #[test]
    fn nodes_are_where_they_are_read_in_the_text() {
        for rest in [
            "",
            "data:\n  a: 'it''s'\n  b: \"x\\ty\"\n  'c d': 1\n  \"e\": ~\n  f:\n  ü: ö\n  g: end\n",
            "spec:\n  list:\n  - name: a\n    args: {}\n    deep:\n    - x: 1\n    - {}\n    - y: []\n  - name: b\nlast: 1\n",
            "spec:\n    wide:\n      - name: a\n        more:\n          - b: c\n      - name: d\n",
            "data:\n  script: |\n    set -e\n\n    run\n  cut: |-\n    one\n    two\n  empty: ''\nx: y\n",
            "a:\n- 1\n- 'b c'\n- \"d\"\nb: [1, 'b, c', \"d\", e f, é, g]\nc: []\n",
            "# one\n# two\na: b # three\nlist: # four\n# five\n- x: 1\n# six\n- y: [1] \n  # seven\n  z:\n    # eight\n    w: 'v' # nine\n",
            "a:\n# one\n- 1 # two\n- 2\n# three\nb: c\n",
        ] {
            check(&format!("kind: K\nmetadata:\n  annotations:\n    a: b\n  name: x\n{rest}"));
        }
        check(
            "# one\n# two\nkind: K # three\nmetadata: # four\n  annotations:\n    # five\n    a: b # six\n  # seven\n  name: x\n",
        );
    }

    #[test]
    fn what_would_be_read_differently_is_not_laid_out() {
        for rest in [
            "a: b # one\n  # two\n",
            "# comment\n\na: b\n",
            "a: b\n# comment\n\nc: d\n",
            "a: # comment\n",
            "a: [1] # comment\n",
            "a: | # comment\n  b\n",
            "a: [1, [2]]\n",
            "a: [\"\\n\"]\n",
            "a: &x b\n",
            "a: !t b\n",
            "a: {b: c}\n",
            "a: >\n  b\n",
            "a: |+\n  b\n\n\nc: d\n",
            "a: |2\n    b\n",
            "a: 'one\n\n  two'\n",
            "a:\n-\n",
            "a:\n- - b: c\n",
            "<<: {}\n",
            "? a b\n: c\n",
            "a: \"\\u2028\"\n? |\n  k\n: v\n",
        ] {
            let text = format!("kind: K\nmetadata:\n  annotations:\n    a: b\n{rest}");
            let own = parse_first(text.as_str().into()).unwrap().unwrap();
            let root = own.root().unwrap();
            let has_place = lay_out(&own, root, 2, 3, (root, 0)).is_some();
            let is_fit = rest == "? a b\n: c\n";
            assert_eq!(has_place, is_fit, "{text}");
            assert_eq!(own.kind(root), Kind::Mapping);
        }
    }
}
