//! The position in the source and the classes of bytes.

use super::token::Mark;

/// Reads the source byte by byte; past its end there are only NUL bytes, which the source itself cannot hold.
#[derive(Debug)]
pub(crate) struct Cursor<'s> {
    source: &'s str,
    pub(crate) bytes: &'s [u8],
    pub(crate) pos: usize,
    pub(crate) line: u32,
    pub(crate) line_start: usize,
    /// Line breaks since the last byte that was neither blank nor break.
    pub(crate) newlines: u32,
}

impl<'s> Cursor<'s> {
    pub(crate) fn new(source: &'s str, pos: usize) -> Self {
        Self { source, bytes: source.as_bytes(), pos, line: 0, line_start: pos, newlines: 0 }
    }

    #[inline]
    pub(crate) fn at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(0)
    }

    #[inline]
    pub(crate) fn column(&self) -> i32 {
        // A text of more than 1 GiB is refused before scanning starts.
        (self.pos - self.line_start) as i32
    }

    #[inline]
    pub(crate) fn mark(&self) -> Mark {
        Mark { index: self.pos as i32, line: self.line, column: self.column() }
    }

    /// Steps over `count` bytes of which none is a break or the last is not blank.
    #[inline]
    pub(crate) fn skip(&mut self, count: usize) {
        self.pos += count;
        self.newlines = 0;
    }

    /// Steps over one space or tab.
    #[inline]
    pub(crate) fn skip_blank(&mut self) {
        self.pos += 1;
    }

    pub(crate) fn skip_blanks(&mut self) {
        while is_blank(self.at(0)) {
            self.pos += 1;
        }
    }

    /// Steps over the line break here; does nothing where there is none.
    #[inline]
    pub(crate) fn skip_break(&mut self) {
        let length = self.break_length(0);
        if length > 0 {
            self.pos += length;
            self.line += 1;
            self.line_start = self.pos;
            self.newlines += 1;
        }
    }

    /// Steps over the line break here and appends what it means.
    pub(crate) fn read_break(&mut self, into: &mut String) {
        match self.at(0) {
            b'\r' | b'\n' | 0xC2 => into.push('\n'),
            _ => into.push(if self.at(2) == 0xA8 { '\u{2028}' } else { '\u{2029}' }),
        }
        self.skip_break();
    }

    /// Length of the line break `ahead` bytes from here, 0 if there is none: CR LF, CR, LF, NEL, LS, PS.
    #[inline]
    pub(crate) fn break_length(&self, ahead: usize) -> usize {
        match self.at(ahead) {
            b'\n' => 1,
            b'\r' => 1 + usize::from(self.at(ahead + 1) == b'\n'),
            0xC2 if self.at(ahead + 1) == 0x85 => 2,
            0xE2 if self.at(ahead + 1) == 0x80 && matches!(self.at(ahead + 2), 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    #[inline]
    pub(crate) fn is_break(&self, ahead: usize) -> bool {
        self.break_length(ahead) > 0
    }

    #[inline]
    pub(crate) fn is_end(&self, ahead: usize) -> bool {
        self.at(ahead) == 0
    }

    #[inline]
    pub(crate) fn is_break_or_end(&self, ahead: usize) -> bool {
        self.is_end(ahead) || self.is_break(ahead)
    }

    #[inline]
    pub(crate) fn is_space_or_end(&self, ahead: usize) -> bool {
        is_blank(self.at(ahead)) || self.is_break_or_end(ahead)
    }

    /// `---` or `...` at the start of a line.
    pub(crate) fn is_document_indicator(&self) -> bool {
        self.column() == 0
            && matches!((self.at(0), self.at(1), self.at(2)), (b'-', b'-', b'-') | (b'.', b'.', b'.'))
            && self.is_space_or_end(3)
    }

    /// The rest of the line as text, from here; the cursor moves to the break.
    pub(crate) fn read_line_rest(&mut self) -> &'s str {
        let start = self.pos;
        while !self.is_break_or_end(0) {
            self.pos += 1;
        }
        if self.pos > start {
            self.newlines = 0;
        }
        self.text(start, self.pos)
    }

    /// The source from `start` to `end`, both on character boundaries.
    pub(crate) fn text(&self, start: usize, end: usize) -> &'s str {
        &self.source[start..end]
    }
}

#[inline]
pub(crate) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Letters, digits, `-` and `_`: what names of anchors and tags are made of.
#[inline]
pub(crate) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}
