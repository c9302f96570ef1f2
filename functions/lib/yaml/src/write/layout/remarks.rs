//! Comments in the places where everybody puts them.

use crate::tree::{Comments, Document, NodeId};

/// What is said about a node: lines above it, words behind it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Remarks {
    /// Lines directly above.
    pub(super) lines: u32,
    /// There is a comment behind it, on its line.
    pub(super) is_behind: bool,
}

impl Remarks {
    /// The comments of a node; `None` where it has others, or anything else beside its text.
    pub(super) fn of(document: &Document, node: NodeId) -> Option<Self> {
        if document.is_bare(node) {
            return Some(Self::default());
        }
        if !document.tag(node).is_empty() || !document.anchor(node).is_empty() {
            return None;
        }
        document.comments(node).map_or(Some(Self::default()), Self::read)
    }

    fn read(comments: &Comments) -> Option<Self> {
        let lines = if comments.head.is_empty() { 0 } else { comments.head.split('\n').count() };
        let is_usual = comments.foot.is_empty()
            && (lines == 0 || comments.head.split('\n').all(is_comment))
            && (comments.line.is_empty() || is_comment(&comments.line));
        let lines = u32::try_from(lines).ok()?;
        is_usual.then_some(Self { lines, is_behind: !comments.line.is_empty() })
    }

    /// The lines above, where there is nothing behind.
    pub(super) fn above(self) -> Option<u32> {
        (!self.is_behind).then_some(self.lines)
    }
}

/// True for a comment of one line.
fn is_comment(text: &str) -> bool {
    text.starts_with('#') && !text.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
}
