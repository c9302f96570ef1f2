//! What the text of a scalar allows.

/// Properties of a text that decide how it can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) multiline: bool,
    /// Can be written without quotes inside of `[` and `{`.
    pub(super) flow_plain: bool,
    /// Can be written without quotes elsewhere.
    pub(super) block_plain: bool,
    pub(super) single_quoted: bool,
    /// Can be written as `|` or `>`.
    pub(super) block: bool,
}

/// Length of the line break at `index`; 0 if there is none.
#[inline]
pub(super) fn break_length(bytes: &[u8], index: usize) -> usize {
    match bytes[index] {
        b'\n' | b'\r' => 1,
        0xC2 if bytes[index + 1] == 0x85 => 2,
        0xE2 if bytes[index + 1] == 0x80 && matches!(bytes[index + 2], 0xA8 | 0xA9) => 3,
        _ => 0,
    }
}

/// Whether the character at `index` may be written as it is; go-yaml counts none beyond U+FFFF.
#[inline]
pub(super) fn is_printable(bytes: &[u8], index: usize) -> bool {
    match bytes[index] {
        b'\n' | 0x20..=0x7E => true,
        0xC2 => bytes[index + 1] >= 0xA0,
        0xC3..=0xEC | 0xEE => true,
        0xED => bytes[index + 1] < 0xA0,
        0xEF => !matches!((bytes[index + 1], bytes[index + 2]), (0xBB, 0xBF) | (0xBF, 0xBE | 0xBF)),
        _ => false,
    }
}

/// Changes nothing wherever it stands.
const WORD: u8 = 0;
/// Changes nothing inside of a text.
const INNER: u8 = 1;
const SPACE: u8 = 2;
const COLON: u8 = 4;
const OTHER: u8 = 8;

static CLASSES: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = match b {
            b'_' | b'/' | b'=' | b'+' | b'(' | b')' | b'$' | b'\\' | b';' | b'<' | b'^' | b'~' => WORD,
            b'-' | b'.' => INNER,
            b' ' => SPACE,
            b':' => COLON,
            _ if b.is_ascii_alphanumeric() => WORD,
            _ => OTHER,
        };
        byte += 1;
    }
    table
};

/// Behind the first character, no sign of its own.
const LETTER: u8 = 1;
/// Behind the first character, indicates flow style and nothing else.
const FLOW: u8 = 2;
/// Behind the first character, may indicate any style.
const ANY: u8 = 4;

/// What bytes are behind the first character, of those that are no blanks and need no second look.
static BEHIND: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0x21;
    while byte < 0x7F {
        table[byte] = match byte as u8 {
            b',' | b'[' | b']' | b'{' | b'}' | b'?' => FLOW,
            b':' | b'#' => ANY,
            _ => LETTER,
        };
        byte += 1;
    }
    table
};

#[inline]
pub(super) fn shape_of(text: &str) -> Shape {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return Shape { multiline: false, flow_plain: false, block_plain: true, single_quoted: true, block: false };
    };
    // Most texts are words, with dots, dashes, colons or spaces inside.
    let classes = bytes.iter().fold(0, |classes, byte| classes | CLASSES[usize::from(*byte)]);
    let usual = classes & OTHER == 0
        && classes & (SPACE | COLON) != SPACE | COLON
        && CLASSES[usize::from(*first)] == WORD
        && CLASSES[usize::from(*last)] <= INNER;
    if usual {
        let flow_plain = classes & COLON == 0;
        return Shape { multiline: false, flow_plain, block_plain: true, single_quoted: true, block: true };
    }
    analyse(bytes)
}

