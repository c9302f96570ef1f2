//! Answers: what became of a list, from a function to the host.

use std::sync::Arc;

use porchlight_yaml::Document;
use porchlight_yaml::packed::{Packed, Texts, unpack};

use super::MARK;
use super::frame::Damaged;
use super::number::{Reader, push, push_bytes};
use super::results::{self, Results};
use crate::{Finding, ResourceList};

/// What a function answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The items of the list; none where the function failed.
    pub entries: Vec<Entry>,
    /// What it found.
    pub results: Results,
}

/// An item of an answer.
#[derive(Clone, Debug)]
pub enum Entry {
    /// The item that was sent at this position, unchanged.
    Kept(usize),
    /// An item that was changed or made.
    Whole(Box<Document>),
}

/// Room for the text of a node, a node and a result, in bytes, ample for most: what grows is copied, and what is not used is
/// not touched.
const TEXT: usize = 64;
const NODE: usize = 6;
const RESULT: usize = 1 << 10;

/// The answer of a function that passed.
pub(crate) fn answer(list: &ResourceList) -> Vec<u8> {
    let whole = list.items.iter().filter(|item| item.given_position().is_none());
    let nodes: usize = whole.map(|item| item.document().node_count()).sum();
    let mut packed = Packed { texts: String::with_capacity(nodes * TEXT), ..Packed::default() };
    let mut entries = Vec::with_capacity(list.items.len() * 2 + nodes * NODE);
    for item in &list.items {
        if let Some(position) = item.given_position() {
            push(&mut entries, position + 1);
            continue;
        }
        let texts = packed.texts.len();
        packed.nodes.clear();
        packed.push(item.document(), item.root(), 0, None);
        push(&mut entries, 0);
        push(&mut entries, packed.texts.len() - texts);
        push_bytes(&mut entries, &packed.nodes);
    }
    finish(&packed.texts, list.items.len(), &entries, &list.results)
}

/// The answer of a function that failed: its results.
pub(crate) fn failure(results: &[Finding]) -> Vec<u8> {
    finish("", 0, &[], results)
}

fn finish(texts: &str, count: usize, entries: &[u8], results: &[Finding]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(texts.len() + entries.len() + results.len() * RESULT + 64);
    bytes.extend_from_slice(&MARK);
    push_bytes(&mut bytes, texts.as_bytes());
    push(&mut bytes, count);
    bytes.extend_from_slice(entries);
    results::write(&mut bytes, results);
    bytes
}

impl Answer {
    /// Reads an answer.
    ///
    /// # Errors
    /// Bytes that are none.
    pub fn read(bytes: &[u8]) -> Result<Self, Damaged> {
        if !bytes.starts_with(&MARK) {
            return Err(Damaged);
        }
        let mut reader = Reader::at(bytes, MARK.len());
        let source: Arc<str> = Arc::from(reader.text()?);
        let mut text = 0;
        let count = reader.number()?;
        // An entry takes a byte or more.
        let mut entries = Vec::with_capacity(count.min(bytes.len()));
        for _ in 0..count {
            if let Some(position) = reader.number()?.checked_sub(1) {
                entries.push(Entry::Kept(position));
                continue;
            }
            let texts = Texts { source: Arc::clone(&source), start: text };
            text = text.checked_add(reader.number()?).ok_or(Damaged)?;
            let document = unpack(reader.bytes()?, &texts, 0, &[]).map_err(|_| Damaged)?;
            entries.push(Entry::Whole(Box::new(document)));
        }
        let results = Results::read(&mut reader)?;
        if reader.is_at_end() { Ok(Self { entries, results }) } else { Err(Damaged) }
    }
}
