//! `'…'` and `"…"`.

use super::{Gap, source_range};
use crate::error::ParseError;
use crate::read::cursor::is_blank;
use crate::read::scanner::{Scanner, may_end_word};
use crate::read::token::{Mark, Token};
use crate::tree::{Style, Text};

impl Scanner<'_> {
    pub(in crate::read) fn scan_quoted(&mut self, style: Style) -> Result<Token, ParseError> {
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
}
