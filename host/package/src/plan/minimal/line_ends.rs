//! Edits of a text with `\n` line ends, made in the file's own.

use porchlight_yaml::Edit;

/// Where a file has `\r\n`, and whether most of its lines end so.
pub(super) struct LineEnds {
    /// Places of the `\n` that have a `\r` in front, in the text without those.
    carriage_returns: Vec<usize>,
    new: &'static str,
}

impl LineEnds {
    pub(super) fn of(text: &str) -> Self {
        let found = text.match_indices("\r\n").enumerate();
        let carriage_returns: Vec<usize> = found.map(|(before, (index, _))| index - before).collect();
        let lines = text.bytes().filter(|byte| *byte == b'\n').count();
        let new = if carriage_returns.len() * 2 > lines { "\r\n" } else { "\n" };
        Self { carriage_returns, new }
    }

    /// The place in the file of a place in the text with `\n` line ends.
    fn in_file(&self, place: usize) -> usize {
        place + self.carriage_returns.partition_point(|line_end| *line_end < place)
    }

    /// The text of the file with the edits made; they are in order and do not overlap.
    pub(super) fn apply(&self, text: &str, edits: &[Edit]) -> String {
        let edits: Vec<Edit> = edits
            .iter()
            .map(|edit| Edit {
                start: self.in_file(edit.start),
                end: self.in_file(edit.end),
                text: if self.new == "\n" { edit.text.clone() } else { edit.text.replace('\n', self.new) },
            })
            .collect();
        porchlight_yaml::apply_edits(text, &edits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { start, end, text: text.to_owned() }
    }

    #[test]
    fn edits_keep_the_line_ends_around_them() {
        for (text, edits, expected) in [
            ("a: 1\r\nb: 2\r\n", vec![edit(3, 4, "x"), edit(5, 5, "n: 1\n")], "a: x\r\nn: 1\r\nb: 2\r\n"),
            ("a: 1\r\nb: 2\r\n", vec![edit(4, 4, " # c")], "a: 1 # c\r\nb: 2\r\n"),
            ("a: 1\r\nb: 2\r\n", vec![edit(0, 5, "")], "b: 2\r\n"),
            ("a: 1\nb: 2\r\nc: 3\n", vec![edit(8, 9, "5"), edit(10, 10, "n: 1\n")], "a: 1\nb: 5\r\nn: 1\nc: 3\n"),
        ] {
            assert_eq!(LineEnds::of(text).apply(text, &edits), expected);
        }
    }
}
