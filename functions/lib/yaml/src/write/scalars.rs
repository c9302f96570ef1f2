//! Writing of scalars.

use super::nodes::Writer;
use super::shape::{Shape, break_length, is_printable, width};
use crate::tree::Style;

/// Where a scalar stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    pub(super) in_flow: bool,
    /// As a key that is written without `?`.
    pub(super) simple_key: bool,
}

/// The style in which `text` can be written at this position, as near to `wanted` as possible.
#[inline]
pub(super) fn style_for(text: &str, shape: Shape, wanted: Style, position: Position) -> Style {
    if wanted == Style::DoubleQuoted {
        return wanted;
    }
    let mut style = wanted;
    if position.simple_key && shape.multiline {
        return Style::DoubleQuoted;
    }
    if matches!(style, Style::Plain | Style::Flow) {
        let allowed = if position.in_flow { shape.flow_plain } else { shape.block_plain };
        let needs_quotes = text.is_empty() && (position.in_flow || position.simple_key);
        style = if allowed && !needs_quotes { Style::Plain } else { Style::SingleQuoted };
    }
    match style {
        Style::SingleQuoted if !shape.single_quoted => Style::DoubleQuoted,
        Style::Literal | Style::Folded if !shape.block || position.in_flow || position.simple_key => {
            Style::DoubleQuoted
        }
        style => style,
    }
}

impl Writer<'_, '_> {
    #[inline]
    pub(super) fn write_scalar(&mut self, text: &str, style: Style) {
        match style {
            Style::Plain | Style::Flow => self.write_plain(text),
            Style::SingleQuoted => self.write_single_quoted(text),
            Style::DoubleQuoted => self.write_double_quoted(text),
            Style::Literal => self.write_literal(text),
            Style::Folded => self.write_folded(text),
        }
    }

    #[inline]
    fn write_plain(&mut self, text: &str) {
        if !text.is_empty() {
            if !self.whitespace {
                self.out.push(' ');
            }
            // A text with line breaks is never written plain.
            self.out.push_str(text);
            self.whitespace = false;
        }
        self.indention = false;
    }

    fn write_single_quoted(&mut self, text: &str) {
        self.write_indicator("'", true, false, false);
        let bytes = text.as_bytes();
        let mut after_break = false;
        let mut index = 0;
        while index < bytes.len() {
            let length = bytes[index..].iter().position(|b| matches!(b, b'\'' | b'\n' | b'\r' | 0xC2 | 0xE2));
            let length = length.unwrap_or(bytes.len() - index);
            if length > 0 {
                if after_break {
                    self.write_indent();
                    after_break = false;
                }
                self.out.push_str(&text[index..index + length]);
                self.indention = false;
                index += length;
                continue;
            }
            if break_length(bytes, index) > 0 {
                if !after_break && bytes[index] == b'\n' {
                    self.put_break();
                }
                index += self.copy_break(text, index);
                after_break = true;
                continue;
            }
            if after_break {
                self.write_indent();
                after_break = false;
            }
            if bytes[index] == b'\'' {
                self.out.push('\'');
            }
            let length = width(bytes[index]);
            self.out.push_str(&text[index..index + length]);
            self.indention = false;
            index += length;
        }
        self.write_indicator("'", false, false, false);
    }

    fn write_double_quoted(&mut self, text: &str) {
        self.write_indicator("\"", true, false, false);
        let bytes = text.as_bytes();
        // go-yaml looks for a byte order mark at the start of the text only, and then escapes all of it.
        let escape_all = bytes.starts_with(b"\xEF\xBB\xBF");
        let mut written = 0;
        let mut index = 0;
        while index < bytes.len() {
            let byte = bytes[index];
            if !escape_all && matches!(byte, 0x20..=0x7E) && byte != b'"' && byte != b'\\' {
                index += 1;
                continue;
            }
            let length = width(byte);
            if escape_all
                || matches!(byte, b'"' | b'\\')
                || !is_printable(bytes, index)
                || break_length(bytes, index) > 0
            {
                self.out.push_str(&text[written..index]);
                written = index + length;
                if let Some(character) = text[index..].chars().next() {
                    self.write_escape(character);
                }
            }
            index += length;
        }
        self.out.push_str(&text[written..]);
        self.write_indicator("\"", false, false, false);
    }

