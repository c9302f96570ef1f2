//! Entries and items that come and go between brackets, with their commas.

use super::align::Step;
use super::editor::{Editor, Refused};
use super::render::Value;
use crate::tree::NodeId;

type Unit = (Option<NodeId>, NodeId);

/// A collection in brackets with its new children.
pub(super) struct Brackets<'b> {
    pub(super) node: NodeId,
    pub(super) old_units: &'b [Unit],
    pub(super) new_units: &'b [Unit],
    pub(super) depth: usize,
}

impl Editor<'_> {
    /// Removes and inserts as `steps` say; at least one unit is kept.
    pub(super) fn change_brackets(&mut self, brackets: &Brackets<'_>, steps: &[Step]) -> Result<(), Refused> {
        let refused = Refused(brackets.node);
        let place = self.place(brackets.node);
        let mut spans = Vec::with_capacity(brackets.old_units.len());
        for (key, value) in brackets.old_units {
            let first = self.place(key.unwrap_or(*value));
            let end = self.place(*value).end;
            // Units that are partly not written, and those with comments between, are not cut out.
            if first.lead.is_some() || first.start >= end {
                return Err(refused);
            }
            spans.push((first.start, end));
        }
        if self.original.text[place.content..place.end].contains('#') {
            return Err(refused);
        }
        let first_kept = steps.iter().find_map(|step| match step {
            Step::Keep { old, .. } => Some(*old),
            _ => None,
        });
        let first_kept = first_kept.ok_or(refused)?;
        if first_kept > 0 {
            self.edit(spans[0].0, spans[first_kept].0, "", brackets.depth);
        }
        let mut previous = None;
        for step in steps {
            match *step {
                Step::Keep { old, .. } => previous = Some(old),
                Step::Remove { old } if previous.is_some() => {
                    self.edit(spans[old - 1].1, spans[old].1, "", brackets.depth);
                }
                Step::Remove { .. } => {}
                Step::Insert { new, .. } => {
                    let unit = self.unit_in_brackets(brackets.new_units[new]);
                    if unit.is_empty() || unit.contains('\n') {
                        return Err(refused);
                    }
                    let (start, end) = spans[previous.unwrap_or(first_kept)];
                    let mut comma = ", ".to_owned();
                    if self.lines.starts_line(start) {
                        comma = format!(",\n{}", " ".repeat(self.lines.column(start)));
                    }
                    match previous {
                        Some(_) => self.edit(end, end, comma + &unit, brackets.depth),
                        None => self.edit(start, start, unit + &comma, brackets.depth),
                    }
                }
            }
        }
        Ok(())
    }

    fn unit_in_brackets(&self, (key, value): Unit) -> String {
        let inline = |node| self.source().inline(Value { node, style: None, bare: false });
        match key {
            Some(key) => format!("{}: {}", inline(key), inline(value)),
            None => inline(value),
        }
    }
}
