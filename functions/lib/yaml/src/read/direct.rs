//! The short way from text to tree.
//!
//! Almost all Kubernetes files hold nothing but block collections, scalars on one line, literal texts and
//! comments in the usual places. Such a document is read here line by line, straight into the tree. Whatever is
//! not plainly of that kind makes the reader give up, and the document is read again by the scanner and
//! composer; what this reader accepts, it reads exactly as they do (`tests/suite/short_way.rs`). Faults of the text are
//! theirs to report.

mod gap;
mod leaf;

use std::sync::Arc;

use super::columns::ColumnCounter;
use super::split_document_head;
use super::token::Mark;
use crate::tree::{Document, Kind, NodeId, Style, Text};
use gap::CommentLine;
use leaf::Leaf;

/// Deeper documents are left to the full reader, which knows the limit.
const MAX_DEPTH: usize = 500;
/// Texts take about this many bytes per node.
const BYTES_PER_NODE: usize = 12;
/// Nodes there is room for beside those of the text: what the host puts into every resource.
const ROOM: usize = 24;

/// Reads a text that holds one document of the common kind; `None` where it does not.
pub(super) fn read(source: &Arc<str>) -> Option<Document> {
    let text = Arc::clone(source);
    Direct::new(&text, source).read()
}

struct Direct<'s> {
    text: &'s str,
    bytes: &'s [u8],
    pos: usize,
    /// From 0.
    line: u32,
    line_start: usize,
    document: Document,
    levels: Vec<Level>,
    columns: ColumnCounter,
    /// What the last line with content ended with, and which line that was.
    last: Last,
    last_line: u32,
    /// A literal text took the empty lines below it along.
    empty_line_above: bool,
    comment_lines: Vec<CommentLine>,
}

/// A collection that is being read.
struct Level {
    kind: LevelKind,
    column: i32,
    node: NodeId,
    /// Of a mapping: a key whose value is still to come, and the place behind its colon.
    open_key: Option<Mark>,
    /// Of a mapping: the current key. Of a sequence: the current item.
    child: Option<NodeId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LevelKind {
    Mapping,
    Sequence,
    /// A sequence at the column of its key.
    Indentless,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Nothing,
    /// `key:` without a value on its line.
    Key,
    /// A scalar or a list in brackets.
    Leaf,
}

impl<'s> Direct<'s> {
    fn new(text: &'s str, source: &Arc<str>) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            pos: 0,
            line: 0,
            line_start: 0,
            document: Document::with_capacity(Arc::clone(source), text.len() / BYTES_PER_NODE + ROOM),
            levels: Vec::with_capacity(16),
            columns: ColumnCounter::new(text),
            last: Last::Nothing,
            last_line: 0,
            empty_line_above: false,
            comment_lines: Vec::new(),
        }
    }

    fn read(mut self) -> Option<Document> {
        let explicit = self.skip_document_start()?;
        while let Some(gap) = self.gap()? {
            let content = self.at(0);
            let is_item = content == b'-' && self.at(1) == b' ';
            if gap.column == 0 && self.starts_document_indicator() {
                return None;
            }
            let mut head = gap.head;
            if self.last == Last::Nothing {
                if gap.column != 0 || is_item {
                    return None;
                }
                if !explicit {
                    self.document.document_comments_mut().head = split_document_head(&mut head).into();
                }
                let mark = self.mark();
                self.open(LevelKind::Mapping, mark)?;
            } else {
                if let Some(foot) = gap.foot {
                    let owner = self.levels.last()?.child?;
                    self.document.comments_mut(owner).foot = foot.into();
                }
                self.close_deeper(gap.column, is_item);
                self.open_value(gap.column, is_item)?;
            }
            if is_item { self.item(head)? } else { self.entry(head)? }
        }
        if self.last == Last::Nothing {
            return None;
        }
        self.close_deeper(-1, false);
        Some(self.document)
    }

