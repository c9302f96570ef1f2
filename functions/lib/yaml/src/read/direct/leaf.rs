//! Scalars, and lists in brackets, on one line; literal texts.

use super::super::token::Mark;
use super::Direct;
use crate::tree::{Kind, NodeId, Style, Text};

/// A key may be longer, but then its characters have to be counted.
const MAX_KEY: usize = 1000;

/// Bytes at which the search through a plain scalar must look closer.
static STOPS: [bool; 256] = {
    let mut table = [false; 256];
    let stops = [0, b'\n', b'\r', b'\t', b':', b'#', 0xC2, 0xE2];
    let mut index = 0;
    while index < stops.len() {
        table[stops[index] as usize] = true;
        index += 1;
    }
    table
};

/// What a value or key turned out to be.
#[derive(Debug)]
pub(super) enum Leaf {
    Scalar {
        style: Style,
        text: Text,
    },
    /// `[a, b]`: the items were collected in order.
    List(Vec<(Mark, Style, Text)>),
    /// `{}`
    EmptyMapping,
}

impl Leaf {
    #[inline]
    pub(super) fn can_be_key(&self, length: usize) -> bool {
        matches!(self, Self::Scalar { style: Style::Plain | Style::SingleQuoted | Style::DoubleQuoted, .. })
            && length <= MAX_KEY
    }
}

