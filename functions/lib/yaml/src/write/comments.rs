//! Writing of comments, indentation and indicators.

use super::nodes::Writer;
use super::shape::break_length;

impl Writer<'_, '_> {
    #[inline]
    pub(super) fn column(&self) -> usize {
        self.out.len() - self.line_start
    }

    #[inline]
    pub(super) fn put_break(&mut self) {
        self.out.push('\n');
        self.line_start = self.out.len();
        self.indention = true;
    }

    /// Copies the line break at `index` and gives its length.
    pub(super) fn copy_break(&mut self, text: &str, index: usize) -> usize {
        let length = break_length(text.as_bytes(), index);
        if text.as_bytes()[index] == b'\n' {
            self.put_break();
        } else {
            self.out.push_str(&text[index..index + length]);
            self.line_start = self.out.len();
            self.indention = true;
        }
        length
    }

    /// Goes to the current indentation, on a new line unless nothing but indentation is on this one.
    #[inline]
    pub(super) fn write_indent(&mut self) {
        const SPACES: &str = "                                                                ";
        let indent = self.indent.max(0) as usize;
        let column = self.column();
        if !self.indention || column > indent || (column == indent && !self.whitespace) {
            self.put_break();
        }
        if self.foot_indent == self.indent.max(0) {
            self.put_break();
        }
        let mut missing = indent.saturating_sub(self.column());
        while missing > 0 {
            let count = missing.min(SPACES.len());
            self.out.push_str(&SPACES[..count]);
            missing -= count;
        }
        self.whitespace = true;
        self.foot_indent = -1;
    }

    #[inline]
    pub(super) fn write_indicator(&mut self, indicator: &str, spaced: bool, whitespace: bool, indention: bool) {
        if spaced && !self.whitespace {
            self.out.push(' ');
        }
        self.out.push_str(indicator);
        self.whitespace = whitespace;
        self.indention = self.indention && indention;
    }

    #[inline]
    pub(super) fn process_head_comment(&mut self) {
        if !self.tail.is_empty() {
            self.write_indent();
            let tail = std::mem::take(&mut self.tail);
            self.write_comment(tail);
            self.foot_indent = self.indent.max(0);
        }
        if !self.head.is_empty() {
            self.write_indent();
            let head = std::mem::take(&mut self.head);
            self.write_comment(head);
        }
    }

    #[inline]
    pub(super) fn process_line_comment(&mut self) {
        if !self.line.is_empty() {
            if !self.whitespace {
                self.out.push(' ');
            }
            let line = std::mem::take(&mut self.line);
            self.write_comment(line);
        }
    }

    #[inline]
    pub(super) fn process_foot_comment(&mut self) {
        if !self.foot.is_empty() {
            self.write_indent();
            let foot = std::mem::take(&mut self.foot);
            self.write_comment(foot);
            self.foot_indent = self.indent.max(0);
        }
    }

    /// Writes the lines of a comment, each at the current indentation and with a `#`.
    fn write_comment(&mut self, comment: &str) {
        let mut after_break = false;
        let mut started = false;
        let mut index = 0;
        while index < comment.len() {
            let rest = &comment.as_bytes()[index..];
            let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2)).unwrap_or(rest.len());
            let length = if length == 0 && break_length(comment.as_bytes(), index) == 0 {
                super::shape::width(rest[0])
            } else {
                length
            };
            if length == 0 {
                index += self.copy_break(comment, index);
                after_break = true;
                started = false;
                continue;
            }
            if after_break {
                self.write_indent();
            }
            if !started {
                if rest[0] != b'#' {
                    self.out.push_str("# ");
                }
                started = true;
            }
            self.out.push_str(&comment[index..index + length]);
            self.indention = false;
            after_break = false;
            index += length;
        }
        if !after_break {
            self.put_break();
        }
        self.whitespace = true;
    }
}
