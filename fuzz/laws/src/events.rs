//! What a text means, for our reader and for one that others wrote.

use porchlight_yaml::{Document, Kind, Style};
use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::outline::nodes;

/// A node, or the end of a collection, without places and styles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// A text, and whether it is plain.
    Scalar(String, bool),
    /// A mapping starts.
    Mapping,
    /// A list starts.
    Sequence,
    /// An alias.
    Alias,
    /// The text before has an anchor.
    Anchor,
    /// A mapping or list ends.
    End,
    /// A document starts.
    Document,
}

/// Documents as our reader sees them.
pub fn ours(documents: &[Document]) -> Vec<Sign> {
    let mut signs = Vec::new();
    for document in documents {
        signs.push(Sign::Document);
        let mut open: Vec<usize> = Vec::new();
        for node in nodes(document) {
            let count = document.children(node).count();
            match document.kind(node) {
                Kind::Scalar => {
                    let is_plain = document.style(node) == Style::Plain;
                    signs.push(Sign::Scalar(document.text(node).to_owned(), is_plain));
                }
                Kind::Alias => signs.push(Sign::Alias),
                Kind::Mapping => signs.push(Sign::Mapping),
                Kind::Sequence => signs.push(Sign::Sequence),
            }
            if !document.anchor(node).is_empty() {
                signs.push(Sign::Anchor);
            }
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            if matches!(document.kind(node), Kind::Mapping | Kind::Sequence) {
                open.push(count);
            }
            while open.pop_if(|left| *left == 0).is_some() {
                signs.push(Sign::End);
            }
        }
    }
    signs
}

/// Documents as saphyr sees them; nothing where it refuses the text.
pub fn theirs(text: &str) -> Option<Vec<Sign>> {
    let mut signs = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.ok()?;
        let anchor = match event {
            Event::DocumentStart(_) => {
                signs.push(Sign::Document);
                0
            }
            Event::Alias(_) => {
                signs.push(Sign::Alias);
                0
            }
            Event::Scalar(text, style, anchor, _) => {
                signs.push(Sign::Scalar(text.into_owned(), style == ScalarStyle::Plain));
                anchor
            }
            Event::SequenceStart(anchor, _) => {
                signs.push(Sign::Sequence);
                anchor
            }
            Event::MappingStart(anchor, _) => {
                signs.push(Sign::Mapping);
                anchor
            }
            Event::SequenceEnd | Event::MappingEnd => {
                signs.push(Sign::End);
                0
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => 0,
        };
        if anchor != 0 {
            signs.push(Sign::Anchor);
        }
    }
    Some(signs)
}

/// The same without styles, which an emitter may choose.
pub fn without_styles(mut signs: Vec<Sign>) -> Vec<Sign> {
    for sign in &mut signs {
        if let Sign::Scalar(_, is_plain) = sign {
            *is_plain = false;
        }
    }
    signs
}

/// True for texts that go-yaml, which we follow, and YAML 1.2 mean to read in different ways (`docs/kpt-compatibility.md`):
/// the line breaks of YAML 1.1, marks within the text, directives; `?`, and `:` before the end of an entry, in brackets;
/// blocks of text that end without a line end, or at the root without indentation; names of anchors with other signs than letters, digits, `-` and `_`.
pub fn is_read_otherwise(text: &str) -> bool {
    let in_brackets = || text.contains('?') || [":,", ":]", ":}", ":[", ":{"].iter().any(|part| text.contains(part));
    text.contains(['\u{85}', '\u{2028}', '\u{2029}', '\u{feff}', '%'])
        || text.contains(['[', '{']) && in_brackets()
        || text.contains(['|', '>']) && (!text.ends_with('\n') || text.contains("\n#"))
        || text.split(['&', '*']).skip(1).any(is_odd_name)
}

fn is_odd_name(rest: &str) -> bool {
    let name = rest.split([' ', '\t', '\r', '\n', ',', '[', ']', '{', '}']).next().unwrap_or_default();
    name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
