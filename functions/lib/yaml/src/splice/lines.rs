//! The lines of the text that is edited.

/// Where lines start. All places are bytes.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// `text` has `\n` as line ends.
    pub(super) fn new(text: &'t str) -> Self {
        // A byte order mark is no part of the first line.
        let first = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let starts = std::iter::once(first).chain(text.match_indices('\n').map(|(index, _)| index + 1)).collect();
        Self { text, starts }
    }

    /// Number of the line that holds `place`, from 0.
    pub(super) fn of(&self, place: usize) -> usize {
        self.starts.partition_point(|start| *start <= place).saturating_sub(1)
    }

    /// Where a line starts; the end of the text for lines behind the last.
    pub(super) fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// Where a line ends, its line end not included.
    pub(super) fn end(&self, line: usize) -> usize {
        match self.starts.get(line + 1) {
            Some(next) => next - 1,
            None => self.text.len(),
        }
    }

    pub(super) fn column(&self, place: usize) -> usize {
        place - self.start(self.of(place)).min(place)
    }

    /// Whether nothing but blanks stands in front of `place` on its line.
    pub(super) fn starts_line(&self, place: usize) -> bool {
        self.text[self.start(self.of(place)).min(place)..place].bytes().all(|byte| byte == b' ')
    }

    fn line(&self, line: usize) -> Option<&'t str> {
        let start = self.starts.get(line).filter(|start| **start < self.text.len())?;
        Some(&self.text[*start..self.end(line)])
    }

    /// Blanks in front of what is on a line.
    pub(super) fn indent(&self, line: usize) -> usize {
        self.line(line).map_or(0, |line| line.len() - line.trim_start_matches(' ').len())
    }

    /// Whether a line holds a comment and nothing else.
    pub(super) fn is_comment(&self, line: usize) -> bool {
        self.line(line).is_some_and(|line| line.trim_start_matches([' ', '\t']).starts_with('#'))
    }

    /// Whether a line holds nothing; those behind the last do.
    pub(super) fn is_blank(&self, line: usize) -> bool {
        self.line(line).is_none_or(|line| line.trim().is_empty())
    }

    fn is_behind_the_last(&self, line: usize) -> bool {
        self.line(line).is_none()
    }

    /// The first line below content that ends at `end`.
    pub(super) fn below(&self, end: usize) -> usize {
        // Some content ends with the end of its line.
        if end > 0 && self.text.as_bytes()[end - 1] == b'\n' { self.of(end) } else { self.of(end) + 1 }
    }

    /// The first of the comment lines right above `place` that stand at its column.
    pub(super) fn first_comment_above(&self, place: usize) -> usize {
        let column = self.column(place);
        let mut line = self.of(place);
        while line > 0 && self.is_comment(line - 1) && self.indent(line - 1) == column {
            line -= 1;
        }
        line
    }

    /// The first line below content that ends at `end`, and below comments that stand further right than `column`:
    /// they belong to it.
    pub(super) fn below_inner_comments(&self, end: usize, column: usize) -> usize {
        let mut below = self.below(end);
        let mut line = below;
        while !self.is_behind_the_last(line) {
            if self.is_comment(line) && self.indent(line) > column {
                below = line + 1;
            } else if !self.is_blank(line) {
                break;
            }
            line += 1;
        }
        below
    }

    /// From `line` on, the first below comments at `column` which do not head what comes next there: an empty line
    /// or something further left follows them.
    pub(super) fn below_foot_comment(&self, line: usize, column: usize) -> usize {
        let mut end = line;
        while self.is_comment(end) && self.indent(end) >= column {
            end += 1;
        }
        if self.is_blank(end) || self.indent(end) < column { end } else { line }
    }
}
