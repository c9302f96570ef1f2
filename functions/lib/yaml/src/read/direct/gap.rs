//! Empty lines and comments between two lines with content.

use super::{Direct, Last};

/// Comments further than this from what follows them are left to the full reader, which has a limit there.
pub(super) const REACH: usize = 500;

/// A line that holds a comment and nothing else.
#[derive(Clone, Copy, Debug)]
pub(super) struct CommentLine {
    start: usize,
    end: usize,
    column: i32,
    /// An empty line stands above.
    after_empty_line: bool,
}

/// What stands in front of a line with content.
#[derive(Debug)]
pub(super) struct Gap {
    /// Column of the content.
    pub(super) column: i32,
    /// Comment of what follows.
    pub(super) head: String,
    /// Comment of what was read last.
    pub(super) foot: Option<String>,
}

impl Direct<'_> {
    /// Steps to the next content. `Some(None)` at the end of the text.
    #[inline]
    pub(super) fn gap(&mut self) -> Option<Option<Gap>> {
        self.comment_lines.clear();
        let mut empty_line = std::mem::take(&mut self.empty_line_above);
        loop {
            self.skip_spaces();
            let column = (self.pos - self.line_start) as i32;
            match self.at(0) {
                b'\n' => {
                    self.pos += 1;
                    self.end_line();
                    empty_line = true;
                }
                b'#' => {
                    let start = self.pos;
                    self.comment_text()?;
                    let end = self.pos;
                    self.comment_lines.push(CommentLine { start, end, column, after_empty_line: empty_line });
                    empty_line = false;
                    if self.at(0) != b'\n' {
                        // Comments at the very end belong to the document or to several of its nodes.
                        return None;
                    }
                    self.pos += 1;
                    self.end_line();
                }
                0 if self.pos == self.bytes.len() => return self.comment_lines.is_empty().then_some(None),
                b'\t' | b'\r' | 0 => return None,
                _ if self.comment_lines.is_empty() => {
                    return Some(Some(Gap { column, head: String::new(), foot: None }));
                }
                _ => return self.comments_above(column, empty_line).map(Some),
            }
        }
    }

    /// Comments behind a dash and below it, down to the first key of the item, whose they are. All are in line with it.
    pub(super) fn comments_behind_dash(&mut self) -> Option<String> {
        let column = (self.pos - self.line_start) as i32;
        self.comment_lines.clear();
        while self.at(0) == b'#' {
            let start = self.pos;
            self.comment_text()?;
            let end = self.pos;
            self.comment_lines.push(CommentLine { start, end, column, after_empty_line: false });
            if self.at(0) != b'\n' {
                return None;
            }
            self.pos += 1;
            self.end_line();
            self.skip_spaces();
            let is_in_line = (self.pos - self.line_start) as i32 == column;
            if !is_in_line || self.pos - end >= REACH {
                return None;
            }
        }
        Some(self.join(&self.comment_lines))
    }

    /// The comment that starts here, up to the end of the line.
    pub(super) fn comment_text(&mut self) -> Option<&str> {
        let start = self.pos;
        let length = self.bytes[start..].iter().position(|byte| matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2));
        let mut end = length.map_or(self.bytes.len(), |length| start + length);
        // What may be the first byte of a rare line break mostly is not.
        while end < self.bytes.len() && self.bytes[end] != b'\n' {
            if self.bytes[end] == b'\r' || self.is_rare_break(end) {
                return None;
            }
            end += 1;
        }
        self.pos = end;
        Some(&self.text[start..end])
    }

    /// NEL, LS or PS.
    #[inline]
    pub(super) fn is_rare_break(&self, index: usize) -> bool {
        matches!(self.bytes[index..], [0xC2, 0x85, ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..])
    }

    /// Decides whose the comments are. Only comments in line with the content are judged here.
    fn comments_above(&mut self, column: i32, empty_line_below: bool) -> Option<Gap> {
        let lines = &self.comment_lines;
        let starts = lines[1..].iter().map(|line| line.start).chain([self.pos]);
        let near = lines.iter().zip(starts).all(|(line, next)| next - line.end < REACH);
        if !near || lines.iter().any(|line| line.column != column) {
            return None;
        }
        let mut foot_lines = 0;
        let touches_content = self.last != Last::Nothing && !lines[0].after_empty_line;
        let first_break = lines[1..].iter().position(|line| line.after_empty_line).map(|index| index + 1);
        if touches_content && (first_break.is_some() || empty_line_below) {
            let indent = self.levels.last()?.column;
            match self.last {
                // Directly below a leaf and above an empty line: the foot of that leaf.
                Last::Leaf if column == indent && self.last_line > 0 => {
                    foot_lines = first_break.unwrap_or(lines.len());
                }
                Last::Key if column >= indent => {}
                _ => return None,
            }
        }
        let foot = (foot_lines > 0).then(|| self.join(&lines[..foot_lines]));
        let mut head = self.join(&lines[foot_lines..]);
        if empty_line_below && !head.is_empty() {
            head.push('\n');
        }
        Some(Gap { column, head, foot })
    }

    fn join(&self, lines: &[CommentLine]) -> String {
        let mut text = String::with_capacity(lines.iter().map(|line| line.end - line.start + 2).sum());
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                text.push_str(if line.after_empty_line { "\n\n" } else { "\n" });
            }
            text.push_str(&self.text[line.start..line.end]);
        }
        text
    }
}
