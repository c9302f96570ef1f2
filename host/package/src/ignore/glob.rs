//! Shell patterns as Go's `filepath.Match` reads them.
//!
//! `*` is any run without `/`, `?` one character but `/`, `[a-z]` and `[^a-z]` one character of a class (which,
//! unlike the others, may be `/`), `\x` the character x. Matching works on bytes, so that text that is no
//! UTF-8 gives Go's answer too, and takes time linear in pattern × text.

/// A well-formed pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    /// What stands between stars.
    chunks: Vec<Chunk>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Chunk {
    after_star: bool,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Byte(u8),
    AnyCharacter,
    Class { negated: bool, ranges: Vec<(char, char)> },
}

/// Stands for a byte that is part of no character, as in Go.
const NO_CHARACTER: char = char::REPLACEMENT_CHARACTER;

impl Glob {
    /// Reads a pattern; `None` where it is malformed (which then matches nothing).
    pub(crate) fn parse(pattern: &str) -> Option<Self> {
        let mut chunks = vec![Chunk::default()];
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            let after = &rest[first.len_utf8()..];
            rest = after;
            let part = match first {
                '*' => {
                    match chunks.last_mut() {
                        Some(chunk) if chunk.parts.is_empty() => chunk.after_star = true,
                        _ => chunks.push(Chunk { after_star: true, parts: Vec::new() }),
                    }
                    continue;
                }
                '?' => Part::AnyCharacter,
                '[' => {
                    let (class, after) = class(after)?;
                    rest = after;
                    class
                }
                '\\' => {
                    let escaped = after.chars().next()?;
                    rest = &after[escaped.len_utf8()..];
                    push_bytes(chunks.last_mut()?, escaped);
                    continue;
                }
                other => {
                    push_bytes(chunks.last_mut()?, other);
                    continue;
                }
            };
            chunks.last_mut()?.parts.push(part);
        }
        Some(Self { chunks })
    }

    /// True where the whole of `text` is matched. A star takes the shortest run after which its chunk fits, and
    /// is not tried again: Go does the same.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let mut rest = text.as_bytes();
        for (position, chunk) in self.chunks.iter().enumerate() {
            let last = position + 1 == self.chunks.len();
            if chunk.after_star && chunk.parts.is_empty() {
                return !rest.contains(&b'/');
            }
            let mut start = 0;
            rest = loop {
                match chunk.fits(&rest[start..]) {
                    Some(after) if after.is_empty() || !last => break after,
                    _ => {}
                }
                if !chunk.after_star || start == rest.len() || rest[start] == b'/' {
                    return false;
                }
                start += 1;
            };
        }
        rest.is_empty()
    }
}

impl Chunk {
    /// What remains of `text` after this chunk at its start.
    fn fits<'a>(&self, mut text: &'a [u8]) -> Option<&'a [u8]> {
        for part in &self.parts {
            let (character, length) = first_character(text)?;
            let taken = match part {
                Part::Byte(byte) => (text[0] == *byte).then_some(1),
                Part::AnyCharacter => (text[0] != b'/').then_some(length),
                Part::Class { negated, ranges } => {
                    let within = ranges.iter().any(|(low, high)| (*low..=*high).contains(&character));
                    (within != *negated).then_some(length)
                }
            };
            text = &text[taken?..];
        }
        Some(text)
    }
}

fn push_bytes(chunk: &mut Chunk, character: char) {
    let mut buffer = [0; 4];
    chunk.parts.extend(character.encode_utf8(&mut buffer).bytes().map(Part::Byte));
}

/// A class after its `[`, and the text after its `]`.
fn class(text: &str) -> Option<(Part, &str)> {
    let (negated, mut rest) = text.strip_prefix('^').map_or((false, text), |rest| (true, rest));
    let mut ranges = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix(']')
            && !ranges.is_empty()
        {
            return Some((Part::Class { negated, ranges }, after));
        }
        let (low, after) = class_character(rest)?;
        rest = after;
        let mut high = low;
        if let Some(after) = rest.strip_prefix('-') {
            (high, rest) = class_character(after)?;
        }
        ranges.push((low, high));
    }
}

/// A possibly escaped character of a class; more must follow.
fn class_character(text: &str) -> Option<(char, &str)> {
    let first = text.chars().next()?;
    let (character, rest) = match first {
        '-' | ']' => return None,
        '\\' => {
            let escaped = text[1..].chars().next()?;
            (escaped, &text[1 + escaped.len_utf8()..])
        }
        other => (other, &text[other.len_utf8()..]),
    };
    (!rest.is_empty()).then_some((character, rest))
}

/// The first character and its length; a stray byte is [`NO_CHARACTER`] of length 1.
fn first_character(text: &[u8]) -> Option<(char, usize)> {
    let head = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    match valid.chars().next() {
        Some(character) => Some((character, character.len_utf8())),
        None => (!text.is_empty()).then_some((NO_CHARACTER, 1)),
    }
}
