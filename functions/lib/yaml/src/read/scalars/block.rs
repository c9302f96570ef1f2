//! `|` and `>`.

use crate::error::ParseError;
use crate::read::cursor::is_blank;
use crate::read::scanner::Scanner;
use crate::read::token::{Mark, Token};
use crate::tree::{Style, Text};

/// What becomes of the line breaks at the end.
enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    pub(in crate::read) fn scan_block_scalar(&mut self, style: Style) -> Result<Token, ParseError> {
        let start = self.cursor.mark();
        self.cursor.skip(1);
        let (chomp, increment) = self.scan_block_header()?;
        self.cursor.skip_blanks();
        if self.cursor.at(0) == b'#' {
            self.scan_line_comment(start);
        }
        if !self.cursor.is_break_or_end(0) {
            return Err(self.error_here("after `|` or `>` only a comment can follow on the line"));
        }
        self.cursor.skip_break();

        let mut end = self.cursor.mark();
        let mut indent = if increment > 0 { self.indent.max(0) + increment } else { 0 };
        let mut value = String::new();
        let mut trailing_breaks = String::new();
        let mut leading_break = String::new();
        self.scan_block_breaks(&mut indent, &mut trailing_breaks, &mut end)?;

        let mut after_indented_line = false;
        while self.cursor.column() == indent && !self.cursor.is_end(0) {
            let indented_line = is_blank(self.cursor.at(0));
            let folds =
                style == Style::Folded && !after_indented_line && !indented_line && leading_break.starts_with('\n');
            if !folds {
                value.push_str(&leading_break);
            } else if trailing_breaks.is_empty() {
                value.push(' ');
            }
            leading_break.clear();
            value.push_str(&trailing_breaks);
            trailing_breaks.clear();
            after_indented_line = indented_line;

            let line = self.cursor.pos;
            let mut blank = true;
            loop {
                let byte = self.cursor.at(0);
                if matches!(byte, 0 | b'\n' | b'\r' | 0xC2 | 0xE2) && self.cursor.is_break_or_end(0) {
                    break;
                }
                blank &= is_blank(byte);
                self.cursor.pos += 1;
            }
            if !blank {
                self.cursor.newlines = 0;
            }
            value.push_str(self.cursor.text(line, self.cursor.pos));
            if self.cursor.is_break(0) {
                self.cursor.read_break(&mut leading_break);
            }
            self.scan_block_breaks(&mut indent, &mut trailing_breaks, &mut end)?;
        }
        match chomp {
            Chomp::Strip => {}
            Chomp::Clip => value.push_str(&leading_break),
            Chomp::Keep => {
                value.push_str(&leading_break);
                value.push_str(&trailing_breaks);
            }
        }
        Ok(self.scalar(style, start, end, Text::Owned(value.into())))
    }

    /// The indicators behind `|` or `>`, in either order.
    fn scan_block_header(&mut self) -> Result<(Chomp, i32), ParseError> {
        let mut chomp = None;
        let mut increment = None;
        loop {
            match self.cursor.at(0) {
                b'+' if chomp.is_none() => chomp = Some(Chomp::Keep),
                b'-' if chomp.is_none() => chomp = Some(Chomp::Strip),
                b'0' if increment.is_none() => {
                    return Err(self.error_here("an indentation of 0 is not possible; use 1 to 9"));
                }
                digit @ b'1'..=b'9' if increment.is_none() => increment = Some(i32::from(digit - b'0')),
                _ => return Ok((chomp.unwrap_or(Chomp::Clip), increment.unwrap_or(0))),
            }
            self.cursor.skip(1);
        }
    }

    /// Steps over indentation and empty lines. An `indent` of 0 is replaced by the one found.
    fn scan_block_breaks(&mut self, indent: &mut i32, breaks: &mut String, end: &mut Mark) -> Result<(), ParseError> {
        *end = self.cursor.mark();
        let mut widest = 0;
        loop {
            while (*indent == 0 || self.cursor.column() < *indent) && self.cursor.at(0) == b' ' {
                self.cursor.skip_blank();
            }
            widest = widest.max(self.cursor.column());
            if (*indent == 0 || self.cursor.column() < *indent) && self.cursor.at(0) == b'\t' {
                return Err(self.error_here("a tab cannot indent a block of text; use spaces"));
            }
            if !self.cursor.is_break(0) {
                break;
            }
            self.cursor.read_break(breaks);
            *end = self.cursor.mark();
        }
        if *indent == 0 {
            *indent = widest.max(self.indent + 1).max(1);
        }
        Ok(())
    }
}
