//! One file to documents.

use std::path::Path;
use std::sync::Arc;

use porchlight_yaml::{
    Comments, Document, Kind, Scalar, SequenceIndent, Style, derive_sequence_indent, normalise_line_ends, parse_first,
    split_documents,
};

use rayon::prelude::*;

use crate::error::PackageError;

/// Key under which a top-level sequence travels as a mapping.
pub(crate) const BARE_SEQUENCE: &str = "bareSeqNodeWrappingKey";

/// From this number of documents on, a file is worth more than one thread.
const MANY_PARTS: usize = 16;

/// A document of a file.
#[derive(Debug)]
pub(crate) struct Part {
    /// Its root is a mapping.
    pub(crate) document: Document,
    /// How it indents sequences.
    pub(crate) indent: SequenceIndent,
    /// Line of the file that its line 1 is, from 1.
    pub(crate) first_line: u32,
}

/// The documents of a file that hold something. `file` is for messages.
///
/// # Errors
/// Content that is not UTF-8 or not YAML, a separator with text behind it, a repeated key, a top-level text.
pub(crate) fn documents(bytes: &[u8], file: &Path) -> Result<Vec<Part>, PackageError> {
    documents_of(&text(bytes, file)?.into(), file)
}

/// The text of a file.
///
/// # Errors
/// Bytes that are not UTF-8.
pub(super) fn text<'a>(bytes: &'a [u8], file: &Path) -> Result<&'a str, PackageError> {
    std::str::from_utf8(bytes)
        .map_err(|error| PackageError::NotUtf8 { path: file.to_owned(), offset: error.valid_up_to() })
}

/// As [`documents`]. A document that is all of the text shares it.
///
/// # Errors
/// As [`documents`], for what is text.
pub(super) fn documents_of(whole: &Arc<str>, file: &Path) -> Result<Vec<Part>, PackageError> {
    let text = normalise_line_ends(whole);
    let parts = split_documents(&text).map_err(|error| PackageError::Separator {
        path: file.to_owned(),
        line: error.line,
        text: error.text,
    })?;
    let mut first_line = 1;
    let mut counted = 0;
    let mut placed = Vec::with_capacity(parts.len());
    for part in parts {
        // Parts are slices of the text, in order.
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        first_line += count_lines(&text[counted..start]);
        counted = start;
        placed.push((part, first_line));
    }
    let parse_part = |(part, first_line): (&str, u32)| -> Result<Option<Part>, PackageError> {
        let source = if part.len() == whole.len() { Arc::clone(whole) } else { Arc::from(part) };
        let document = parse(source, file, first_line)?;
        Ok(document.map(|document| Part { document, indent: derive_sequence_indent(part), first_line }))
    };
    if placed.len() < MANY_PARTS {
        return placed.into_iter().filter_map(|part| parse_part(part).transpose()).collect();
    }
    // Results keep their order, so the first error of the file is the one that is told.
    let parsed: Vec<_> = placed.into_par_iter().map(parse_part).collect();
    parsed.into_iter().filter_map(Result::transpose).collect()
}

fn parse(part: Arc<str>, file: &Path, first_line: u32) -> Result<Option<Document>, PackageError> {
    let document = parse_first(part).map_err(|error| PackageError::Yaml {
        path: file.to_owned(),
        line: error.line + first_line - 1,
        column: error.column,
        message: error.message,
    })?;
    let Some((mut document, root)) = document.and_then(|document| document.root().map(|root| (document, root))) else {
        return Ok(None);
    };
    if let Some(duplicate) = document.duplicate_keys().first() {
        return Err(PackageError::DuplicateKey {
            path: file.to_owned(),
            key: document.text(duplicate.again).to_owned(),
            line: document.line(duplicate.again) + first_line - 1,
            first: document.line(duplicate.first) + first_line - 1,
        });
    }
    match document.kind(root) {
        Kind::Mapping => {}
        Kind::Sequence => {
            let key = document.new_scalar(BARE_SEQUENCE, Style::Plain);
            let wrapper = document.new_mapping();
            document.push_entry(wrapper, key, root);
            document.set_root(wrapper);
            *document.document_comments_mut() = Comments::default();
        }
        Kind::Scalar if matches!(document.resolve(root), Scalar::Null) => return Ok(None),
        Kind::Scalar | Kind::Alias => {
            return Err(PackageError::NotAnObject {
                path: file.to_owned(),
                line: document.line(root) + first_line - 1,
                found: "a text",
                text: document.text(root).to_owned(),
            });
        }
    }
    Ok(Some(document))
}

fn count_lines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}