    fn write_escape(&mut self, character: char) {
        let short = match character {
            '\0' => '0',
            '\x07' => 'a',
            '\x08' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\x0B' => 'v',
            '\x0C' => 'f',
            '\r' => 'r',
            '\x1B' => 'e',
            '"' | '\\' => character,
            '\u{85}' => 'N',
            '\u{A0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let code = u32::from(character);
                let escaped = match code {
                    0..=0xFF => format!("\\x{code:02X}"),
                    0x100..=0xFFFF => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08X}"),
                };
                self.out.push_str(&escaped);
                return;
            }
        };
        self.out.push('\\');
        self.out.push(short);
    }

    /// The indicators behind `|` or `>`, with the comment of the line.
    fn write_block_header(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if bytes.first() == Some(&b' ') || (!bytes.is_empty() && break_length(bytes, 0) > 0) {
            self.write_indicator("2", false, false, false);
        }
        let mut characters = text.chars().rev();
        let last = characters.next();
        let chomp = match (last.is_some_and(is_break), characters.next()) {
            (false, _) => "-",
            (true, None) => "+",
            (true, Some(before)) if is_break(before) => "+",
            (true, Some(_)) => "",
        };
        if !chomp.is_empty() {
            self.write_indicator(chomp, false, false, false);
        }
        if self.line.is_empty() {
            self.put_break();
        } else {
            self.process_line_comment();
        }
        self.whitespace = true;
    }

    fn write_literal(&mut self, text: &str) {
        self.write_indicator("|", true, false, false);
        self.write_block_header(text);
        let mut after_break = true;
        let lines = Lines::of(text);
        let mut index = 0;
        while index < text.len() {
            let length = lines.length(index);
            if length == 0 {
                index += self.copy_break(text, index);
                after_break = true;
            } else {
                if after_break {
                    self.write_indent();
                }
                self.out.push_str(&text[index..index + length]);
                self.indention = false;
                after_break = false;
                index += length;
            }
        }
    }

    fn write_folded(&mut self, text: &str) {
        self.write_indicator(">", true, false, false);
        self.write_block_header(text);
        // go-yaml asks at the start of the text, not at the break, whether an empty line is needed. That is
        // why folded texts that start with a break are kept and others gain lines (kpt-render §2.11).
        let content = text.len() - text.trim_start_matches(is_break).len();
        let starts_blank = text[content..].starts_with([' ', '\t']) || content == text.len();
        let mut after_break = true;
        let mut indented_line = true;
        let lines = Lines::of(text);
        let mut index = 0;
        while index < text.len() {
            let length = lines.length(index);
            if length == 0 {
                if !after_break && !indented_line && text.as_bytes()[index] == b'\n' && !starts_blank {
                    self.put_break();
                }
                index += self.copy_break(text, index);
                after_break = true;
            } else {
                if after_break {
                    self.write_indent();
                    indented_line = text[index..].starts_with([' ', '\t']);
                }
                self.out.push_str(&text[index..index + length]);
                self.indention = false;
                after_break = false;
                index += length;
            }
        }
    }
}

fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Finds the line breaks of a text.
#[derive(Clone, Copy)]
struct Lines<'a> {
    text: &'a str,
    /// Nothing but line feeds breaks lines.
    only_feeds: bool,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let may_have_others = text.bytes().fold(false, |found, byte| found | matches!(byte, b'\r' | 0xC2 | 0xE2));
        Self { text, only_feeds: !may_have_others }
    }

    /// Bytes from `start` to the next line break.
    #[inline]
    fn length(self, start: usize) -> usize {
        if self.only_feeds {
            let rest = &self.text[start..];
            return rest.find('\n').unwrap_or(rest.len());
        }
        let bytes = self.text.as_bytes();
        let is_break =
            |index: &usize| matches!(bytes[*index], b'\n' | b'\r' | 0xC2 | 0xE2) && break_length(bytes, *index) > 0;
        (start..bytes.len()).find(is_break).unwrap_or(bytes.len()) - start
    }
}
