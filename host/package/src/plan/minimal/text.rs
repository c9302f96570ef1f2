//! The text of a file and the documents in it.

use porchlight_yaml::{Document, Edit, Kind, Scalar, apply_edits, parse_first, split_documents};
use std::sync::Arc;

const SEPARATOR: &str = "---\n";
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// A file, cut at its separators. Line ends are `\n`.
pub(super) struct FileText<'t> {
    text: &'t str,
    parts: Vec<Part>,
}

struct Part {
    start: usize,
    end: usize,
    /// What it holds, if it holds a resource.
    document: Option<Document>,
}

/// Documents that are no longer wanted.
pub(super) struct Removal {
    /// Numbers of their parts, in order.
    pub(super) parts: Vec<usize>,
}

impl<'t> FileText<'t> {
    /// `None` where the text is not what it was when it was read as resources.
    pub(super) fn read(text: &'t str) -> Option<Self> {
        let mut parts = Vec::new();
        for part in split_documents(text).ok()? {
            // Parts are slices of the text.
            let start = part.as_ptr() as usize - text.as_ptr() as usize;
            let is_resource = |document: &Document| {
                document.root().is_some_and(|root| {
                    document.kind(root) != Kind::Scalar || !matches!(document.resolve(root), Scalar::Null)
                })
            };
            let document = parse_first(Arc::from(part)).ok()?.filter(is_resource);
            parts.push(Part { start, end: start + part.len(), document });
        }
        Some(Self { text, parts })
    }

    /// The resources, each with the number of its part.
    pub(super) fn documents(&self) -> impl Iterator<Item = (usize, &Document)> {
        self.parts.iter().enumerate().filter_map(|(part, found)| Some((part, found.document.as_ref()?)))
    }

    pub(super) fn start(&self, part: usize) -> usize {
        self.parts[part].start
    }

    /// A part with edits made in it, as it can stand between two separators.
    pub(super) fn body(&self, part: usize, edits: &[Edit]) -> String {
        let Part { start, end, .. } = self.parts[part];
        let mut body = apply_edits(&self.text[start..end], edits);
        if body.starts_with(BYTE_ORDER_MARK) {
            body.remove(0);
        }
        if body.starts_with("---") {
            let line_end = body.find('\n').map_or(body.len(), |line_end| line_end + 1);
            body.drain(..line_end);
        }
        if !body.ends_with('\n') {
            body.push('\n');
        }
        body
    }

    /// `document` and a separator behind a part.
    pub(super) fn insertion_behind(&self, part: usize, document: &str) -> Edit {
        let place = self.parts[part].end;
        let line_end = if self.text[..place].ends_with('\n') { "" } else { "\n" };
        Edit { start: place, end: place, text: format!("{line_end}{SEPARATOR}{document}") }
    }

    /// `documents`, each with a separator behind it, in front of a part.
    pub(super) fn insertion_in_front(&self, part: usize, documents: &str) -> Edit {
        let mut place = self.parts[part].start;
        if self.text[place..].starts_with(BYTE_ORDER_MARK) {
            place += BYTE_ORDER_MARK.len_utf8();
        }
        let has_separator = self.text[place..].starts_with("---");
        let text = if has_separator { documents.strip_suffix(SEPARATOR).unwrap_or(documents) } else { documents };
        Edit { start: place, end: place, text: text.to_owned() }
    }

    /// Takes parts out, each with the separator in front of it; those in front of all others with the one behind.
    pub(super) fn removals(&self, removal: &Removal) -> Vec<Edit> {
        let is_removed = |part: &usize| removal.parts.binary_search(part).is_ok();
        let first_kept = (0..self.parts.len()).find(|part| !is_removed(part)).unwrap_or(self.parts.len());
        let mut edits = Vec::new();
        if first_kept > 0 {
            let end = self.parts.get(first_kept).map_or(self.text.len(), |part| part.start);
            let start = if self.text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
            edits.push(Edit { start, end, text: String::new() });
        }
        for part in removal.parts.iter().filter(|part| **part > first_kept) {
            let (start, end) = (self.parts[*part - 1].end, self.parts[*part].end);
            edits.push(Edit { start, end, text: String::new() });
        }
        edits
    }
}
