//! The node tree of one YAML document.
//!
//! Nodes live in one vector and point to each other by index: building, walking and dropping a document
//! of any depth needs no recursion, and a node costs no allocation of its own. Text that came from a file
//! is kept as a range of that file; text set later is owned.

use std::borrow::Cow;
use std::sync::Arc;

/// Index of a node in its [`Document`]. Only meaningful for the document that returned it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// The first node of a document.
    pub(crate) const FIRST: Self = Self(0);

    /// Position in the node vector.
    #[must_use]
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

const NONE: u32 = u32::MAX;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A leaf with a text value.
    Scalar,
    /// Ordered keys and values; duplicate keys are kept (kpt-render §2.4).
    Mapping,
    /// Ordered items.
    Sequence,
    /// A reference to an anchored node; its value is the anchor's name.
    Alias,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Style {
    /// Scalars: without quotes. Collections: block style.
    #[default]
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// Collections: `{…}` or `[…]`.
    Flow,
}

/// Comments of a node, each with its `#` and, where it spans lines, with `\n` between them; no final newline.
/// An empty line inside is an empty line between comment blocks. Same model as go-yaml's `yaml.Node`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// Lines above the node.
    pub head: Box<str>,
    /// On the node's line.
    pub line: Box<str>,
    /// Lines below the node, before an empty line.
    pub foot: Box<str>,
}

impl Comments {
    /// True where there is no comment at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.head.is_empty() && self.line.is_empty() && self.foot.is_empty()
    }
}

/// Text of a node: a range of the source, or its own.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    Source { start: u32, end: u32 },
    Owned(Box<str>),
}

impl Text {
    pub(crate) const EMPTY: Self = Self::Source { start: 0, end: 0 };
}

/// The rare parts of a node, kept out of the node itself.
#[derive(Clone, Debug, Default)]
struct Extra {
    tag: Box<str>,
    anchor: Box<str>,
    comments: Comments,
}

/// `Copy` and small: a document of any size is dropped and cloned without a walk over its nodes.
#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    style: Style,
    /// Range of the source; where `end` is [`NONE`], `start` is an index into `Document::owned`.
    start: u32,
    end: u32,
    extra: u32,
    parent: u32,
    first: u32,
    last: u32,
    next: u32,
    previous: u32,
    line: u32,
    column: u32,
}

/// One YAML document.
#[derive(Clone, Debug)]
pub struct Document {
    source: Arc<str>,
    /// Texts that are no range of the source.
    owned: Vec<Cow<'static, str>>,
    nodes: Vec<Node>,
    extras: Vec<Extra>,
    root: u32,
    /// Comments of the document itself: `head` is the header, separated from the body by an empty line;
    /// `foot` stands after the body.
    comments: Comments,
}

impl Default for Document {
    fn default() -> Self {
        Self::new(Arc::from(""))
    }
}

impl Document {
    /// A document without a root, whose nodes may point into `source`.
    #[must_use]
    pub fn new(source: Arc<str>) -> Self {
        Self::with_capacity(source, 0)
    }

    /// As [`Document::new`], with room for some nodes.
    #[must_use]
    pub fn with_capacity(source: Arc<str>, nodes: usize) -> Self {
        Self {
            source,
            owned: Vec::new(),
            nodes: Vec::with_capacity(nodes),
            extras: Vec::new(),
            root: NONE,
            comments: Comments::default(),
        }
    }

    /// The text that nodes read from a file point into.
    #[must_use]
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// The root node, if any was set.
    #[must_use]
    pub fn root(&self) -> Option<NodeId> {
        handle(self.root)
    }

    /// Makes `node` the root.
    pub fn set_root(&mut self, node: NodeId) {
        self.root = node.0;
        self.nodes[node.index()].parent = NONE;
    }

    /// Comments of the document as a whole.
    #[must_use]
    pub fn document_comments(&self) -> &Comments {
        &self.comments
    }

    /// Comments of the document as a whole, to change.
    pub fn document_comments_mut(&mut self) -> &mut Comments {
        &mut self.comments
    }

    /// Number of nodes ever made in this document, detached ones included.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    // ---- reading -------------------------------------------------------------------------------

