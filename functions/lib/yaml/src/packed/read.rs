//! From bytes to a tree.

use std::sync::Arc;

use super::layout::{EXTRA, GAP, KINDS, STYLE_SHIFT, STYLES};
use crate::tree::{Comments, Document, Kind, NodeId, Style, Text};

/// Bytes that are no packed tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl std::fmt::Display for Malformed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("the packed tree is damaged")
    }
}

impl std::error::Error for Malformed {}

/// Where the texts of a tree are.
#[derive(Clone, Debug)]
pub struct Texts {
    /// The string.
    pub source: Arc<str>,
    /// Where those of the tree start.
    pub start: usize,
}

/// Nodes that there is room for in a tree besides its own.
const ADDED: usize = 8;

/// The root of every tree that was unpacked.
pub const ROOT: NodeId = NodeId::FIRST;

/// The tree that starts with `nodes`.
///
/// `line` is what lines are counted from, `gap` the keys and values of the tree's gap, if it has one.
///
/// # Errors
/// Bytes that are no tree.
pub fn unpack(nodes: &[u8], texts: &Texts, line: u32, gap: &[(&str, &str)]) -> Result<Document, Malformed> {
    if !texts.source.is_char_boundary(texts.start) {
        return Err(Malformed);
    }
    let mut unpacker = Unpacker { nodes, position: 0, source: &texts.source, text: texts.start, line: line.into() };
    // A node takes four bytes or more, but for those of the gap. Whoever changes a tree often adds an entry or two.
    let room = nodes.len() / 4 + 2 * gap.len() + ADDED;
    let mut document = Document::with_capacity(Arc::clone(&texts.source), room);
    unpacker.tree(&mut document, gap)?;
    if unpacker.position == nodes.len() { Ok(document) } else { Err(Malformed) }
}

struct Unpacker<'a> {
    nodes: &'a [u8],
    position: usize,
    source: &'a str,
    text: usize,
    line: i64,
}

impl<'a> Unpacker<'a> {
    fn tree(&mut self, document: &mut Document, gap: &[(&str, &str)]) -> Result<(), Malformed> {
        let (root, mut left) = self.node(document)?;
        document.set_root(root);
        let mut parent = root;
        // Collections that have children to come, outermost first.
        let mut open: Vec<(NodeId, usize)> = Vec::new();
        loop {
            while left == 0 {
                match open.pop() {
                    Some(outer) => (parent, left) = outer,
                    None => return Ok(()),
                }
            }
            left -= 1;
            if self.nodes.get(self.position) == Some(&GAP) {
                self.fill(document, parent, gap)?;
                continue;
            }
            let (child, children) = match self.plain(document, parent) {
                Some(added) => added,
                None => {
                    let (child, children) = self.node(document)?;
                    document.append(parent, child);
                    (child, children)
                }
            };
            if children > 0 {
                open.push((parent, left));
                (parent, left) = (child, children);
            }
        }
    }

    /// A node as nearly all are, added to its collection, and how many children it has: no tag, anchor or comments, and
    /// every number of one byte. `None` for others, of which nothing is read.
    #[inline]
    fn plain(&mut self, document: &mut Document, parent: NodeId) -> Option<(NodeId, usize)> {
        let [first, step, column, count] = *self.nodes.get(self.position..)?.first_chunk()?;
        if (step | column | count) & 0x80 != 0 || first & EXTRA != 0 {
            return None;
        }
        let style = *STYLES.get(usize::from(first >> STYLE_SHIFT))?;
        let line = self.line + (i64::from(step >> 1) ^ -i64::from(step & 1));
        let place = (u32::try_from(line).ok()?, column.into());
        let (kind, count) = (KINDS[usize::from(first & 3)], usize::from(count));
        let (text, children) = match kind {
            Kind::Scalar | Kind::Alias => {
                let end = self.text + count;
                if !self.source.is_char_boundary(end) {
                    return None;
                }
                let range = (u32::try_from(self.text).ok()?, u32::try_from(end).ok()?);
                self.text = end;
                (range, 0)
            }
            Kind::Mapping | Kind::Sequence if count > self.nodes.len() - self.position => return None,
            Kind::Mapping | Kind::Sequence => ((0, 0), count),
        };
        (self.position, self.line) = (self.position + 4, line);
        Some((document.add_last(parent, (kind, style), text, place), children))
    }

