//! The walk over the old and the new tree, and the edits it makes.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::Edit;
use super::align::{self, Alignment, Step};
use super::comments::Comments;
use super::lines::Lines;
use super::render::{Manner, Source};
use super::values::{hashes, is_json, same_leaf};
use crate::read::Place;
use crate::tree::{Document, Kind, NodeId, Style};
use crate::write::SequenceIndent;

/// A node that no edit inside of it can bring to its new value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused(pub(super) NodeId);

/// A text as it was read.
#[derive(Clone, Copy)]
pub(super) struct Original<'a> {
    pub(super) text: &'a str,
    pub(super) document: &'a Document,
    pub(super) places: &'a [Place],
}

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// The key in front of it; `None` for an item.
    pub(super) key: Option<NodeId>,
    pub(super) in_flow: bool,
    /// Of the key or dash, in bytes.
    pub(super) column: usize,
    pub(super) depth: usize,
    pub(super) manner: Manner,
}

/// A collection whose children are to be brought to their new values.
struct Work {
    old: NodeId,
    new: NodeId,
    alignment: Alignment,
    in_flow: bool,
    depth: usize,
    manner: Manner,
}

struct Pending {
    edit: Edit,
    depth: usize,
}

pub(super) struct Editor<'a> {
    pub(super) original: Original<'a>,
    pub(super) lines: Lines<'a>,
    pub(super) new: &'a Document,
    pub(super) comments: Comments<'a>,
    manner: Manner,
    /// The text is JSON.
    json: bool,
    old_hashes: Vec<u64>,
    new_hashes: Vec<u64>,
    /// Old nodes to write anew as a whole.
    whole: HashSet<NodeId>,
    work: Vec<Work>,
    edits: Vec<Pending>,
}

impl<'a> Editor<'a> {
    pub(super) fn new(
        original: Original<'a>,
        (new, new_root): (&'a Document, NodeId),
        indent: SequenceIndent,
        whole: HashSet<NodeId>,
    ) -> Self {
        let lines = Lines::new(original.text);
        let manner = Manner::of(original.document, original.places, &lines, indent);
        let old_hashes = original.document.root().map_or_else(Vec::new, |root| hashes(original.document, root));
        Self {
            original,
            lines,
            new,
            comments: Comments::new(original.document, new),
            manner,
            json: is_json(original.document),
            old_hashes,
            new_hashes: hashes(new, new_root),
            whole,
            work: Vec::new(),
            edits: Vec::new(),
        }
    }

    /// The edits that make `old` into `new`, in the order of the text, or the node that stands in the way.
    pub(super) fn run(mut self, old: NodeId, new: NodeId) -> Result<Vec<Edit>, Refused> {
        let (kind, style) = (self.original.document.kind(old), self.original.document.style(old));
        let alignment = self.alignment(old, new).ok_or(Refused(old))?;
        if !matches!(kind, Kind::Mapping | Kind::Sequence) || (alignment.kept == 0 && alignment.changed > 0) {
            return Err(Refused(old));
        }
        let in_flow = style == Style::Flow;
        self.work.push(Work { old, new, alignment, in_flow, depth: 0, manner: self.manner });
        while let Some(work) = self.work.pop() {
            self.collection(work)?;
        }
        let mut edits = self.edits;
        // Of insertions at one place, that of the innermost collection comes first.
        edits.sort_by_key(|Pending { edit, depth }| (edit.start, edit.end > edit.start, Reverse(*depth)));
        let overlap = edits.windows(2).any(|pair| pair[1].edit.start < pair[0].edit.end);
        if overlap { Err(Refused(old)) } else { Ok(edits.into_iter().map(|pending| pending.edit).collect()) }
    }

    pub(super) fn place(&self, old: NodeId) -> Place {
        self.original.places[old.index()]
    }

    pub(super) fn source(&self) -> Source<'_> {
        Source { document: self.new, strays: self.comments.strays(), json: self.json }
    }

    pub(super) fn edit(&mut self, start: usize, end: usize, text: impl Into<String>, depth: usize) {
        let text = text.into();
        if self.original.text.get(start..end) != Some(text.as_str()) {
            self.edits.push(Pending { edit: Edit { start, end, text }, depth });
        }
    }

    /// `None` where the two cannot be compared child by child.
    fn alignment(&self, old: NodeId, new: NodeId) -> Option<Alignment> {
        let (document, other) = (self.original.document, self.new);
        match (document.kind(old), other.kind(new)) {
            (Kind::Mapping, Kind::Mapping) => align::mappings((document, old), (other, new)),
            (Kind::Sequence, Kind::Sequence) => {
                Some(align::sequences((document, old, &self.old_hashes), (other, new, &self.new_hashes)))
            }
            _ => None,
        }
    }

