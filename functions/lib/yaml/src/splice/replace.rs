//! Values that are written anew.

use super::editor::{Editor, Refused, Slot};
use super::render::{Tail, Value, scalar_style};
use crate::tree::{Kind, NodeId, Style};

impl Editor<'_> {
    /// Writes the value of `new` where `old` is.
    pub(super) fn replace(&mut self, slot: Slot, old: NodeId, new: NodeId) -> Result<(), Refused> {
        if slot.in_flow { self.replace_in_flow(slot, old, new) } else { self.replace_in_block(slot, old, new) }
    }

    fn copy_of(&self, old: NodeId, new: NodeId) -> Value {
        let (document, other) = (self.original.document, self.new);
        let style = match (other.kind(new), document.kind(old), document.style(old)) {
            (Kind::Scalar, _, _) => Some(scalar_style((document, old), (other, new))),
            (Kind::Mapping | Kind::Sequence, Kind::Mapping | Kind::Sequence, Style::Flow) => {
                // Brackets stay, unless nothing was in them.
                let was_empty = document.first_child(old).is_none();
                Some(if was_empty { Style::Plain } else { Style::Flow })
            }
            _ => None,
        };
        let keeps_anchor = other.anchor(new).is_empty() || other.anchor(new) == document.anchor(old);
        let bare = keeps_anchor && document.tag(old) == other.tag(new);
        Value { node: new, style, bare }
    }

    /// Moves a block text right of the comments that stand below what ends at `end`: they would be its last lines.
    fn clear_of_comments(&self, tail: &mut Tail, end: usize, column: usize) {
        let header = tail.line.rsplit(' ').next().unwrap_or_default();
        let Some(below) = tail.below.as_mut().filter(|_| !header.contains(|sign: char| sign.is_ascii_digit())) else {
            return;
        };
        let lines = self.lines.below(end)..self.lines.below_inner_comments(end, column);
        let comments = lines.filter(|line| self.lines.is_comment(*line)).map(|line| self.lines.indent(line)).max();
        let first = below.lines().find(|line| !line.trim_start_matches(' ').is_empty()).unwrap_or_default();
        let indent = first.len() - first.trim_start_matches(' ').len();
        let missing = comments.map_or(0, |comments| (comments + 1).saturating_sub(indent));
        let moved = |line: &str| if line.is_empty() { String::new() } else { format!("{}{line}", " ".repeat(missing)) };
        *below = below.split('\n').map(moved).collect::<Vec<_>>().join("\n");
    }

    /// From its anchor or tag on, where those change.
    fn start_of(&self, old: NodeId, value: Value) -> usize {
        let place = self.place(old);
        if value.bare { place.content } else { place.start }
    }

    fn replace_in_flow(&mut self, slot: Slot, old: NodeId, new: NodeId) -> Result<(), Refused> {
        let value = self.copy_of(old, new);
        let text = self.source().inline(value);
        let place = self.place(old);
        if text.contains('\n') || text.is_empty() {
            return Err(Refused(old));
        }
        if place.start == place.end {
            // Nothing was written.
            let colon = place.lead.ok_or(Refused(old))?;
            self.edit(colon + 1, colon + 1, format!(" {text}"), slot.depth);
        } else {
            self.edit(self.start_of(old, value), place.end, text, slot.depth);
        }
        Ok(())
    }

    fn replace_in_block(&mut self, slot: Slot, old: NodeId, new: NodeId) -> Result<(), Refused> {
        let (text, document) = (self.original.text, self.original.document);
        let place = self.place(old);
        let lead = place.lead.ok_or(Refused(old))?;
        let value = self.copy_of(old, new);
        let tail = self.source().tail(value, slot.key.is_none(), slot.column, slot.manner);

        let is_block = match document.kind(old) {
            Kind::Scalar => matches!(document.style(old), Style::Literal | Style::Folded),
            Kind::Alias => false,
            Kind::Mapping | Kind::Sequence => document.style(old) != Style::Flow,
        };
        let same_line = self.lines.of(place.content) == self.lines.of(lead);
        if same_line && !is_block && tail.below.is_none() {
            let content = tail.line.trim_start_matches(' ');
            if content.is_empty() || place.start == place.end {
                self.edit(lead + 1, place.end, tail.line, slot.depth);
            } else {
                self.edit(self.start_of(old, value), place.end, content, slot.depth);
            }
            return Ok(());
        }
        // An anchor or tag in front goes with what it stood in front of.
        let value = Value { bare: false, ..value };
        let mut tail = self.source().tail(value, slot.key.is_none(), slot.column, slot.manner);
        if self.new.kind(new) == Kind::Scalar {
            self.clear_of_comments(&mut tail, place.end, slot.column);
        }
        let (comment, end) = if same_line && !is_block {
            let line_end = self.lines.end(self.lines.of(place.end));
            (&text[place.end..line_end], line_end)
        } else {
            let header = &text[lead + 1..self.lines.end(self.lines.of(lead))];
            let starts_below = self.lines.of(place.content) > self.lines.of(lead);
            let is_scalar = document.kind(old) == Kind::Scalar;
            let comment =
                if starts_below || is_scalar { header.find(" #").map_or("", |start| &header[start..]) } else { "" };
            // The comment on its last line goes with what it is about.
            let end = if is_scalar || text[..place.end].ends_with('\n') {
                place.end
            } else {
                self.lines.end(self.lines.of(place.end))
            };
            (comment, end)
        };
        tail.line.push_str(comment);
        if let Some(below) = tail.below {
            tail.line.push('\n');
            tail.line.push_str(&below);
        }
        if end > lead + 1 && text[..end].ends_with('\n') {
            tail.line.push('\n');
        }
        self.edit(lead + 1, end, tail.line, slot.depth);
        Ok(())
    }
}