fn analyse(bytes: &[u8]) -> Shape {
    let mut block_indicators = false;
    let mut flow_indicators = false;
    let mut special = false;
    let mut tabs = false;
    let mut breaks = false;
    let mut break_space = false;
    let mut space_break = false;
    let mut previous_space = false;
    let mut previous_break = false;
    let mut after_blank = true;

    if bytes.starts_with(b"---") || bytes.starts_with(b"...") {
        block_indicators = true;
        flow_indicators = true;
    }
    let mut index = 0;
    while index < bytes.len() {
        if index > 0 {
            // Most of a long text says nothing that was not said before.
            let known = match (flow_indicators, block_indicators) {
                (true, true) => LETTER | FLOW | ANY,
                (true, false) => LETTER | FLOW,
                (false, _) => LETTER,
            };
            let run = bytes[index..].iter().take_while(|byte| BEHIND[usize::from(**byte)] & known != 0).count();
            if run > 0 {
                (previous_space, previous_break, after_blank) = (false, false, false);
                index += run;
                continue;
            }
        }
        let byte = bytes[index];
        let next = index + width(byte);
        let before_blank = bytes.get(next).is_none_or(|byte| matches!(byte, b' ' | b'\t'));
        match byte {
            b',' | b'[' | b']' | b'{' | b'}' => {
                flow_indicators = true;
                block_indicators |= index == 0;
            }
            b'?' => {
                flow_indicators = true;
                block_indicators |= index == 0 && before_blank;
            }
            b':' => {
                flow_indicators = true;
                block_indicators |= before_blank;
            }
            b'-' if index == 0 && before_blank => {
                flow_indicators = true;
                block_indicators = true;
            }
            b'#' if index == 0 || after_blank => {
                flow_indicators = true;
                block_indicators = true;
            }
            b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`' if index == 0 => {
                flow_indicators = true;
                block_indicators = true;
            }
            _ => {}
        }
        let line_break = break_length(bytes, index) > 0;
        if byte == b'\t' {
            tabs = true;
        } else if !is_printable(bytes, index) {
            special = true;
        }
        if byte == b' ' {
            break_space |= previous_break;
        } else if line_break {
            breaks = true;
            space_break |= previous_space;
        }
        previous_space = byte == b' ';
        previous_break = line_break;
        after_blank = matches!(byte, b' ' | b'\t' | 0) || line_break;
        index = next;
    }

    let leading = bytes[0] == b' ' || break_length(bytes, 0) > 0;
    let trailing = previous_space || previous_break;
    let plain = !(leading || trailing || break_space || space_break || tabs || special || breaks);
    Shape {
        multiline: breaks,
        flow_plain: plain && !flow_indicators,
        block_plain: plain && !block_indicators,
        single_quoted: !(break_space || space_break || tabs || special),
        block: !(previous_space || space_break || special),
    }
}

/// Bytes of the character that starts with `byte`.
#[inline]
pub(super) fn width(byte: u8) -> usize {
    match byte {
        0..=0x7F => 1,
        0x80..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::{analyse, shape_of};

    #[test]
    fn usual_texts_are_judged_as_the_analysis_judges_them() {
        let signs = ["a", "-", ".", ":", " ", "#", "?", "/", "~", "<", "\n", "\t", "é"];
        let mut texts: Vec<String> = vec![String::new()];
        for _ in 0..4 {
            texts = texts.iter().flat_map(|text| signs.map(|sign| format!("{text}{sign}"))).collect();
            for text in &texts {
                assert_eq!(shape_of(text), analyse(text.as_bytes()), "{text:?}");
            }
        }
    }

    #[test]
    fn signs_are_seen_wherever_they_stand() {
        // What a sign between others means does not depend on the letters around it, which are passed by in runs.
        let signs =
            [",", "[", "?", ":", "#", "-", "\"", "'", "&", "%", " ", "\n", "\t", "\r", "é", "\u{2028}", "\u{7f}"];
        for first in signs {
            for second in signs {
                for third in signs {
                    let near = format!("a{first}{second}{third}a");
                    let far = format!("aaaaaaaaaaaaaaaaaaaa{first}{second}{third}aaaaaaaaaaaaaaaaaaaa");
                    assert_eq!(analyse(near.as_bytes()), analyse(far.as_bytes()), "{near:?}");
                    let apart =
                        |letters: &str| analyse(format!("a{first}{letters}{second}{letters}{third}a").as_bytes());
                    assert_eq!(apart("a"), apart("aaaaaaaaaaaaaaaaaaaaa"), "{near:?}");
                }
            }
        }
    }
}
