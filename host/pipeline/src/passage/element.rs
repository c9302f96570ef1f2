//! One resource as an element of a list, written and read back.

use std::sync::Arc;

use porchlight_yaml::{Document, Kind, NodeId, SequenceIndent, emit, parse_first};

/// The line an element starts on, behind `items:` and the element that stands for those before it.
pub(crate) const FIRST_LINE: u32 = 3;
/// The column of an element's keys, behind its dash.
pub(super) const FIRST_COLUMN: u32 = 3;
/// What is written before an element.
const BEFORE: &str = "items:\n- a: b\n";
/// Nodes around the element, and of annotations that it gets.
const EXTRA_NODES: usize = 16;

/// A resource as whoever reads a list finds it.
pub(crate) struct Element {
    /// A list with this element as its last.
    pub(crate) list: Document,
    /// The element.
    pub(crate) node: NodeId,
    /// Lines of its text, comments above it included.
    pub(crate) lines: usize,
    /// There may be aliases in it.
    pub(crate) has_aliases: bool,
}

impl Element {
    /// Writes the tree at `root` as an element of a list, after `change` has changed the copy, and reads it back. `None`
    /// where `change` says so, and where the element's comments could be mixed up with those of its neighbours.
    pub(crate) fn write(
        document: &Document,
        root: NodeId,
        change: impl FnOnce(&mut Document, NodeId) -> Option<()>,
    ) -> Option<Self> {
        let mut list = Document::with_capacity(Arc::clone(document.source()), document.node_count() + EXTRA_NODES);
        let top = list.new_mapping();
        list.set_root(top);
        let items = list.new_sequence();
        let before = list.new_mapping();
        put(&mut list, before, "a", |list| list.new_string("b"));
        list.push(items, before);
        let copy = list.import(document, root);
        list.push(items, copy);
        put(&mut list, top, "items", |_| items);
        change(&mut list, copy)?;
        let mut text = String::with_capacity(64 + list.node_count() * 24);
        emit(&list, SequenceIndent::Compact, &mut text);
        Self::read(text)
    }

    fn read(text: String) -> Option<Self> {
        let own = text.strip_prefix(BEFORE)?;
        if !has_plain_edges(own) || own.contains('\r') {
            return None;
        }
        let lines = own.bytes().filter(|byte| *byte == b'\n').count();
        let has_aliases = own.contains('*');
        let list = parse_first(Arc::from(text)).ok()??;
        let items = list.get(list.root()?, "items")?;
        let mut elements = list.children(items);
        let (before, node) = (elements.next()?, elements.next()?);
        let is_bare = elements.next().is_none() && {
            let mut around = [list.root()?, list.first_child(list.root()?)?, items, before].into_iter();
            around.all(|node| list.comments(node).is_none())
                && list.children(before).all(|node| list.comments(node).is_none())
                && list.document_comments().is_empty()
        };
        (is_bare && list.kind(node) == Kind::Mapping).then_some(Self { list, node, lines, has_aliases })
    }

    /// The element as a document of its own.
    pub(crate) fn document(&self) -> Document {
        let mut document = Document::with_capacity(Arc::clone(self.list.source()), self.list.node_count());
        let root = document.import(&self.list, self.node);
        document.set_root(root);
        document
    }
}

/// True where comments directly above the element are its only ones at its edges: no empty line among them, none at
/// its end.
fn has_plain_edges(text: &str) -> bool {
    let starts = text.lines().find(|line| !line.starts_with('#')).is_some_and(|line| line.starts_with("- "));
    let last = text.strip_suffix('\n').unwrap_or(text).rsplit('\n').next().unwrap_or_default().trim_start();
    starts && !last.is_empty() && !last.starts_with('#')
}

fn put(list: &mut Document, mapping: NodeId, key: &str, value: impl FnOnce(&mut Document) -> NodeId) {
    let key = list.new_string(key);
    let value = value(list);
    list.push_entry(mapping, key, value);
}
