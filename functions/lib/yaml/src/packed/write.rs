//! From a tree to bytes.

use super::layout::{EXTRA, GAP, KINDS, STYLE_SHIFT, STYLES};
use crate::tree::{Document, Kind, NodeId};

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
    /// The first key of them.
    pub first: NodeId,
    /// The last value of them, which is the last child of the mapping.
    pub last: NodeId,
}

impl Packed {
    /// Nothing yet, with room for nodes and their texts (in bytes).
    #[must_use]
    pub fn with_capacity(texts: usize, nodes: usize) -> Self {
        Self { texts: String::with_capacity(texts), nodes: Vec::with_capacity(nodes * 5) }
    }

    /// Adds a tree. Lines are counted from `line`.
    pub fn push(&mut self, document: &Document, root: NodeId, line: u32, gap: Option<Gap>) {
        self.push_telling(document, root, line, gap, |_, _| ());
    }

    /// As [`Packed::push`]; tells of each node where its text starts.
    pub fn push_telling(
        &mut self,
        document: &Document,
        root: NodeId,
        line: u32,
        gap: Option<Gap>,
        mut tell: impl FnMut(NodeId, usize),
    ) {
        let mut line = i64::from(line);
        let mut work = vec![root];
        while let Some(node) = work.pop() {
            if let Some(gap) = gap.filter(|gap| gap.first == node) {
                self.nodes.push(GAP);
                self.place(document, node, &mut line);
                line = document.line(gap.last).into();
                continue;
            }
            tell(node, self.texts.len());
            self.node(document, node, &mut line, gap);
            let start = work.len();
            let children = document.children(node);
            match gap {
                Some(gap) => {
                    for child in children {
                        work.push(child);
                        if child == gap.first {
                            break;
                        }
                    }
                }
                None => work.extend(children),
            }
            work[start..].reverse();
        }
    }

    fn node(&mut self, document: &Document, node: NodeId, line: &mut i64, gap: Option<Gap>) {
        let position = |found: Option<usize>| u8::try_from(found.unwrap_or_default()).unwrap_or_default();
        let kind = position(KINDS.iter().position(|kind| *kind == document.kind(node)));
        let style = position(STYLES.iter().position(|style| *style == document.style(node)));
        let is_bare = document.is_bare(node);
        self.nodes.push(kind | style << STYLE_SHIFT | if is_bare { 0 } else { EXTRA });
        self.place(document, node, line);
        if matches!(document.kind(node), Kind::Mapping | Kind::Sequence) {
            let children = document.children(node);
            let count = match gap {
                // The gap counts for one child.
                Some(gap) if document.parent(gap.first) == Some(node) => {
                    children.take_while(|child| *child != gap.first).count() + 1
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

    fn place(&mut self, document: &Document, node: NodeId, line: &mut i64) {
        let here = i64::from(document.line(node));
        let step = here - *line;
        *line = here;
        // Mostly 0 or 1; nodes that were made later have no line.
        self.number(usize::try_from((step << 1) ^ (step >> 63)).unwrap_or_default());
        self.number(document.column(node) as usize);
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
