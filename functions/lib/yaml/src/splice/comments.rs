//! Comments that a function made.
//!
//! On its way through functions a resource loses comments and gets them back at other places (kpt-render §2.10,
//! §2.11). So only what the old text does not say counts as new: a head or foot comment with a line that is nowhere
//! in it, a line comment that stands there less often. Comments that are missing are not removed, as nothing tells
//! a function that removed them from one that lost them.

use std::collections::{HashMap, HashSet};

use super::editor::{Editor, Slot};
use crate::tree::{self, Document, NodeId};

pub(super) struct Comments<'a> {
    /// Every comment line of the old text.
    strays: HashSet<&'a str>,
    /// Line comments that stand more often in the new tree than in the old one.
    repeated: HashSet<&'a str>,
    /// Whether the new tree says anything that the old one does not.
    any: bool,
}

impl<'a> Comments<'a> {
    pub(super) fn new(old: &'a Document, new: &'a Document) -> Self {
        let strays: HashSet<&str> = all(old).flat_map(|(comments, _)| lines(comments)).collect();
        let mut counts: HashMap<&str, i64> = HashMap::new();
        for (sign, document) in [(-1, old), (1, new)] {
            for (comments, is_node) in all(document) {
                if is_node && !comments.line.is_empty() {
                    *counts.entry(&comments.line).or_default() += sign;
                }
            }
        }
        let repeated: HashSet<&str> =
            counts.into_iter().filter(|(_, count)| *count > 0).map(|(line, _)| line).collect();
        let any = !repeated.is_empty()
            || all(new).flat_map(|(comments, _)| lines(comments)).any(|line| !strays.contains(line));
        Self { strays, repeated, any }
    }

    pub(super) fn strays(&self) -> &HashSet<&'a str> {
        &self.strays
    }

    pub(super) fn has_new(&self) -> bool {
        self.any
    }

    fn is_new(&self, text: &str) -> bool {
        text.split('\n').map(str::trim).any(|line| !line.is_empty() && !self.strays.contains(line))
    }
}

/// The comments of the document and of each node that has any.
fn all(document: &Document) -> impl Iterator<Item = (&tree::Comments, bool)> {
    let mut work: Vec<NodeId> = document.root().into_iter().collect();
    let nodes = std::iter::from_fn(move || {
        while let Some(node) = work.pop() {
            work.extend(document.children(node));
            if let Some(comments) = document.comments(node) {
                return Some((comments, true));
            }
        }
        None
    });
    std::iter::once((document.document_comments(), false)).chain(nodes)
}

fn lines(comments: &tree::Comments) -> impl Iterator<Item = &str> {
    [&comments.head, &comments.line, &comments.foot]
        .into_iter()
        .flat_map(|text| text.split('\n'))
        .map(str::trim)
        .filter(|line| !line.is_empty())
}

impl Editor<'_> {
    /// Comments of a key that stays.
    pub(super) fn key_comments(&mut self, old: NodeId, value: NodeId, new: NodeId, anchor: usize, depth: usize) {
        if !self.comments.has_new() {
            return;
        }
        self.head_comment(old, new, anchor, depth);
        let place = self.place(value);
        if let Some(colon) = place.lead {
            let on_one_line = self.lines.of(place.content) == self.lines.of(colon);
            self.line_comment(old, new, if on_one_line { place.end } else { colon + 1 }, depth);
        }
    }

    /// Comments of a scalar that stays.
    pub(super) fn leaf_comments(&mut self, slot: Slot, old: NodeId, new: NodeId, anchor: usize) {
        if !self.comments.has_new() || slot.in_flow {
            return;
        }
        if slot.key.is_none() {
            self.head_comment(old, new, anchor, slot.depth);
        }
        let place = self.place(old);
        let is_one_line = self.lines.of(place.end) == self.lines.of(place.content);
        self.line_comment(old, new, if is_one_line { place.end } else { place.content + 1 }, slot.depth);
    }

    /// Comments of an item that is a collection.
    pub(super) fn item_comments(&mut self, old: NodeId, new: NodeId, anchor: usize, depth: usize) {
        if self.comments.has_new() {
            self.head_comment(old, new, anchor, depth);
        }
    }

    /// Puts new lines above `anchor`; those it has stay, unless the function has other ones.
    fn head_comment(&mut self, old: NodeId, new: NodeId, anchor: usize, depth: usize) {
        let Some(wanted) = self.new.comments(new).map(|comments| &*comments.head) else { return };
        if !self.comments.is_new(wanted) {
            return;
        }
        let document = self.original.document;
        let own: HashSet<&str> =
            document.comments(old).map_or("", |comments| &comments.head).split('\n').map(str::trim).collect();
        let strays = self.comments.strays();
        let lines: Vec<&str> =
            wanted.split('\n').map(str::trim).filter(|line| own.contains(line) || !strays.contains(line)).collect();
        let line = self.lines.of(anchor);
        let (start, end) = (self.lines.start(line), self.lines.start(line));
        let start = if own.iter().all(|line| line.is_empty()) {
            start
        } else {
            self.lines.start(self.lines.first_comment_above(anchor))
        };
        let content = &self.original.text[end..self.lines.end(line)];
        let blanks = content.len() - content.trim_start_matches(' ').len();
        let mut text = String::new();
        for line in lines {
            if !line.is_empty() {
                text.extend(std::iter::repeat_n(' ', blanks));
            }
            text.push_str(line);
            text.push('\n');
        }
        self.edit(start, end, text, depth);
    }

    /// Puts a comment on the line of `place`, behind all else.
    fn line_comment(&mut self, old: NodeId, new: NodeId, place: usize, depth: usize) {
        let Some(wanted) = self.new.comments(new).map(|comments| &*comments.line) else { return };
        let is_new = self.comments.is_new(wanted) || self.comments.repeated.contains(wanted);
        let had = self.original.document.comments(old).map_or("", |comments| &comments.line);
        if wanted.is_empty() || wanted == had || !is_new || wanted.contains('\n') {
            return;
        }
        let end = self.lines.end(self.lines.of(place));
        let rest = &self.original.text[place..end];
        match rest.find(" #").or_else(|| rest.find("\t#")) {
            Some(start) => self.edit(place + start + 1, end, wanted, depth),
            None => self.edit(place + rest.trim_end().len(), end, format!(" {wanted}"), depth),
        }
    }
}