    /// A node, and how many children it has.
    fn node(&mut self, document: &mut Document) -> Result<(NodeId, usize), Malformed> {
        let first = self.byte()?;
        let kind = KINDS[usize::from(first & 3)];
        let style = *STYLES.get(usize::from((first & !EXTRA) >> STYLE_SHIFT)).ok_or(Malformed)?;
        let (line, column) = self.place()?;
        let (text, children) = match kind {
            Kind::Scalar | Kind::Alias => (self.text()?, 0),
            Kind::Mapping | Kind::Sequence => {
                let children = self.number()?;
                // A child takes a byte or more; so a false count cannot cost anything.
                if children > self.nodes.len() - self.position {
                    return Err(Malformed);
                }
                (Text::EMPTY, children)
            }
        };
        let node = document.add(kind, style, text, line, column);
        if first & EXTRA != 0 {
            let [tag, anchor, head, line, foot] = [(); 5].map(|()| self.extra_text());
            document.set_tag(node, tag?);
            document.set_anchor(node, anchor?);
            *document.comments_mut(node) = Comments { head: head?.into(), line: line?.into(), foot: foot?.into() };
        }
        Ok((node, children))
    }

    fn fill(&mut self, document: &mut Document, parent: NodeId, gap: &[(&str, &str)]) -> Result<(), Malformed> {
        self.position += 1;
        let (mut line, column) = self.place()?;
        for (key, value) in gap {
            let value_column = column.saturating_add(u32::try_from(key.chars().count() + 2).unwrap_or(u32::MAX));
            let key = document.add(Kind::Scalar, Style::Plain, Text::Owned((*key).into()), line, column);
            let value =
                document.add(Kind::Scalar, Style::SingleQuoted, Text::Owned((*value).into()), line, value_column);
            document.append(parent, key);
            document.append(parent, value);
            self.line = line.into();
            line = line.saturating_add(1);
        }
        Ok(())
    }

    fn place(&mut self) -> Result<(u32, u32), Malformed> {
        let step = i64::try_from(self.number()?).map_err(|_| Malformed)?;
        self.line = self.line.checked_add((step >> 1) ^ -(step & 1)).ok_or(Malformed)?;
        let column = u32::try_from(self.number()?).map_err(|_| Malformed)?;
        Ok((u32::try_from(self.line).map_err(|_| Malformed)?, column))
    }

    fn text(&mut self) -> Result<Text, Malformed> {
        let start = self.text;
        self.extra_text()?;
        let place = |offset| u32::try_from(offset).map_err(|_| Malformed);
        Ok(Text::Source { start: place(start)?, end: place(self.text)? })
    }

    fn extra_text(&mut self) -> Result<&'a str, Malformed> {
        let length = self.number()?;
        let end = self.text.checked_add(length).ok_or(Malformed)?;
        let text = self.source.get(self.text..end).ok_or(Malformed)?;
        self.text = end;
        Ok(text)
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        let byte = *self.nodes.get(self.position).ok_or(Malformed)?;
        self.position += 1;
        Ok(byte)
    }

    #[inline]
    fn number(&mut self) -> Result<usize, Malformed> {
        // Nearly all are of one byte.
        match self.nodes.get(self.position) {
            Some(byte) if byte & 0x80 == 0 => {
                self.position += 1;
                Ok((*byte).into())
            }
            _ => self.long_number(),
        }
    }

    #[inline(never)]
    fn long_number(&mut self) -> Result<usize, Malformed> {
        let mut number = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = usize::from(byte & 0x7f);
            if shift + 7 > usize::BITS && bits >> (usize::BITS - shift) != 0 {
                return Err(Malformed);
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Malformed)
    }
}
