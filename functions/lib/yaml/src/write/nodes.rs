//! The walk over the tree.

use super::SequenceIndent;
use super::scalars::{Position, style_for};
use super::shape::{Shape, shape_of};
use crate::tree::{Comments, Document, Kind, NodeId, Style};

/// Keys longer than this many bytes are written with `?`.
pub(super) const MAX_SIMPLE_KEY: usize = 128;

/// What is written so far, and the comments that wait for their place.
pub(super) struct Writer<'o, 'd> {
    pub(super) out: &'o mut String,
    pub(super) line_start: usize,
    /// The last thing written was a space or an indicator that needs none behind it.
    pub(super) whitespace: bool,
    /// Nothing but indentation and `- `, `? `, `: ` is on this line.
    pub(super) indention: bool,
    pub(super) indent: i32,
    /// Indentation of the foot comment just written, which an empty line must follow; -1 if there is none.
    pub(super) foot_indent: i32,
    pub(super) head: &'d str,
    pub(super) line: &'d str,
    pub(super) foot: &'d str,
    pub(super) tail: &'d str,
    /// Line comment of a key, until its value is known.
    key_line: &'d str,
    sequence_indent: SequenceIndent,
    flow_level: usize,
    frames: Vec<Frame<'d>>,
}

/// A collection that is being written.
struct Frame<'d> {
    kind: FrameKind,
    node: NodeId,
    next: Option<NodeId>,
    role: Role,
    outer_indent: i32,
    /// Foot comment of the current entry's key: it comes out in front of the next key.
    tail: &'d str,
    step: Step,
    simple_key: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FrameKind {
    BlockSequence,
    BlockMapping,
    FlowSequence,
    FlowMapping,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Open,
    First,
    Next,
    /// As `Next`, with the comma already written in front of a comment.
    AfterComma,
    Value,
}

/// The role of a node that is being written.
#[derive(Clone, Copy, Debug, Default)]
struct Role {
    item_of_block: bool,
    in_mapping: bool,
    simple_key: bool,
    /// Of a scalar, where it is known already.
    shape: Option<Shape>,
}

impl<'o, 'd> Writer<'o, 'd> {
    pub(super) fn new(out: &'o mut String) -> Self {
        Self {
            line_start: out.len(),
            out,
            whitespace: true,
            indention: true,
            indent: -1,
            foot_indent: -1,
            head: "",
            line: "",
            foot: "",
            tail: "",
            key_line: "",
            sequence_indent: SequenceIndent::Compact,
            flow_level: 0,
            frames: Vec::new(),
        }
    }

    /// `---` between two documents.
    pub(super) fn separator(&mut self) {
        self.write_indent();
        self.write_indicator("---", true, false, false);
        self.write_indent();
    }

    pub(super) fn document(
        &mut self,
        document: &'d Document,
        root: NodeId,
        indent: SequenceIndent,
        with_comments: bool,
    ) {
        self.sequence_indent = indent;
        let comments = document.document_comments();
        if with_comments && !comments.head.is_empty() {
            self.head = &comments.head;
            self.process_head_comment();
            self.put_break();
        }
        self.take_comments(document, root, true);
        self.process_head_comment();
        self.node(document, root, Role::default());
        self.end_content();
        while !self.frames.is_empty() {
            self.step(document);
        }
        if with_comments && !comments.foot.is_empty() {
            self.foot = &comments.foot;
        }
        self.foot_indent = 0;
        self.process_foot_comment();
        self.foot_indent = -1;
        self.write_indent();
    }

    /// Comments of `node` become pending. A collection keeps line and foot comment for its end; the foot of
    /// a key is its entry's.
    #[inline]
    fn take_comments(&mut self, document: &'d Document, node: NodeId, with_foot: bool) {
        if let Some(comments) = document.comments(node) {
            if !comments.head.is_empty() {
                self.head = &comments.head;
            }
            if matches!(document.kind(node), Kind::Scalar | Kind::Alias) {
                self.take_end_comments(comments, with_foot);
            }
        }
    }

    fn take_end_comments(&mut self, comments: &'d Comments, with_foot: bool) {
        if !comments.line.is_empty() {
            self.line = &comments.line;
        }
        if with_foot && !comments.foot.is_empty() {
            self.foot = &comments.foot;
        }
    }

    fn has_trailing_comments(&self) -> bool {
        !(self.line.is_empty() && self.foot.is_empty() && self.tail.is_empty())
    }