    /// What `node` is.
    #[must_use]
    #[inline]
    pub fn kind(&self, node: NodeId) -> Kind {
        self.nodes[node.index()].kind
    }

    /// How `node` is written.
    #[must_use]
    #[inline]
    pub fn style(&self, node: NodeId) -> Style {
        self.nodes[node.index()].style
    }

    /// The decoded text of a scalar (quotes and escapes resolved), the name of an alias, "" for collections.
    #[must_use]
    #[inline]
    pub fn text(&self, node: NodeId) -> &str {
        let node = &self.nodes[node.index()];
        if node.end == NONE {
            &self.owned[node.start as usize]
        } else {
            &self.source[node.start as usize..node.end as usize]
        }
    }

    /// The tag as written (`!!str`, `!custom`, …), "" where there is none.
    #[must_use]
    #[inline]
    pub fn tag(&self, node: NodeId) -> &str {
        self.extra(node).map_or("", |extra| &extra.tag)
    }

    /// The anchor's name, "" where there is none.
    #[must_use]
    #[inline]
    pub fn anchor(&self, node: NodeId) -> &str {
        self.extra(node).map_or("", |extra| &extra.anchor)
    }

    /// The node's comments; `None` where it has none.
    #[must_use]
    #[inline]
    pub fn comments(&self, node: NodeId) -> Option<&Comments> {
        self.extra(node).map(|extra| &extra.comments).filter(|comments| !comments.is_empty())
    }

    /// Line of the node's first character in the file it was read from, from 1; 0 for a node made later.
    #[must_use]
    pub fn line(&self, node: NodeId) -> u32 {
        self.nodes[node.index()].line
    }

    /// Column of the node's first character, in characters from 1; 0 for a node made later.
    #[must_use]
    pub fn column(&self, node: NodeId) -> u32 {
        self.nodes[node.index()].column
    }

