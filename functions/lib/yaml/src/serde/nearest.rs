//! Which known word a mistyped one may stand for.

/// Longest word compared; a longer one is no typing slip, and the cost stays bounded.
const LONGEST: usize = 64;

/// The known word closest to `word`, if it is close enough to be a slip of the hand: at most one edit for
/// every three characters (an insertion, deletion, replacement or swap of neighbours), letter case ignored.
/// The first of several equally close words wins.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    if word.len() > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let chars: Vec<char> = candidate.to_lowercase().chars().collect();
        let limit = (word.len().max(chars.len()) / 3).max(1);
        if chars.len() > LONGEST || chars.len().abs_diff(word.len()) > limit {
            continue;
        }
        let distance = distance(&word, &chars);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, from) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, to) in right.iter().enumerate() {
            let replaced = previous[column] + usize::from(from != to);
            let mut least = replaced.min(previous[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *from == right[column - 1] && left[row - 1] == *to {
                least = least.min(before[column - 1] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_find_their_word_and_strangers_do_not() {
        let known = ["formats", "requireDigest", "location", "sst"];
        for (word, expected) in [
            ("format", Some("formats")),
            ("fromats", Some("formats")),
            ("requiredigest", Some("requireDigest")),
            ("requireDigests", Some("requireDigest")),
            ("ssd", Some("sst")),
            ("sd", None),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
