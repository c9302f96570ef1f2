//! YAML text to documents.
//!
//! [`parse`] gives the tree that go-yaml v3 gives to kyaml, comments included. It works in two steps that run
//! hand in hand: the scanner turns bytes into tokens and finds the comments between them, the composer turns
//! tokens into nodes and decides which node a comment belongs to.

mod columns;
mod comments;
mod composer;
mod cursor;
mod direct;
mod places;
mod properties;
mod scalars;
mod scanner;
mod token;

use std::sync::Arc;

use crate::error::ParseError;
use crate::tree::Document;
use composer::Composer;
use cursor::Cursor;
pub(crate) use places::Place;
use scanner::Scanner;

/// In bytes: places are kept in 32 bits.
const MAX_LENGTH: usize = 1 << 30;

/// Reads every document of a YAML stream.
///
/// A text without content, or with comments only, holds no document. A document that is only `---` has an
/// empty plain scalar as its root.
///
/// # Errors
/// The first fault of the text.
pub fn parse(source: Arc<str>) -> Result<Vec<Document>, ParseError> {
    check_text(&source)?;
    if let Some(document) = direct::read(&source) {
        return Ok(vec![document]);
    }
    compose(source)
}

/// Reads the first document of a YAML stream and ignores the rest, as kyaml does with each part of a file
/// that was split at its separators.
///
/// # Errors
/// The first fault of the text up to the end of the document.
pub fn parse_first(source: Arc<str>) -> Result<Option<Document>, ParseError> {
    check_text(&source)?;
    if let Some(document) = direct::read(&source) {
        return Ok(Some(document));
    }
    let text = Arc::clone(&source);
    composer(&text, source).next_document()
}

/// [`parse`] without the short way for common documents, which must give the same.
#[doc(hidden)]
pub fn parse_fully(source: Arc<str>) -> Result<Vec<Document>, ParseError> {
    check_text(&source)?;
    compose(source)
}

/// [`parse_first`], with the place of every node, by [`NodeId::index`](crate::NodeId::index).
pub(crate) fn parse_with_places(source: Arc<str>) -> Result<Option<(Document, Vec<Place>)>, ParseError> {
    check_text(&source)?;
    let text = Arc::clone(&source);
    let mut composer = composer(&text, source);
    composer.record();
    let document = composer.next_document()?;
    let places = composer.into_places();
    Ok(document.zip(places).map(|(document, places)| {
        let places = places.finish(&text, &document);
        (document, places)
    }))
}

fn compose(source: Arc<str>) -> Result<Vec<Document>, ParseError> {
    let text = Arc::clone(&source);
    let mut composer = composer(&text, source);
    let mut documents = Vec::new();
    while let Some(document) = composer.next_document()? {
        documents.push(document);
    }
    Ok(documents)
}

fn composer(text: &str, source: Arc<str>) -> Composer<'_> {
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    Composer::new(Scanner::new(Cursor::new(text, start)), source)
}

/// Takes from the comment above the first node what an empty line separates from the rest: the comment of the
/// document.
fn split_document_head(head: &mut String) -> String {
    let bytes = head.as_bytes();
    for index in (1..bytes.len()).rev() {
        if bytes[index] != b'\n' {
            continue;
        }
        let end = if index == bytes.len() - 1 {
            index
        } else if bytes[index - 1] == b'\n' {
            index - 1
        } else {
            continue;
        };
        let rest = head.split_off(index + 1);
        head.truncate(end);
        return std::mem::replace(head, rest);
    }
    String::new()
}

/// Refuses a text that is too long, or holds a character that YAML forbids.
fn check_text(text: &str) -> Result<(), ParseError> {
    if text.len() > MAX_LENGTH {
        return Err(ParseError { line: 1, column: 1, message: "the text is longer than 1 GiB".to_owned() });
    }
    check_characters(text)
}

/// Refuses the characters that YAML forbids: controls other than tab and line breaks, and U+FFFE, U+FFFF.
fn check_characters(text: &str) -> Result<(), ParseError> {
    // Almost every text passes this first test, which the compiler turns into vector code.
    let suspicious = text.bytes().fold(false, |found, byte| {
        found
            | (byte < 0x20 && byte != b'\n' && byte != b'\t' && byte != b'\r')
            | (byte == 0x7F)
            | (byte == 0xC2)
            | (byte == 0xEF)
    });
    if !suspicious {
        return Ok(());
    }
    let forbidden = |character: char| match character {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{FFFE}' | '\u{FFFF}' => true,
        _ => character.is_control(),
    };
    let Some(position) = text.find(forbidden) else { return Ok(()) };
    let before = &text[..position];
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    let code = text[position..].chars().next().map_or(0, u32::from);
    Err(ParseError {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
        message: format!(
            "the control character U+{code:04X} is not allowed; remove it, or write it as an escape in double quotes"
        ),
    })
}