    // ---- nodes ---------------------------------------------------------------------------------

    /// Writes a leaf, or the properties of a collection, which becomes the innermost frame.
    #[inline]
    fn node(&mut self, document: &'d Document, node: NodeId, role: Role) {
        match document.kind(node) {
            Kind::Alias => {
                self.write_indicator("*", true, false, false);
                self.out.push_str(document.text(node));
                self.whitespace = false;
                self.indention = false;
            }
            Kind::Scalar => self.scalar(document, node, role),
            Kind::Sequence | Kind::Mapping => self.open(document, node, role),
        }
    }

    #[inline]
    fn scalar(&mut self, document: &'d Document, node: NodeId, role: Role) {
        let text = document.text(node);
        let position = Position { in_flow: self.flow_level > 0, simple_key: role.simple_key };
        let shape = role.shape.unwrap_or_else(|| shape_of(text));
        let wanted = match document.style(node) {
            Style::Plain | Style::Flow if shape.multiline && text.contains('\n') => Style::Literal,
            style => style,
        };
        let style = style_for(text, shape, wanted, position);
        if !document.is_bare(node) {
            self.write_anchor(document.anchor(node));
        }
        self.write_tag(written_tag(document, node));
        if matches!(style, Style::Literal | Style::Folded | Style::SingleQuoted) {
            let outer = self.indent;
            self.increase_indent(true, role.item_of_block, false);
            self.write_scalar(text, style);
            self.indent = outer;
        } else {
            self.write_scalar(text, style);
        }
    }

    fn open(&mut self, document: &'d Document, node: NodeId, role: Role) {
        self.write_anchor(document.anchor(node));
        self.write_tag(document.tag(node));
        let next = document.first_child(node);
        let flow = self.flow_level > 0 || document.style(node) == Style::Flow || next.is_none();
        let kind = match (document.kind(node), flow) {
            (Kind::Sequence, false) => FrameKind::BlockSequence,
            (Kind::Sequence, true) => FrameKind::FlowSequence,
            (_, false) => FrameKind::BlockMapping,
            (_, true) => FrameKind::FlowMapping,
        };
        let outer_indent = self.indent;
        self.frames.push(Frame { kind, node, next, role, outer_indent, tail: "", step: Step::Open, simple_key: false });
    }

    /// Begins the innermost collection. Its parent has by then written the comments that were pending.
    fn enter(&mut self, kind: FrameKind, role: Role) {
        let flow = matches!(kind, FrameKind::FlowSequence | FrameKind::FlowMapping);
        if flow {
            self.write_indicator(if kind == FrameKind::FlowSequence { "[" } else { "{" }, true, true, false);
            self.flow_level += 1;
        }
        let compact = kind == FrameKind::BlockSequence
            && self.sequence_indent == SequenceIndent::Compact
            && role.in_mapping
            && (self.column() == 0 || !self.indention);
        self.increase_indent(flow, role.item_of_block, compact);
    }

    #[inline]
    fn increase_indent(&mut self, flow: bool, item_of_block: bool, compact: bool) {
        if self.indent < 0 {
            self.indent = if flow { 2 } else { 0 };
            return;
        }
        self.indent = if item_of_block { self.indent + 2 } else { (self.indent + 2) / 2 * 2 };
        if compact {
            self.indent -= 2;
        }
    }

    fn write_anchor(&mut self, anchor: &str) {
        if !anchor.is_empty() {
            self.write_indicator("&", true, false, false);
            self.out.push_str(anchor);
            self.whitespace = false;
            self.indention = false;
        }
    }

    #[inline]
    fn write_tag(&mut self, tag: &str) {
        if !tag.is_empty() {
            self.write_some_tag(tag);
        }
    }

    fn write_some_tag(&mut self, tag: &str) {
        if let Some(name) = tag.strip_prefix('!') {
            let handle_end = usize::from(name.starts_with('!'));
            self.write_indicator(&tag[..=handle_end], true, false, false);
            self.write_tag_content(&name[handle_end..]);
        } else if let Some(name) = tag.strip_prefix("tag:yaml.org,2002:") {
            self.write_indicator("!!", true, false, false);
            self.write_tag_content(name);
        } else {
            self.write_indicator("!<", true, false, false);
            self.write_tag_content(tag);
            self.write_indicator(">", false, false, false);
        }
    }

