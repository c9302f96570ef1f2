//! Entries and items that come and go, in block collections: whole lines.

use super::align::Step;
use super::editor::Editor;
use super::render::Manner;
use crate::tree::NodeId;

type Unit = (Option<NodeId>, NodeId);

/// A block collection with its new children.
pub(super) struct Block<'b> {
    pub(super) old_units: &'b [Unit],
    pub(super) new_units: &'b [Unit],
    /// Where each old unit starts.
    pub(super) anchors: &'b [usize],
    pub(super) column: usize,
    pub(super) depth: usize,
    pub(super) manner: Manner,
}

impl Editor<'_> {
    /// Removes and inserts as `steps` say; at least one unit is kept.
    pub(super) fn change_block(&mut self, block: &Block<'_>, steps: &[Step]) {
        let kept = |step: &Step| match step {
            Step::Keep { old, .. } => Some(*old),
            _ => None,
        };
        let Some(first_kept) = steps.iter().find_map(kept) else { return };
        // The first unit may share its line with the dash of the item it is in.
        let shares_line = block.anchors.first().is_some_and(|anchor| !self.lines.starts_line(*anchor));
        let in_front: Vec<Step> = steps
            .iter()
            .take_while(|step| kept(step).is_none())
            .copied()
            .filter(|step| matches!(step, Step::Insert { .. }))
            .collect();
        if shares_line && (first_kept > 0 || !in_front.is_empty()) {
            self.change_front_of_line(block, first_kept, &in_front);
        } else {
            for old in 0..first_kept {
                self.remove(block, old);
            }
            let place = self.lines.start(self.lines.first_comment_above(block.anchors[first_kept]));
            for step in &in_front {
                let text = self.rendered(block, step) + "\n";
                self.edit(place, place, text, block.depth);
            }
        }
        let mut previous = None;
        for step in steps {
            match step {
                Step::Keep { old, .. } => previous = Some(*old),
                Step::Remove { old } if previous.is_some() => self.remove(block, *old),
                Step::Insert { .. } => {
                    if let Some(previous) = previous {
                        self.insert_behind(block, previous, step);
                    }
                }
                Step::Remove { .. } => {}
            }
        }
    }

    /// Behind a dash: removes the units in front of the first that is kept, and puts others there.
    fn change_front_of_line(&mut self, block: &Block<'_>, first_kept: usize, in_front: &[Step]) {
        let (start, kept) = (block.anchors[0], block.anchors[first_kept]);
        let mut text = String::new();
        for step in in_front {
            text.push_str(self.rendered(block, step).trim_start_matches(' '));
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', block.column));
        }
        let mut end = kept;
        if let Some(removed) = first_kept.checked_sub(1) {
            let below = self.lines.start(self.below(block, removed));
            if !self.original.text[below.min(kept)..kept].trim().is_empty() {
                // Comments stand between: they stay, and so does the line end in front of them.
                end = below - 1;
                text = text.trim_end().to_owned();
            }
        }
        self.edit(start, end, text, block.depth);
    }

    /// The first line below a unit and the comments that are its own.
    fn below(&self, block: &Block<'_>, old: usize) -> usize {
        let (key, value) = block.old_units[old];
        let end = self.place(value).end.max(key.map_or(0, |key| self.place(key).end));
        let below = self.lines.below_inner_comments(end, block.column);
        let owner = key.unwrap_or(value);
        let has_foot = self.original.document.comments(owner).is_some_and(|comments| !comments.foot.is_empty());
        if has_foot { self.lines.below_foot_comment(below, block.column) } else { below }
    }

    fn remove(&mut self, block: &Block<'_>, old: usize) {
        let (start, end) = self.extent(block, old);
        let text = self.original.text;
        // A text without a final line end goes on without one.
        let start = if end == text.len() && !text.ends_with('\n') { start.saturating_sub(1) } else { start };
        self.edit(start, end, "", block.depth);
    }

    /// The lines of a unit with its own comments. What stands above the first entry of a document heads them all.
    fn extent(&self, block: &Block<'_>, old: usize) -> (usize, usize) {
        let anchor = block.anchors[old];
        let first =
            if block.depth == 0 && old == 0 { self.lines.of(anchor) } else { self.lines.first_comment_above(anchor) };
        (self.lines.start(first), self.lines.start(self.below(block, old)))
    }

    fn insert_behind(&mut self, block: &Block<'_>, previous: usize, step: &Step) {
        let (key, value) = block.old_units[previous];
        let end = self.place(value).end.max(key.map_or(0, |key| self.place(key).end));
        let below = self.lines.below_inner_comments(end, block.column);
        let place = self.lines.start(self.lines.below_foot_comment(below, block.column));
        let lines = self.rendered(block, step);
        let text = self.original.text;
        let text = if place == text.len() && !text.ends_with('\n') { format!("\n{lines}") } else { lines + "\n" };
        self.edit(place, place, text, block.depth);
    }

    /// The lines of a new unit, without the last line end. One that only moved keeps its bytes.
    fn rendered(&self, block: &Block<'_>, step: &Step) -> String {
        let Step::Insert { new, moved_from } = *step else { return String::new() };
        let (key, value) = block.new_units[new];
        if let Some(old) = moved_from
            && self.lines.starts_line(block.anchors[old])
            && super::same_values((self.original.document, block.old_units[old].1), (self.new, value))
        {
            let (start, end) = self.extent(block, old);
            let lines = &self.original.text[start..end];
            return lines.strip_suffix('\n').unwrap_or(lines).to_owned();
        }
        self.source().unit(key, value, block.column, block.manner)
    }
}
