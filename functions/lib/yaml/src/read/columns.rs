//! Columns in characters.

use super::token::Mark;

/// Counts characters. Remembers the last place of a line, so that a long line is counted once.
#[derive(Debug, Default)]
pub(super) struct ColumnCounter {
    ascii: bool,
    line: u32,
    index: usize,
    characters: u32,
}

impl ColumnCounter {
    pub(super) fn new(source: &str) -> Self {
        Self { ascii: source.is_ascii(), ..Self::default() }
    }

    #[inline]
    pub(super) fn column(&mut self, source: &str, mark: Mark) -> u32 {
        let bytes = mark.column.unsigned_abs();
        if self.ascii { bytes + 1 } else { self.count(source, mark, bytes) }
    }

    fn count(&mut self, source: &str, mark: Mark, bytes: u32) -> u32 {
        let end = usize::try_from(mark.index).unwrap_or(0).min(source.len());
        let line_start = end.saturating_sub(bytes as usize);
        if self.line != mark.line || self.index < line_start || self.index > end {
            (self.line, self.index, self.characters) = (mark.line, line_start, 0);
        }
        let new = source.as_bytes()[self.index..end].iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        self.characters += new as u32;
        self.index = end;
        self.characters + 1
    }
}