    /// The collection that holds `node`.
    #[must_use]
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        handle(self.nodes[node.index()].parent)
    }

    /// The next node in the same collection. In a mapping, keys and values alternate.
    #[must_use]
    #[inline]
    pub fn next_sibling(&self, node: NodeId) -> Option<NodeId> {
        handle(self.nodes[node.index()].next)
    }

    /// The node before in the same collection.
    #[must_use]
    pub fn previous_sibling(&self, node: NodeId) -> Option<NodeId> {
        handle(self.nodes[node.index()].previous)
    }

    /// First child of a collection.
    #[must_use]
    #[inline]
    pub fn first_child(&self, node: NodeId) -> Option<NodeId> {
        handle(self.nodes[node.index()].first)
    }

    /// Last child of a collection.
    #[must_use]
    pub fn last_child(&self, node: NodeId) -> Option<NodeId> {
        handle(self.nodes[node.index()].last)
    }

    /// Items of a sequence, or keys and values of a mapping in turn; empty for leaves.
    #[must_use]
    pub fn children(&self, node: NodeId) -> Children<'_> {
        Children { document: self, next: self.nodes[node.index()].first }
    }

    /// Keys with their values; empty unless `node` is a mapping.
    #[must_use]
    pub fn entries(&self, node: NodeId) -> Entries<'_> {
        let next = if self.kind(node) == Kind::Mapping { self.nodes[node.index()].first } else { NONE };
        Entries { children: Children { document: self, next } }
    }

    /// Key and value of the first entry whose key is the scalar `key`. Takes time linear in the mapping.
    #[must_use]
    pub fn entry(&self, mapping: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        let mapping = &self.nodes[mapping.index()];
        let mut next = if mapping.kind == Kind::Mapping { mapping.first } else { NONE };
        while let Some(name) = handle(next) {
            let node = &self.nodes[name.index()];
            let value = handle(node.next)?;
            if node.kind == Kind::Scalar && self.is_text(node, key) {
                return Some((name, value));
            }
            next = self.nodes[value.index()].next;
        }
        None
    }

    /// Compares lengths before it looks at any text.
    #[inline]
    fn is_text(&self, node: &Node, text: &str) -> bool {
        if node.end == NONE {
            *self.owned[node.start as usize] == *text
        } else {
            let range = node.start as usize..node.end as usize;
            range.len() == text.len() && self.source.as_bytes()[range] == *text.as_bytes()
        }
    }

    /// Value of the first entry whose key is `key`.
    #[must_use]
    pub fn get(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        self.entry(mapping, key).map(|(_, value)| value)
    }

    // ---- making nodes --------------------------------------------------------------------------

    /// Makes room for entries that are about to be made, each a key and a value.
    pub fn reserve_entries(&mut self, entries: usize) {
        self.nodes.reserve(2 * entries);
        self.owned.reserve(2 * entries);
    }

    /// A scalar that is not yet part of the tree.
    pub fn new_scalar(&mut self, text: impl Into<Box<str>>, style: Style) -> NodeId {
        self.add(Kind::Scalar, style, Text::Owned(text.into()), 0, 0)
    }

    /// As [`Document::new_scalar`], for a text of the program; it is not copied.
    pub fn new_fixed_scalar(&mut self, text: &'static str, style: Style) -> NodeId {
        let node = self.add(Kind::Scalar, style, Text::EMPTY, 0, 0);
        self.set_owned(node, Cow::Borrowed(text));
        node
    }

    /// An empty block mapping that is not yet part of the tree.
    pub fn new_mapping(&mut self) -> NodeId {
        self.add(Kind::Mapping, Style::Plain, Text::EMPTY, 0, 0)
    }

    /// An empty block sequence that is not yet part of the tree.
    pub fn new_sequence(&mut self) -> NodeId {
        self.add(Kind::Sequence, Style::Plain, Text::EMPTY, 0, 0)
    }

    /// An alias to the anchor `name`.
    pub fn new_alias(&mut self, name: impl Into<Box<str>>) -> NodeId {
        self.add(Kind::Alias, Style::Plain, Text::Owned(name.into()), 0, 0)
    }

    /// Adds a node as the reader finds it.
    #[inline]
    pub(crate) fn add(&mut self, kind: Kind, style: Style, text: Text, line: u32, column: u32) -> NodeId {
        let (start, end) = self.store(text);
        let id = u32::try_from(self.nodes.len()).expect("invariant: a document has fewer than 2^32 nodes");
        self.nodes.push(Node {
            kind,
            style,
            start,
            end,
            extra: NONE,
            parent: NONE,
            first: NONE,
            last: NONE,
            next: NONE,
            previous: NONE,
            line,
            column,
        });
        NodeId(id)
    }

    /// Adds a node as the last one of a collection, with a range of the source as its text.
    #[inline]
    pub(crate) fn add_last(
        &mut self,
        parent: NodeId,
        (kind, style): (Kind, Style),
        (start, end): (u32, u32),
        (line, column): (u32, u32),
    ) -> NodeId {
        let id = u32::try_from(self.nodes.len()).expect("invariant: a document has fewer than 2^32 nodes");
        let holder = &mut self.nodes[parent.index()];
        let previous = std::mem::replace(&mut holder.last, id);
        if previous == NONE {
            holder.first = id;
        } else {
            self.nodes[previous as usize].next = id;
        }
        let (parent, first, last, next, extra) = (parent.0, NONE, NONE, NONE, NONE);
        let node = Node { kind, style, start, end, extra, parent, first, last, next, previous, line, column };
        self.nodes.push(node);
        NodeId(id)
    }

    #[inline]
    fn store(&mut self, text: Text) -> (u32, u32) {
        match text {
            Text::Source { start, end } => (start, end),
            Text::Owned(text) => (self.keep(Cow::Owned(text.into_string())), NONE),
        }
    }

    fn keep(&mut self, text: Cow<'static, str>) -> u32 {
        let index = u32::try_from(self.owned.len()).expect("invariant: no more owned texts than changes");
        self.owned.push(text);
        index
    }

    fn set_owned(&mut self, node: NodeId, text: Cow<'static, str>) {
        let index = self.keep(text);
        let node = &mut self.nodes[node.index()];
        (node.start, node.end) = (index, NONE);
    }

    /// Copies `node` of `other` with all below it, comments included; the copy is not yet part of the tree.
    pub fn import(&mut self, other: &Self, node: NodeId) -> NodeId {
        let copy = self.import_one(other, node);
        let mut work = vec![(node, copy)];
        while let Some((from, to)) = work.pop() {
            for child in other.children(from) {
                let child_copy = self.import_one(other, child);
                self.push(to, child_copy);
                if other.first_child(child).is_some() {
                    work.push((child, child_copy));
                }
            }
        }
        copy
    }

    fn import_one(&mut self, other: &Self, node: NodeId) -> NodeId {
        let from = other.nodes[node.index()];
        let text = if from.end == NONE || from.start == from.end {
            Text::EMPTY
        } else if Arc::ptr_eq(&self.source, &other.source) {
            Text::Source { start: from.start, end: from.end }
        } else {
            Text::Owned(other.text(node).into())
        };
        let copy = self.add(from.kind, from.style, text, from.line, from.column);
        if from.end == NONE {
            self.set_owned(copy, other.owned[from.start as usize].clone());
        }
        if let Some(extra) = other.extra(node) {
            *self.extra_mut(copy) = extra.clone();
        }
        copy
    }

    // ---- changing ------------------------------------------------------------------------------

    /// Replaces the text of a scalar and how it is written; tag, anchor and comments stay.
    pub fn set_text(&mut self, node: NodeId, text: impl Into<Box<str>>, style: Style) {
        let old = self.nodes[node.index()];
        let (start, end) = if old.end == NONE {
            self.owned[old.start as usize] = Cow::Owned(text.into().into_string());
            (old.start, NONE)
        } else {
            self.store(Text::Owned(text.into()))
        };
        let node = &mut self.nodes[node.index()];
        (node.start, node.end, node.style) = (start, end, style);
    }

    /// Changes how `node` is written.
    pub fn set_style(&mut self, node: NodeId, style: Style) {
        self.nodes[node.index()].style = style;
    }

    /// Sets the tag; "" removes it.
    pub fn set_tag(&mut self, node: NodeId, tag: impl Into<Box<str>>) {
        let tag = tag.into();
        if !tag.is_empty() || self.extra(node).is_some() {
            self.extra_mut(node).tag = tag;
        }
    }

    /// Sets the anchor; "" removes it.
    pub fn set_anchor(&mut self, node: NodeId, anchor: impl Into<Box<str>>) {
        let anchor = anchor.into();
        if !anchor.is_empty() || self.extra(node).is_some() {
            self.extra_mut(node).anchor = anchor;
        }
    }

    /// The node's comments, to change.
    pub fn comments_mut(&mut self, node: NodeId) -> &mut Comments {
        &mut self.extra_mut(node).comments
    }

    /// Appends a node to a collection; it leaves the one it was in. In a mapping, append key then value, or use
    /// [`Document::push_entry`].
    pub fn push(&mut self, parent: NodeId, child: NodeId) {
        self.detach(child);
        self.append(parent, child);
    }

    /// Appends a node that is in no collection.
    #[inline]
    pub(crate) fn append(&mut self, parent: NodeId, child: NodeId) {
        let last = self.nodes[parent.index()].last;
        let node = &mut self.nodes[child.index()];
        (node.parent, node.previous, node.next) = (parent.0, last, NONE);
        match handle(last) {
            Some(last) => self.nodes[last.index()].next = child.0,
            None => self.nodes[parent.index()].first = child.0,
        }
        self.nodes[parent.index()].last = child.0;
    }

    /// Appends a key and its value to a mapping.
    pub fn push_entry(&mut self, mapping: NodeId, key: NodeId, value: NodeId) {
        self.push(mapping, key);
        self.push(mapping, value);
    }

    /// Replaces all children of a collection, in the given order. Nodes left out become detached.
    pub fn set_children(&mut self, parent: NodeId, children: &[NodeId]) {
        let mut old = self.nodes[parent.index()].first;
        while let Some(child) = handle(old) {
            old = self.nodes[child.index()].next;
            self.isolate(child);
        }
        self.nodes[parent.index()].first = NONE;
        self.nodes[parent.index()].last = NONE;
        for child in children {
            self.push(parent, *child);
        }
    }

    /// Puts `replacement` where `node` is; `node` becomes detached.
    pub fn replace(&mut self, node: NodeId, replacement: NodeId) {
        if node == replacement {
            return;
        }
        self.detach(replacement);
        let Some(parent) = self.parent(node) else {
            if self.root == node.0 {
                self.set_root(replacement);
            }
            return;
        };
        let Node { previous, next, .. } = self.nodes[node.index()];
        let new = &mut self.nodes[replacement.index()];
        (new.parent, new.previous, new.next) = (parent.0, previous, next);
        self.link(parent, previous, replacement.0);
        self.link_back(parent, next, replacement.0);
        self.isolate(node);
    }

    /// Takes `node` out of its collection, if it is in one. For a mapping entry use [`Document::remove`].
    pub fn detach(&mut self, node: NodeId) {
        let Some(parent) = self.parent(node) else { return };
        let Node { previous, next, .. } = self.nodes[node.index()];
        self.link(parent, previous, next);
        self.link_back(parent, next, previous);
        self.isolate(node);
    }

    /// Makes `next` follow `previous`, or come first.
    fn link(&mut self, parent: NodeId, previous: u32, next: u32) {
        match handle(previous) {
            Some(previous) => self.nodes[previous.index()].next = next,
            None => self.nodes[parent.index()].first = next,
        }
    }

    /// Makes `previous` precede `next`, or come last.
    fn link_back(&mut self, parent: NodeId, next: u32, previous: u32) {
        match handle(next) {
            Some(next) => self.nodes[next.index()].previous = previous,
            None => self.nodes[parent.index()].last = previous,
        }
    }

    fn isolate(&mut self, node: NodeId) {
        let node = &mut self.nodes[node.index()];
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
    }

    /// Removes the first entry whose key is `key`; returns its value.
    pub fn remove(&mut self, mapping: NodeId, key: &str) -> Option<NodeId> {
        let (name, value) = self.entry(mapping, key)?;
        self.detach(name);
        self.detach(value);
        Some(value)
    }

    /// True where a node certainly has no tag, anchor or comment.
    #[inline]
    #[must_use]
    pub fn is_bare(&self, node: NodeId) -> bool {
        self.nodes[node.index()].extra == NONE
    }

    /// True where a foot comment is set.
    pub(crate) fn has_foot(&self, node: NodeId) -> bool {
        self.extra(node).is_some_and(|extra| !extra.comments.foot.is_empty())
    }

    /// Takes the foot comment away, if there is one.
    #[inline]
    pub(crate) fn take_foot(&mut self, node: NodeId) -> Option<Box<str>> {
        let extra = self.nodes[node.index()].extra;
        let foot = &mut self.extras.get_mut(extra as usize)?.comments.foot;
        (!foot.is_empty()).then(|| std::mem::take(foot))
    }

    fn extra(&self, node: NodeId) -> Option<&Extra> {
        self.extras.get(self.nodes[node.index()].extra as usize)
    }

    fn extra_mut(&mut self, node: NodeId) -> &mut Extra {
        if self.nodes[node.index()].extra == NONE {
            let id = u32::try_from(self.extras.len()).expect("invariant: no more extras than nodes");
            self.extras.push(Extra::default());
            self.nodes[node.index()].extra = id;
        }
        let index = self.nodes[node.index()].extra as usize;
        &mut self.extras[index]
    }
}

fn handle(index: u32) -> Option<NodeId> {
    (index != NONE).then_some(NodeId(index))
}

/// Iterator of [`Document::children`].
#[derive(Clone, Debug)]
pub struct Children<'a> {
    document: &'a Document,
    next: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let id = handle(self.next)?;
        self.next = self.document.nodes[id.index()].next;
        Some(id)
    }
}

/// Iterator of [`Document::entries`].
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    children: Children<'a>,
}

impl Iterator for Entries<'_> {
    type Item = (NodeId, NodeId);

    fn next(&mut self) -> Option<(NodeId, NodeId)> {
        Some((self.children.next()?, self.children.next()?))
    }
}