    fn write_tag_content(&mut self, content: &str) {
        for byte in content.bytes() {
            if byte.is_ascii_alphanumeric() || b"_-;/?:@&=+$,.~*'()[]".contains(&byte) {
                self.out.push(char::from(byte));
            } else {
                self.out.push_str(&format!("%{byte:02X}"));
            }
        }
        self.whitespace = false;
        self.indention = false;
    }

    // ---- collections ---------------------------------------------------------------------------

    #[inline]
    fn step(&mut self, document: &'d Document) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.step == Step::Open {
            frame.step = Step::First;
            let (kind, role) = (frame.kind, frame.role);
            self.enter(kind, role);
        }
        let Some(frame) = self.frames.last_mut() else { return };
        let Some(child) = frame.next else {
            self.close(document);
            return;
        };
        frame.next = document.next_sibling(child);
        let step = frame.step;
        match frame.kind {
            FrameKind::BlockMapping if step == Step::Value => self.block_value(document, child),
            FrameKind::BlockMapping => self.block_key(document, child),
            FrameKind::BlockSequence => self.block_item(document, child),
            FrameKind::FlowMapping if step == Step::Value => self.flow_value(document, child),
            FrameKind::FlowMapping => self.flow_key(document, child, step),
            FrameKind::FlowSequence => self.flow_item(document, child, step),
        }
    }

    fn set_step(&mut self, step: Step) {
        if let Some(frame) = self.frames.last_mut() {
            frame.step = step;
        }
    }

    fn close(&mut self, document: &'d Document) {
        let Some(frame) = self.frames.pop() else { return };
        if let Some(comments) = document.comments(frame.node) {
            self.take_end_comments(comments, !self.closed_a_key());
        }
        if !frame.tail.is_empty() {
            self.tail = frame.tail;
        }
        match frame.kind {
            FrameKind::BlockSequence => self.indent = frame.outer_indent,
            FrameKind::BlockMapping => {
                self.process_head_comment();
                self.indent = frame.outer_indent;
            }
            FrameKind::FlowSequence => {
                self.flow_level -= 1;
                self.indent = frame.outer_indent;
                if self.column() == 0 {
                    self.write_indent();
                }
                self.write_indicator("]", false, false, false);
                self.process_line_comment();
                self.process_foot_comment();
            }
            FrameKind::FlowMapping => {
                if !(self.head.is_empty() && self.foot.is_empty() && self.tail.is_empty()) && frame.step == Step::Next {
                    self.write_indicator(",", false, false, false);
                }
                self.process_head_comment();
                self.flow_level -= 1;
                self.indent = frame.outer_indent;
                self.write_indicator("}", false, false, false);
                self.process_line_comment();
                self.process_foot_comment();
            }
        }
    }

    /// Whether the collection just closed is a key: the innermost mapping then waits for its value.
    fn closed_a_key(&self) -> bool {
        self.frames.last().is_some_and(|parent| {
            parent.step == Step::Value && matches!(parent.kind, FrameKind::BlockMapping | FrameKind::FlowMapping)
        })
    }

    fn block_item(&mut self, document: &'d Document, child: NodeId) {
        self.take_comments(document, child, true);
        self.process_head_comment();
        self.write_indent();
        self.write_indicator("-", true, false, true);
        self.node(document, child, Role { item_of_block: true, ..Role::default() });
        self.end_content();
    }

    #[inline]
    fn block_key(&mut self, document: &'d Document, child: NodeId) {
        self.take_key_comments(document, child);
        self.process_head_comment();
        self.write_indent();
        if !self.line.is_empty() {
            self.key_line = std::mem::take(&mut self.line);
        }
        let shape = (document.kind(child) == Kind::Scalar).then(|| shape_of(document.text(child)));
        let simple_key = is_simple_key(document, child, shape);
        if !simple_key {
            self.write_indicator("?", true, false, true);
        }
        self.expect_value(simple_key);
        self.node(document, child, Role { in_mapping: true, simple_key, shape, ..Role::default() });
    }

    #[inline]
    fn block_value(&mut self, document: &'d Document, child: NodeId) {
        self.take_comments(document, child, true);
        if self.simple_key() {
            self.out.push(':');
            self.whitespace = false;
            self.indention = false;
        } else {
            self.write_indent();
            self.write_indicator(":", true, false, true);
        }
        if !self.key_line.is_empty() {
            match document.kind(child) {
                Kind::Scalar if self.line.is_empty() => self.line = std::mem::take(&mut self.key_line),
                Kind::Mapping | Kind::Sequence if document.style(child) != Style::Flow => {
                    std::mem::swap(&mut self.line, &mut self.key_line);
                    self.process_line_comment();
                    std::mem::swap(&mut self.line, &mut self.key_line);
                }
                _ => {}
            }
        }
        self.set_step(Step::Next);
        self.node(document, child, Role { in_mapping: true, ..Role::default() });
        self.end_content();
    }

    /// Comments behind an item or value. Where that is a collection, they come between its properties and its
    /// first child.
    #[inline]
    fn end_content(&mut self) {
        self.process_line_comment();
        self.process_foot_comment();
    }

    /// Comments of a key. The foot comment of the entry before comes first, the key's own after its value.
    #[inline]
    fn take_key_comments(&mut self, document: &'d Document, key: NodeId) {
        let foot: &'d str = document.comments(key).map_or("", |comments| &comments.foot);
        if let Some(frame) = self.frames.last_mut() {
            let tail = std::mem::replace(&mut frame.tail, foot);
            // Only scalars and mappings hand it on.
            if !tail.is_empty() && matches!(document.kind(key), Kind::Scalar | Kind::Mapping) {
                self.tail = tail;
            }
        }
        self.take_comments(document, key, false);
    }

    fn expect_value(&mut self, simple_key: bool) {
        if let Some(frame) = self.frames.last_mut() {
            frame.step = Step::Value;
            frame.simple_key = simple_key;
        }
    }

    fn simple_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.simple_key)
    }

    fn start_flow_child(&mut self, step: Step) {
        if step == Step::Next {
            self.write_indicator(",", false, false, false);
        }
        self.process_head_comment();
        if self.column() == 0 {
            self.write_indent();
        }
    }

    fn flow_item(&mut self, document: &'d Document, child: NodeId, step: Step) {
        self.take_comments(document, child, true);
        self.start_flow_child(step);
        self.flow_content(document, child, Role::default());
    }

    fn flow_key(&mut self, document: &'d Document, child: NodeId, step: Step) {
        self.take_key_comments(document, child);
        self.start_flow_child(step);
        let shape = (document.kind(child) == Kind::Scalar).then(|| shape_of(document.text(child)));
        let simple_key = is_simple_key(document, child, shape);
        if !simple_key {
            self.write_indicator("?", true, false, false);
        }
        self.expect_value(simple_key);
        self.node(document, child, Role { in_mapping: true, simple_key, shape, ..Role::default() });
    }

    fn flow_value(&mut self, document: &'d Document, child: NodeId) {
        self.take_comments(document, child, true);
        let spaced = !self.simple_key();
        self.write_indicator(":", spaced, false, false);
        self.flow_content(document, child, Role { in_mapping: true, ..Role::default() });
    }

    /// An item or value inside of brackets; a comment behind it comes after the comma.
    fn flow_content(&mut self, document: &'d Document, child: NodeId, role: Role) {
        self.set_step(if self.has_trailing_comments() { Step::AfterComma } else { Step::Next });
        self.node(document, child, role);
        if self.has_trailing_comments() {
            self.write_indicator(",", false, false, false);
        }
        self.end_content();
    }
}

