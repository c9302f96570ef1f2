//! Scalars without quotes.

use super::{Gap, index, source_range};
use crate::error::ParseError;
use crate::read::cursor::is_blank;
use crate::read::scanner::{Scanner, may_end_word};
use crate::read::token::Token;
use crate::tree::{Style, Text};

impl Scanner<'_> {
    pub(in crate::read) fn scan_plain(&mut self) -> Result<Token, ParseError> {
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
}
