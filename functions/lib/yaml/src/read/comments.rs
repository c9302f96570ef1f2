//! Where comments belong.
//!
//! The rules are go-yaml v3's, as files must come out the way it writes them: what stands directly below
//! content and before an empty line is a foot comment of that content; what stands further left than the
//! block it follows is a foot comment on its own; everything else is the head of what comes next.

use super::cursor::is_blank;
use super::scanner::Scanner;
use super::token::{Comment, Mark, Place, TokenKind};

/// How far ahead of a comment the next one or the next content is looked for.
const REACH: usize = 512;

impl Scanner<'_> {
    /// `- # comment` in front of a nested block: the comment is the head of that block.
    pub(super) fn turn_line_comment_into_head(&mut self) {
        let follows_first_dash = self.last_token(0).is_some_and(|token| token.kind == TokenKind::BlockEntry)
            && self.last_token(1).is_some_and(|token| token.kind == TokenKind::BlockSequenceStart);
        if !follows_first_dash || self.cursor.is_break(0) {
            return;
        }
        let here = self.cursor.mark();
        if let Some(comment) = self.open_comments().last_mut()
            && comment.place == Place::Line
        {
            comment.place = Place::Head;
            if comment.start.line + 1 == here.line {
                comment.due = here;
            }
        }
    }

    /// A comment on the line of the token just read.
    pub(super) fn scan_line_comment(&mut self, due: Mark) {
        let mut ahead = 0;
        while ahead < REACH && is_blank(self.cursor.at(ahead)) {
            ahead += 1;
        }
        if ahead == REACH || self.cursor.at(ahead) != b'#' {
            return;
        }
        self.cursor.pos += ahead;
        let start = self.cursor.mark();
        let text = self.cursor.read_line_rest().to_owned();
        // No end: a line comment never moves the end of a block.
        self.comments.push(Comment {
            scan: Mark::default(),
            due,
            start,
            end: Mark::default(),
            place: Place::Line,
            text,
        });
    }

    /// The comment here and those that follow it, up to the next content.
    pub(super) fn scan_comments(&mut self, scan: Mark) {
        let mut previous = self.last_token(0).expect("invariant: the stream start was read");
        if previous.kind == TokenKind::FlowEntry {
            previous = self.last_token(1).unwrap_or(previous);
        }
        let follows_value = previous.kind == TokenKind::Value;
        let mut block = CommentBlock { scan, due: previous.start, start: Mark::default(), text: String::new() };

        let newlines = i64::from(self.cursor.newlines);
        let mut column = self.cursor.column();
        let mut line = self.cursor.line;
        // Where a comment must start to be the foot of what was just read.
        let foot_line = match scan.line {
            0 => -1,
            _ => i64::from(line) - newlines + 1 + i64::from(newlines == 0 && column > 1),
        };
        let indent = self.indent.max(0);
        let mut after_empty_line = false;
        let mut first_gap = newlines <= 1;

        let mut ahead = 0;
        while ahead < REACH {
            column += 1;
            let byte = self.cursor.at(ahead);
            if is_blank(byte) {
                ahead += 1;
                continue;
            }
            let closes_flow = self.flow_level > 0 && matches!(byte, b']' | b'}');
            let here = Mark { index: (self.cursor.pos + ahead) as i32, line, column };
            if closes_flow || self.cursor.is_break_or_end(ahead) {
                if closes_flow || !after_empty_line {
                    let left_of_block = block.start.column - 1 < indent;
                    let below_content = i64::from(block.start.line) == foot_line && !follows_value;
                    if closes_flow || first_gap && (below_content || left_of_block) {
                        if !block.text.is_empty() {
                            if left_of_block {
                                block.due = block.start;
                            }
                            self.comments.push(block.finish_foot(here));
                        }
                    } else if !block.text.is_empty() && byte != 0 {
                        block.text.push('\n');
                    }
                }
                if !self.cursor.is_break(ahead) {
                    break;
                }
                first_gap = false;
                after_empty_line = true;
                column = 0;
                line += 1;
                ahead += 1;
                continue;
            }

            // A comment at another indentation than the one above it, and left of the block, ends that one.
            if !block.text.is_empty() && column - 1 < indent && column != block.start.column {
                self.comments.push(block.finish_foot(here));
            }
            if byte != b'#' {
                break;
            }
            if block.text.is_empty() {
                block.start = here;
            } else {
                block.text.push('\n');
            }
            after_empty_line = false;
            self.move_to(ahead);
            block.text.push_str(self.cursor.read_line_rest());
            // On from the first byte of the next line. Its number is counted from this line: only empty
            // lines add to it, as in go-yaml.
            ahead = 1;
            column = 0;
            line = self.cursor.line;
        }

        if !block.text.is_empty() {
            let end = Mark { index: (self.cursor.pos + ahead) as i32 - 1, line, column };
            let CommentBlock { scan, start, text, .. } = block;
            self.comments.push(Comment { scan, due: start, start, end, place: Place::Head, text });
        }
    }

    /// Moves over `count` bytes of blanks and breaks.
    fn move_to(&mut self, count: usize) {
        let target = self.cursor.pos + count;
        while self.cursor.pos < target {
            if self.cursor.is_break(0) {
                self.cursor.skip_break();
            } else {
                self.cursor.skip_blank();
            }
        }
    }
}

/// Comment lines that belong together.
struct CommentBlock {
    scan: Mark,
    due: Mark,
    start: Mark,
    text: String,
}

impl CommentBlock {
    /// The lines so far are a foot comment; what follows starts a new block.
    fn finish_foot(&mut self, end: Mark) -> Comment {
        let comment = Comment {
            scan: self.scan,
            due: self.due,
            start: self.start,
            end,
            place: Place::Foot,
            text: std::mem::take(&mut self.text),
        };
        self.scan = end;
        self.due = end;
        comment
    }
}
