//! Plain, quoted and block scalars.
//!
//! A scalar on one line without escapes stays a range of the source; only the others are copied.

use super::cursor::is_blank;
use super::scanner::{Scanner, may_end_word};
use super::token::{Mark, Token, TokenKind};
use crate::error::ParseError;
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

enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    fn scalar(&self, style: Style, start: Mark, end: Mark, text: Text) -> Token {
        Token { kind: TokenKind::Scalar, style, start, end, text }
    }

    // ---- plain ---------------------------------------------------------------------------------

    pub(super) fn scan_plain(&mut self) -> Result<Token, ParseError> {
        let start = self.cursor.mark();
        let indent = self.indent + 1;
        let mut end = start;
        let mut value: Option<String> = None;
        let mut gap = Gap::default();
        let mut leading_blanks = false;

        loop {
            if self.cursor.is_document_indicator() || self.cursor.at(0) == b'#' {
                break;
            }
            let word = self.cursor.pos;
            let length = self.plain_word_length();
            if length > 0 {
                if leading_blanks {
                    let value = value.get_or_insert_with(|| self.cursor.text(index(start), index(end)).to_owned());
                    gap.fold_into(value);
                    leading_blanks = false;
                } else if let Some(value) = &mut value {
                    value.push_str(self.cursor.text(index(end), word));
                }
                if let Some(value) = &mut value {
                    value.push_str(self.cursor.text(word, word + length));
                }
                self.cursor.skip(length);
                end = self.cursor.mark();
            }
            if !is_blank(self.cursor.at(0)) && !self.cursor.is_break(0) {
                break;
            }
            loop {
                let byte = self.cursor.at(0);
                if is_blank(byte) {
                    if leading_blanks && byte == b'\t' && self.cursor.column() < indent {
                        return Err(self.error_here("a tab cannot indent the next line of a value; use spaces"));
                    }
                    self.cursor.skip_blank();
                } else if !self.cursor.is_break(0) {
                    break;
                } else if leading_blanks {
                    self.cursor.read_break(&mut gap.more_breaks);
                } else {
                    self.cursor.read_break(&mut gap.first_break);
                    leading_blanks = true;
                }
            }
            if self.flow_level == 0 && self.cursor.column() < indent {
                break;
            }
        }
        if leading_blanks {
            self.simple_key_allowed = true;
        }
        let text = value.map_or_else(|| source_range(index(start), index(end)), |value| Text::Owned(value.into()));
        Ok(self.scalar(Style::Plain, start, end, text))
    }

    /// Bytes from here to the next blank, break or indicator that ends a plain scalar.
    #[inline]
    fn plain_word_length(&self) -> usize {
        let flow = self.flow_level > 0;
        let mut length = 0;
        loop {
            let byte = self.cursor.at(length);
            match byte {
                b':' if self.cursor.is_space_or_end(length + 1) => return length,
                b',' | b'?' | b'[' | b']' | b'{' | b'}' if flow => return length,
                _ if may_end_word(byte) && self.cursor.is_space_or_end(length) => return length,
                _ => length += 1,
            }
        }
    }

    // ---- quoted --------------------------------------------------------------------------------

    pub(super) fn scan_quoted(&mut self, style: Style) -> Result<Token, ParseError> {
        let start = self.cursor.mark();
        let quote = self.cursor.at(0);
        self.cursor.skip(1);
        let body = self.cursor.pos;
        if let Some(length) = self.plainly_quoted_length(quote) {
            self.cursor.skip(length + 1);
            return Ok(self.scalar(style, start, self.cursor.mark(), source_range(body, body + length)));
        }

        let mut value = String::new();
        let mut gap = Gap::default();
        loop {
            if self.cursor.is_document_indicator() {
                return Err(self.unclosed_quote(start, quote, "before the next document"));
            }
            if self.cursor.is_end(0) {
                return Err(self.unclosed_quote(start, quote, "before the end of the text"));
            }
            let mut leading_blanks = false;
            while !self.cursor.is_space_or_end(0) {
                let byte = self.cursor.at(0);
                if byte == quote {
                    if quote != b'\'' || self.cursor.at(1) != b'\'' {
                        break;
                    }
                    value.push('\'');
                    self.cursor.skip(2);
                } else if byte == b'\\' && quote == b'"' {
                    if self.cursor.is_break(1) {
                        self.cursor.skip(1);
                        self.cursor.skip_break();
                        leading_blanks = true;
                        break;
                    }
                    let character = self.scan_escape(start)?;
                    value.push(character);
                } else {
                    let length = self.quoted_word_length(quote);
                    value.push_str(self.cursor.text(self.cursor.pos, self.cursor.pos + length));
                    self.cursor.skip(length);
                }
            }
            if self.cursor.at(0) == quote {
                break;
            }
            let blanks = self.cursor.pos;
            let mut blanks_end = blanks;
            loop {
                if is_blank(self.cursor.at(0)) {
                    self.cursor.skip_blank();
                    if !leading_blanks {
                        blanks_end = self.cursor.pos;
                    }
                } else if !self.cursor.is_break(0) {
                    break;
                } else if leading_blanks {
                    self.cursor.read_break(&mut gap.more_breaks);
                } else {
                    self.cursor.read_break(&mut gap.first_break);
                    leading_blanks = true;
                }
            }
            if leading_blanks {
                gap.fold_into(&mut value);
            } else {
                value.push_str(self.cursor.text(blanks, blanks_end));
            }
        }
        self.cursor.skip(1);
        Ok(self.scalar(style, start, self.cursor.mark(), Text::Owned(value.into())))
    }

    /// Length of a quoted text on one line without anything to decode.
    fn plainly_quoted_length(&self, quote: u8) -> Option<usize> {
        let rest = &self.cursor.bytes[self.cursor.pos..];
        // 0xC2 and 0xE2 may begin a line break.
        let length =
            rest.iter().position(|byte| *byte == quote || matches!(byte, b'\\' | b'\n' | b'\r' | 0xC2 | 0xE2))?;
        let plain = rest[length] == quote && (quote == b'"' || rest.get(length + 1) != Some(&b'\''));
        plain.then_some(length)
    }

    fn quoted_word_length(&self, quote: u8) -> usize {
        let mut length = 1;
        loop {
            let byte = self.cursor.at(length);
            if byte == quote || byte == b'\\' || (may_end_word(byte) && self.cursor.is_space_or_end(length)) {
                return length;
            }
            length += 1;
        }
    }

    fn unclosed_quote(&self, start: Mark, quote: u8, place: &str) -> ParseError {
        self.error(start, format!("the quote opened here is not closed {place}; add the missing {}", char::from(quote)))
    }

    fn scan_escape(&mut self, start: Mark) -> Result<char, ParseError> {
        let digits = match self.cursor.at(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        if digits == 0 {
            let character = match self.cursor.at(1) {
                b'0' => '\0',
                b'a' => '\x07',
                b'b' => '\x08',
                b't' | b'\t' => '\t',
                b'n' => '\n',
                b'v' => '\x0B',
                b'f' => '\x0C',
                b'r' => '\r',
                b'e' => '\x1B',
                byte @ (b' ' | b'"' | b'\'' | b'\\') => char::from(byte),
                b'N' => '\u{85}',
                b'_' => '\u{A0}',
                b'L' => '\u{2028}',
                b'P' => '\u{2029}',
                _ if self.cursor.is_end(1) => {
                    return Err(self.unclosed_quote(start, b'"', "before the end of the text"));
                }
                _ => {
                    return Err(self
                        .error_here("unknown escape after `\\`; write `\\\\` for a backslash, or use single quotes"));
                }
            };
            self.cursor.skip(2);
            return Ok(character);
        }
        let mut value = 0;
        for offset in 2..2 + digits {
            let Some(digit) = char::from(self.cursor.at(offset)).to_digit(16) else {
                return Err(self.error_here(format!("this escape needs {digits} hexadecimal digits")));
            };
            value = (value << 4) | digit;
        }
        let Some(character) = char::from_u32(value) else {
            return Err(self.error_here("this escape is not a Unicode character"));
        };
        self.cursor.skip(2 + digits);
        Ok(character)
    }

    // ---- block ---------------------------------------------------------------------------------

    pub(super) fn scan_block_scalar(&mut self, style: Style) -> Result<Token, ParseError> {
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

fn source_range(start: usize, end: usize) -> Text {
    Text::Source { start: start as u32, end: end as u32 }
}

fn index(mark: Mark) -> usize {
    usize::try_from(mark.index).unwrap_or(0)
}
