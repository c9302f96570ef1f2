//! From a tree to bytes.

use super::layout::{EXTRA, GAP, KINDS, STYLE_SHIFT, STYLES};
use crate::tree::{Document, Kind, NodeId, Style};
use crate::write::Layout;

/// Packed trees, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// The texts of all nodes.
    pub texts: String,
    /// The nodes.
    pub nodes: Vec<u8>,
}

/// Entries at the end of a block mapping that are not packed.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    mapping: Option<NodeId>,
    /// The first key of them; none where they are not in the document.
    pub first: Option<NodeId>,
    /// Line and column of the first key.
    place: (u32, u32),
    /// Line of the last value.
    last_line: u32,
}

impl Gap {
    /// The entries from the key `first` to the value `last`, which is the last child of the mapping.
    #[must_use]
    pub fn new(document: &Document, first: NodeId, last: NodeId) -> Self {
        let place = (document.line(first), document.column(first));
        Self { mapping: document.parent(first), first: Some(first), place, last_line: document.line(last) }
    }

    /// Entries that the mapping is to have at its end, in the room of its layout.
    #[must_use]
    pub fn behind(mapping: NodeId, layout: &Layout, entries: u32) -> Self {
        let last_line = (layout.room.0 + entries).saturating_sub(1);
        Self { mapping: Some(mapping), first: None, place: layout.room, last_line }
    }
}

impl Packed {
    /// Nothing yet, with room for nodes and their texts (in bytes).
    #[must_use]
    pub fn with_capacity(texts: usize, nodes: usize) -> Self {
        Self { texts: String::with_capacity(texts), nodes: Vec::with_capacity(nodes * 5) }
    }

    /// Adds a tree. Lines are counted from `line`.
    pub fn push(&mut self, document: &Document, root: NodeId, line: u32, gap: Option<Gap>) {
        self.push_telling(document, root, line, gap, None, |_, _| ());
    }

    /// As [`Packed::push`]; nodes stand where the layout says, if there is one. Tells of each node where its text starts.
    pub fn push_telling(
        &mut self,
        document: &Document,
        root: NodeId,
        line: u32,
        gap: Option<Gap>,
        layout: Option<&Layout>,
        mut tell: impl FnMut(NodeId, usize),
    ) {
        let mut line = i64::from(line);
        // The gap is what is no node.
        let mut work = vec![Some(root)];
        while let Some(next) = work.pop() {
            let Some(node) = next else {
                if let Some(gap) = gap {
                    self.nodes.push(GAP);
                    self.place(gap.place, &mut line);
                    line = gap.last_line.into();
                }
                continue;
            };
            tell(node, self.texts.len());
            let place =
                layout.map_or_else(|| (document.line(node), document.column(node)), |layout| layout.place(node));
            self.node(document, node, place, &mut line, gap);
            let start = work.len();
            let children = document.children(node);
            match gap.filter(|gap| gap.mapping == Some(node)) {
                Some(gap) => {
                    work.extend(children.take_while(|child| Some(*child) != gap.first).map(Some));
                    work.push(None);
                }
                None => work.extend(children.map(Some)),
            }
            work[start..].reverse();
        }
    }

    fn node(&mut self, document: &Document, node: NodeId, place: (u32, u32), line: &mut i64, gap: Option<Gap>) {
        let (kind, style) = (place_in(&KINDS, document.kind(node)), place_in(&STYLES, document.style(node)));
        // What was there once may be empty now.
        let is_bare = document.is_bare(node)
            || document.tag(node).is_empty()
                && document.anchor(node).is_empty()
                && document.comments(node).is_none_or(crate::Comments::is_empty);
        self.nodes.push(kind | style << STYLE_SHIFT | if is_bare { 0 } else { EXTRA });
        self.place(place, line);
        if matches!(document.kind(node), Kind::Mapping | Kind::Sequence) {
            let children = document.children(node);
            let count = match gap {
                // The gap counts for one child.
                Some(gap) if gap.mapping == Some(node) => {
                    children.take_while(|child| Some(*child) != gap.first).count() + 1
                }
                _ => children.count(),
            };
            self.number(count);
        } else {
            self.text(document.text(node));
        }
        if !is_bare {
            let comments = document.comments(node);
            let comment = |text: fn(&crate::Comments) -> &str| comments.map_or("", text);
            for text in [
                document.tag(node),
                document.anchor(node),
                comment(|comments| &comments.head),
                comment(|comments| &comments.line),
                comment(|comments| &comments.foot),
            ] {
                self.text(text);
            }
        }
    }

    /// Adds a collection that stands nowhere, with so many nodes to come right below it.
    pub fn push_collection(&mut self, kind: Kind, children: usize) {
        self.nodes.extend([place_in(&KINDS, kind), 0, 0]);
        self.number(children);
    }

    /// Adds a scalar that stands nowhere.
    pub fn push_scalar(&mut self, text: &str, style: Style) {
        self.nodes.extend([place_in(&STYLES, style) << STYLE_SHIFT, 0, 0]);
        self.text(text);
    }

    fn place(&mut self, (here, column): (u32, u32), line: &mut i64) {
        let here = i64::from(here);
        let step = here - *line;
        *line = here;
        // Mostly 0 or 1; nodes that were made later have no line.
        self.number(usize::try_from((step << 1) ^ (step >> 63)).unwrap_or_default());
        self.number(column as usize);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.texts.push_str(text);
    }

    /// Seven bits a byte, low bits first.
    fn number(&mut self, mut number: usize) {
        while number >= 0x80 {
            self.nodes.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.nodes.push(number as u8);
    }
}

/// How a kind or style is written.
fn place_in<T: Copy + PartialEq>(all: &[T], one: T) -> u8 {
    let place = all.iter().position(|other| *other == one);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or_default()
}