impl Direct<'_> {
    /// The leaf that starts here; the position moves behind it. In front of a plain scalar's `:` or `#` it stops.
    #[inline]
    pub(super) fn leaf(&mut self) -> Option<Leaf> {
        match self.at(0) {
            quote @ (b'"' | b'\'') => self.quoted(quote),
            b'|' => self.literal(),
            b'[' => self.list(),
            b'{' if self.at(1) == b'}' => {
                self.pos += 2;
                Some(Leaf::EmptyMapping)
            }
            b'-' if matches!(self.at(1), b' ' | b'\t' | b'\n' | b'\r' | 0 | 0xC2 | 0xE2) => None,
            b'?' | b':' | b',' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'>' | b'%' | b'@' | b'`' | b' '
            | b'\t' | b'\n' | b'\r' | 0 => None,
            _ => self.plain(),
        }
    }

    /// Adds the node of a leaf at the current place.
    #[inline]
    pub(super) fn leaf_node(&mut self, leaf: Leaf, mark: Mark) -> NodeId {
        match leaf {
            Leaf::Scalar { style, text } => {
                let node = self.add(Kind::Scalar, style, text, mark);
                self.place(node);
                node
            }
            Leaf::EmptyMapping => {
                let node = self.add(Kind::Mapping, Style::Flow, Text::EMPTY, mark);
                self.place(node);
                node
            }
            Leaf::List(items) => {
                let node = self.add(Kind::Sequence, Style::Flow, Text::EMPTY, mark);
                self.place(node);
                for (mark, style, text) in items {
                    let item = self.add(Kind::Scalar, style, text, mark);
                    self.document.append(node, item);
                }
                node
            }
        }
    }

    #[inline]
    fn plain(&mut self) -> Option<Leaf> {
        let start = self.pos;
        let mut pos = start;
        loop {
            let byte = self.bytes.get(pos).copied().unwrap_or(0);
            if !STOPS[usize::from(byte)] {
                pos += 1;
                continue;
            }
            match byte {
                b'\n' => break,
                b':' => match self.bytes.get(pos + 1).copied().unwrap_or(0) {
                    b' ' | b'\n' | 0 => break,
                    b'\t' | b'\r' | 0xC2 | 0xE2 => return None,
                    _ => {}
                },
                b'#' if self.bytes[pos - 1] == b' ' => break,
                b'#' => {}
                0xC2 | 0xE2 if !self.is_rare_break(pos) => {}
                0 if pos == self.bytes.len() => break,
                _ => return None,
            }
            pos += 1;
        }
        let mut end = pos;
        while self.bytes[end - 1] == b' ' {
            end -= 1;
        }
        // A blank in front of the colon is left to the full reader.
        if self.bytes.get(pos) == Some(&b':') && end != pos {
            return None;
        }
        self.pos = end;
        Some(Leaf::Scalar { style: Style::Plain, text: range(start, end) })
    }

    fn quoted(&mut self, quote: u8) -> Option<Leaf> {
        let (style, text) = self.quoted_text(quote)?;
        Some(Leaf::Scalar { style, text })
    }

    /// A quoted text without anything to decode.
    fn quoted_text(&mut self, quote: u8) -> Option<(Style, Text)> {
        let start = self.pos + 1;
        let rest = &self.bytes[start..];
        let length =
            rest.iter().position(|byte| *byte == quote || matches!(byte, b'\\' | b'\n' | b'\r' | 0xC2 | 0xE2))?;
        let style = if quote == b'"' { Style::DoubleQuoted } else { Style::SingleQuoted };
        let escape = if quote == b'\'' { Some(&b'\'') } else { None };
        if rest[length] != quote || (escape.is_some() && rest.get(length + 1) == escape) {
            return None;
        }
        self.pos = start + length + 1;
        Some((style, range(start, start + length)))
    }

    /// `[a, "b"]` with nothing but words and quoted texts.
    fn list(&mut self) -> Option<Leaf> {
        self.pos += 1;
        let mut items = Vec::new();
        self.skip_spaces();
        if self.at(0) == b']' {
            self.pos += 1;
            return Some(Leaf::List(items));
        }
        loop {
            let mark = self.mark();
            let (style, text) = match self.at(0) {
                quote @ (b'"' | b'\'') => self.quoted_text(quote)?,
                byte if is_word(byte) || (byte == b'-' && is_word(self.at(1))) => {
                    let start = self.pos;
                    while is_word(self.at(0)) || self.at(0) == b'-' {
                        self.pos += 1;
                    }
                    (Style::Plain, range(start, self.pos))
                }
                _ => return None,
            };
            items.push((mark, style, text));
            self.skip_spaces();
            match self.at(0) {
                b',' => self.pos += 1,
                b']' => {
                    self.pos += 1;
                    return Some(Leaf::List(items));
                }
                _ => return None,
            }
            self.skip_spaces();
        }
    }

    /// A literal text whose first line holds text.
    fn literal(&mut self) -> Option<Leaf> {
        self.pos += 1;
        let chomp = self.at(0);
        if matches!(chomp, b'-' | b'+') {
            self.pos += 1;
        }
        if self.at(0) != b'\n' {
            return None;
        }
        self.pos += 1;
        self.end_line();
        self.skip_spaces();
        let indent = self.pos - self.line_start;
        let outer = self.levels.last()?.column;
        if indent as i64 <= i64::from(outer) || matches!(self.at(0), b'\n' | b'\t' | b'\r' | 0) {
            return None;
        }

        let mut value = String::new();
        // Line breaks that come out if more text follows, or at the end as the indicator says.
        let mut breaks = 0_usize;
        loop {
            let length = self.text[self.pos..].find('\n');
            let end = length.map_or(self.bytes.len(), |length| self.pos + length);
            let line = &self.bytes[self.pos..end];
            // All bytes are looked at, which is quicker than to stop at the first.
            let may_have_breaks = line.iter().fold(false, |found, byte| found | matches!(byte, b'\r' | 0xC2 | 0xE2));
            if may_have_breaks && (self.pos..end).any(|index| self.bytes[index] == b'\r' || self.is_rare_break(index)) {
                return None;
            }
            value.extend(std::iter::repeat_n('\n', breaks));
            value.push_str(&self.text[self.pos..end]);
            breaks = 0;
            self.pos = end;
            // A last line without line end is left to the full reader.
            length?;
            // To the next line of the text, counting the breaks on the way.
            loop {
                self.pos += 1;
                self.end_line();
                breaks += 1;
                let limit = self.line_start + indent;
                while self.pos < limit && self.at(0) == b' ' {
                    self.pos += 1;
                }
                if self.at(0) != b'\n' {
                    break;
                }
            }
            if self.pos - self.line_start < indent || self.pos == self.bytes.len() {
                break;
            }
        }
        if self.at(0) == b'\t' || self.at(0) == b'\r' {
            return None;
        }
        // The next line belongs to what follows, with its own indentation.
        self.pos = self.line_start;
        self.empty_line_above = breaks > 1;
        match chomp {
            b'-' => {}
            b'+' => value.extend(std::iter::repeat_n('\n', breaks)),
            _ => value.push('\n'),
        }
        Some(Leaf::Scalar { style: Style::Literal, text: Text::Owned(value.into()) })
    }
}

#[inline]
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'=' | b'+' | b'$' | b'(' | b')')
}

#[inline]
fn range(start: usize, end: usize) -> Text {
    Text::Source { start: start as u32, end: end as u32 }
}