/// The tag to write: a plain `<<` reads as a merge, but would not be written as one without its tag.
#[inline]
pub(super) fn written_tag(document: &Document, node: NodeId) -> &str {
    let tag = if document.is_bare(node) { "" } else { document.tag(node) };
    if tag.is_empty() && document.text(node) == "<<" && matches!(document.style(node), Style::Plain | Style::Flow) {
        "!!merge"
    } else {
        tag
    }
}

/// Whether a key can be written without `?`: on one line and not too long.
#[inline]
fn is_simple_key(document: &Document, key: NodeId, shape: Option<Shape>) -> bool {
    let text_length = document.text(key).len();
    let length = match document.kind(key) {
        Kind::Alias => text_length,
        Kind::Scalar if shape.is_some_and(|shape| shape.multiline) => return false,
        Kind::Scalar => text_length + properties_length(document, key, written_tag(document, key)),
        Kind::Mapping | Kind::Sequence if document.first_child(key).is_some() => return false,
        Kind::Mapping | Kind::Sequence => properties_length(document, key, document.tag(key)),
    };
    length <= MAX_SIMPLE_KEY
}

fn properties_length(document: &Document, node: NodeId, tag: &str) -> usize {
    let tag = tag.strip_prefix("tag:yaml.org,2002:").map_or(tag.len(), |name| name.len() + 2);
    document.anchor(node).len() + tag
}