    fn collection(&mut self, work: Work) -> Result<(), Refused> {
        let document = self.original.document;
        let Work { old, new, alignment, in_flow, depth, .. } = work;
        let (old_units, new_units) = (units(document, old), units(self.new, new));
        let manner = work.manner.within(document, self.original.places, &self.lines, document.entries(old));
        let anchors = if in_flow { Vec::new() } else { self.anchors(&old_units).ok_or(Refused(old))? };
        let column = anchors.first().map_or(0, |anchor| self.lines.column(*anchor));
        if alignment.changed > 0 && in_flow {
            let brackets = super::flow::Brackets { node: old, old_units: &old_units, new_units: &new_units, depth };
            self.change_brackets(&brackets, &alignment.steps)?;
        } else if alignment.changed > 0 {
            let is_explicit =
                |(key, _): &(Option<NodeId>, NodeId)| key.is_some_and(|key| self.place(key).lead.is_some());
            if old_units.iter().any(is_explicit) {
                return Err(Refused(old));
            }
            let block = super::block::Block {
                old_units: &old_units,
                new_units: &new_units,
                anchors: &anchors,
                column,
                depth,
                manner,
            };
            self.change_block(&block, &alignment.steps);
        }
        for step in &alignment.steps {
            let Step::Keep { old, new } = *step else { continue };
            let ((key, value), (new_key, new_value)) = (old_units[old], new_units[new]);
            if let (Some(key), Some(new_key)) = (key, new_key)
                && !in_flow
            {
                self.key_comments(key, value, new_key, anchors[old], depth);
            }
            let slot = Slot { key, in_flow, column, depth, manner };
            self.value(slot, value, new_value, anchors.get(old).copied())?;
        }
        Ok(())
    }

    /// Where each entry or item starts; `None` where one has no place of its own.
    fn anchors(&self, units: &[(Option<NodeId>, NodeId)]) -> Option<Vec<usize>> {
        let anchor = |(key, value): &(Option<NodeId>, NodeId)| match key {
            Some(key) => Some(self.place(*key).lead.unwrap_or(self.place(*key).start)),
            None => self.place(*value).lead,
        };
        units.iter().map(anchor).collect()
    }

    fn value(&mut self, slot: Slot, old: NodeId, new: NodeId, anchor: Option<usize>) -> Result<(), Refused> {
        let (document, other) = (self.original.document, self.new);
        let kind = document.kind(old);
        if matches!(kind, Kind::Scalar | Kind::Alias) {
            if !same_leaf(document, old, other, new) {
                self.replace(slot, old, new)?;
                let is_line = |document: &Document, node| {
                    document.kind(node) != Kind::Scalar
                        || !matches!(document.style(node), Style::Literal | Style::Folded)
                };
                let stays_on_line = is_line(document, old)
                    && is_line(other, new)
                    && matches!(other.kind(new), Kind::Scalar | Kind::Alias);
                if !stays_on_line || other.text(new).contains('\n') {
                    return Ok(());
                }
            }
            if let Some(anchor) = anchor {
                self.leaf_comments(slot, old, new, anchor);
            }
            return Ok(());
        }
        let alike = document.tag(old) == other.tag(new)
            && (other.anchor(new).is_empty() || document.anchor(old) == other.anchor(new));
        let alignment = if alike && !self.whole.contains(&old) { self.alignment(old, new) } else { None };
        match alignment.filter(|alignment| alignment.kept > 0 || alignment.changed == 0) {
            Some(alignment) => {
                if let (None, Some(anchor)) = (slot.key, anchor) {
                    self.item_comments(old, new, anchor, slot.depth);
                }
                let in_flow = slot.in_flow || document.style(old) == Style::Flow;
                let work = Work { old, new, alignment, in_flow, depth: slot.depth + 1, manner: slot.manner };
                self.work.push(work);
                Ok(())
            }
            None => self.replace(slot, old, new),
        }
    }
}

/// Entries, or items, which have no key.
fn units(document: &Document, node: NodeId) -> Vec<(Option<NodeId>, NodeId)> {
    match document.kind(node) {
        Kind::Mapping => document.entries(node).map(|(key, value)| (Some(key), value)).collect(),
        _ => document.children(node).map(|item| (None, item)).collect(),
    }
}
