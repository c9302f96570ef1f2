//! Plain, quoted and block scalars.
//!
//! A scalar on one line without escapes stays a range of the source; only the others are copied.

mod block;
mod plain;
mod quoted;

use super::scanner::Scanner;
use super::token::{Mark, Token, TokenKind};
use crate::tree::{Style, Text};

/// Line breaks and blanks between two parts of a scalar that spans lines.
#[derive(Default)]
struct Gap {
    /// The first break, "" while on the same line.
    first_break: String,
    more_breaks: String,
}

impl Gap {
    /// Appends what the gap means: a single line feed is a space, of several the first is dropped.
    fn fold_into(&mut self, value: &mut String) {
        if self.first_break.starts_with('\n') {
            if self.more_breaks.is_empty() {
                value.push(' ');
            }
        } else {
            value.push_str(&self.first_break);
        }
        value.push_str(&self.more_breaks);
        self.first_break.clear();
        self.more_breaks.clear();
    }
}

impl Scanner<'_> {
    fn scalar(&self, style: Style, start: Mark, end: Mark, text: Text) -> Token {
        Token { kind: TokenKind::Scalar, style, start, end, text }
    }
}

fn source_range(start: usize, end: usize) -> Text {
    Text::Source { start: start as u32, end: end as u32 }
}

fn index(mark: Mark) -> usize {
    usize::try_from(mark.index).unwrap_or(0)
}