    #[inline]
    fn at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(0)
    }

    #[inline]
    fn mark(&self) -> Mark {
        Mark { index: self.pos as i32, line: self.line, column: (self.pos - self.line_start) as i32 }
    }

    fn end_line(&mut self) {
        self.line += 1;
        self.line_start = self.pos;
    }

    /// Steps over a leading `---` on a line of its own; gives whether there was one.
    fn skip_document_start(&mut self) -> Option<bool> {
        if self.text.starts_with('\u{FEFF}') {
            return None;
        }
        if !self.text.starts_with("---") {
            return Some(false);
        }
        let rest = self.bytes[3..].iter().take_while(|byte| **byte == b' ').count();
        self.pos = 3 + rest;
        if self.at(0) != b'\n' {
            return None;
        }
        self.pos += 1;
        self.end_line();
        Some(true)
    }

    fn starts_document_indicator(&self) -> bool {
        let rest = &self.bytes[self.pos..];
        rest.starts_with(b"---") || rest.starts_with(b"...")
    }

    // ---- nesting -------------------------------------------------------------------------------

    #[inline]
    fn add(&mut self, kind: Kind, style: Style, text: Text, mark: Mark) -> NodeId {
        let column = self.columns.column(self.text, mark);
        self.document.add(kind, style, text, mark.line + 1, column)
    }

    /// Puts `node` at the current place of the innermost collection, or makes it the root.
    #[inline]
    fn place(&mut self, node: NodeId) {
        match self.levels.last_mut() {
            None => self.document.set_root(node),
            Some(level) => {
                self.document.append(level.node, node);
                // An entry goes on being known by its key when its value comes.
                if level.open_key.take().is_none() {
                    level.child = Some(node);
                }
            }
        }
    }

    fn open(&mut self, kind: LevelKind, mark: Mark) -> Option<NodeId> {
        let node_kind = if kind == LevelKind::Mapping { Kind::Mapping } else { Kind::Sequence };
        let node = self.add(node_kind, Style::Plain, Text::EMPTY, mark);
        self.place(node);
        self.levels.push(Level { kind, column: mark.column, node, open_key: None, child: None });
        (self.levels.len() <= MAX_DEPTH).then_some(node)
    }

    /// Closes what a line at `column` does not belong to.
    #[inline]
    fn close_deeper(&mut self, column: i32, is_item: bool) {
        while let Some(level) = self.levels.last() {
            let belongs =
                level.column < column || (level.column == column && (level.kind != LevelKind::Indentless || is_item));
            if belongs {
                return;
            }
            self.give_empty_value();
            self.levels.pop();
        }
    }

    /// Gives the current key, if it has none, an empty value.
    fn give_empty_value(&mut self) {
        if let Some(mark) = self.levels.last().and_then(|level| level.open_key) {
            let node = self.add(Kind::Scalar, Style::Plain, Text::EMPTY, mark);
            self.place(node);
        }
    }

    /// Opens the collection that a line at `column` starts, if it starts one.
    #[inline]
    fn open_value(&mut self, column: i32, is_item: bool) -> Option<()> {
        let level = self.levels.last()?;
        let fits = level.column == column;
        match level.kind {
            LevelKind::Mapping => match (level.open_key.is_some(), is_item) {
                (true, true) => {
                    let kind = if fits { LevelKind::Indentless } else { LevelKind::Sequence };
                    let mark = self.mark();
                    self.open(kind, mark)?;
                }
                (true, false) if !fits => {
                    let mark = self.mark();
                    self.open(LevelKind::Mapping, mark)?;
                }
                (true, false) => self.give_empty_value(),
                (false, false) if fits => {}
                (false, _) => return None,
            },
            LevelKind::Sequence | LevelKind::Indentless if fits && is_item => {}
            LevelKind::Sequence | LevelKind::Indentless => return None,
        }
        Some(())
    }

    // ---- lines ---------------------------------------------------------------------------------

    /// `- …`
    fn item(&mut self, head: String) -> Option<()> {
        self.pos += 1;
        self.skip_spaces();
        let head_of_key = if self.at(0) == b'#' { self.comments_behind_dash()? } else { String::new() };
        let mark = self.mark();
        if self.at(0) == b'-' && matches!(self.at(1), b' ' | b'\n' | 0) {
            return None;
        }
        let leaf = self.leaf()?;
        if self.is_colon() {
            let node = self.open(LevelKind::Mapping, mark)?;
            if !head.is_empty() {
                self.document.comments_mut(node).head = head.into();
            }
            self.key(leaf, mark, head_of_key)
        } else if !head_of_key.is_empty() {
            None
        } else {
            let node = self.leaf_node(leaf, mark);
            if !head.is_empty() {
                self.document.comments_mut(node).head = head.into();
            }
            self.finish_leaf(node)
        }
    }

    /// `key: …`
    #[inline]
    fn entry(&mut self, head: String) -> Option<()> {
        let mark = self.mark();
        let leaf = self.leaf()?;
        if !self.is_colon() {
            return None;
        }
        self.key(leaf, mark, head)
    }

    /// A `:` with nothing attached.
    #[inline]
    fn is_colon(&self) -> bool {
        self.at(0) == b':' && matches!(self.at(1), b' ' | b'\n' | 0)
    }

    #[inline]
    fn key(&mut self, leaf: Leaf, mark: Mark, head: String) -> Option<()> {
        if !leaf.can_be_key(self.pos - mark.index as usize) {
            return None;
        }
        let key = self.leaf_node(leaf, mark);
        if !head.is_empty() {
            self.document.comments_mut(key).head = head.into();
        }
        self.pos += 1;
        let colon_end = self.pos;
        self.levels.last_mut()?.open_key = Some(self.mark());
        self.skip_spaces();
        if matches!(self.at(0), b'\n' | b'#' | 0) {
            self.last = Last::Key;
            self.last_line = self.line;
            return self.finish_line(key, colon_end);
        }
        let mark = self.mark();
        let leaf = self.leaf()?;
        let value = self.leaf_node(leaf, mark);
        self.finish_leaf(value)
    }

    #[inline]
    fn skip_spaces(&mut self) {
        while self.at(0) == b' ' {
            self.pos += 1;
        }
    }

    /// What follows a leaf on its line. A literal text has read its lines already.
    #[inline]
    fn finish_leaf(&mut self, node: NodeId) -> Option<()> {
        self.last = Last::Leaf;
        if self.pos == self.line_start {
            self.last_line = self.line - 1;
            return Some(());
        }
        self.last_line = self.line;
        if !matches!(self.at(0), b' ' | b'\n' | 0) {
            return None;
        }
        self.finish_line(node, self.pos)
    }

    /// The end of a line, with its comment, which belongs to `node`.
    #[inline]
    fn finish_line(&mut self, node: NodeId, content_end: usize) -> Option<()> {
        self.skip_spaces();
        if self.at(0) == b'#' {
            if self.pos - content_end > gap::REACH {
                return None;
            }
            let comment: Box<str> = self.comment_text()?.into();
            self.document.comments_mut(node).line = comment;
        }
        match self.at(0) {
            b'\n' => {
                self.pos += 1;
                self.end_line();
                Some(())
            }
            0 if self.pos == self.bytes.len() => Some(()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    /// The equality of both ways is tested in `tests/suite/short_way.rs`; this tests that the short one is taken.
    #[test]
    fn ordinary_resources_take_the_short_way() {
        let text = "\
# Copyright

---
# The workload.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: upf # who
  labels: {}
spec:
  # One for now.
  replicas: 1
  template:
    spec:
      containers:
      - name: upf
        image: \"registry.example/upf:v1\"
        args: [\"--config\", 'x', y]
        # foot

        env:
        - # two digits
          # or three
          name: MNC
          value: '01'
  script: |
    set -e

    run
status:
";
        assert!(read(&text.split_once("---\n").map_or(text, |(_, rest)| rest).into()).is_some());
        assert!(read(&"---\na: 1\n".into()).is_some());
    }

    #[test]
    fn everything_else_is_left_to_the_full_reader() {
        for text in
            ["", "# only\n", "a: &x 1\n", "a: >\n  x\n", "- a\n", "a: \"\\n\"\n", "a: 1\n---\nb: 2\n", "a: b: c\n"]
        {
            assert!(read(&text.into()).is_none(), "{text}");
        }
    }
}
