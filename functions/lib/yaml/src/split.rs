//! Splitting a file into documents before any of them is parsed, as kyaml's `ByteReader` does it
//! (kpt-render §2.5).

use std::fmt;

/// A line that starts with `---` and holds more than a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeparatorError {
    /// Line of the separator, from 1.
    pub line: u32,
    /// The line, without blanks around it.
    pub text: String,
}

impl fmt::Display for SeparatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: invalid document separator: {}", self.line, self.text)
    }
}

impl std::error::Error for SeparatorError {}

/// The parts of a file between lines that start with `---`.
///
/// `text` must have `\n` as line ends ([`normalise_line_ends`]). A separator on the first line belongs to the
/// first part; a comment on a separator's line belongs to none. Parts without content are kept; each part holds
/// at most one document as far as kyaml is concerned ([`parse_first`](crate::parse_first)).
///
/// # Errors
/// A separator that is followed by anything but a comment.
pub fn split_documents(text: &str) -> Result<Vec<&str>, SeparatorError> {
    let mut parts = Vec::new();
    if text.is_empty() {
        return Ok(parts);
    }
    let mut part = 0;
    let mut search = 0;
    while let Some(found) = text[search..].find("\n---") {
        let separator = search + found + 1;
        // Without a line end it is no separator.
        let Some(length) = text[separator..].find('\n') else { break };
        let rest = text[separator + 3..separator + length].trim();
        if !rest.is_empty() && !rest.starts_with('#') {
            let line = text[..separator].bytes().filter(|byte| *byte == b'\n').count() + 1;
            return Err(SeparatorError {
                line: u32::try_from(line).unwrap_or(u32::MAX),
                text: text[separator..separator + length].trim().to_owned(),
            });
        }
        parts.push(&text[part..separator]);
        part = separator + length + 1;
        // The line end of one separator is not the line start of the next: the match consumed it.
        search = part;
    }
    parts.push(&text[part..]);
    Ok(parts)
}

/// `\r\n` to `\n`, the first thing kyaml does to a file.
#[must_use]
pub fn normalise_line_ends(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains("\r\n") { text.replace("\r\n", "\n").into() } else { text.into() }
}
