//! What the scanner hands to the composer.

use crate::tree::{Style, Text};

/// A place in the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Byte offset. Signed, because the search for foot comments starts one byte before the scan.
    pub(crate) index: i32,
    /// From 0.
    pub(crate) line: u32,
    /// In bytes from the start of the line, from 0. Block structure only ever starts after ASCII, so bytes
    /// and characters agree wherever columns are compared.
    pub(crate) column: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    StreamStart,
    StreamEnd,
    /// `%YAML 1.1`; the text is the version.
    VersionDirective,
    /// `%TAG handle prefix`; the text is handle, NUL, prefix.
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    /// The text is handle, NUL, suffix.
    Tag,
    Scalar,
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Of a scalar.
    pub(crate) style: Style,
    pub(crate) start: Mark,
    pub(crate) end: Mark,
    pub(crate) text: Text,
}

impl Token {
    pub(crate) fn bare(kind: TokenKind, start: Mark, end: Mark) -> Self {
        Self { kind, style: Style::Plain, start, end, text: Text::EMPTY }
    }
}

/// A comment between two tokens, before it is known which node it belongs to.
#[derive(Debug)]
pub(crate) struct Comment {
    /// Where the search for the next token began that came upon the comment.
    pub(crate) scan: Mark,
    /// The comment is handed out with the first token at or behind this place.
    pub(crate) due: Mark,
    /// The `#`. The column counts from 1 for head and foot comments, from 0 for line comments.
    pub(crate) start: Mark,
    pub(crate) end: Mark,
    pub(crate) place: Place,
    pub(crate) text: String,
}

/// Where a comment stands with respect to the node it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Head,
    Line,
    Foot,
}
