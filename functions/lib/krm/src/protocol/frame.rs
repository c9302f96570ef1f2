//! A request as a function holds it: all bytes in one place, and the resources that are still in there.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use porchlight_yaml::Document;
use porchlight_yaml::packed::{Texts, unpack};

use super::heading::{self, Found, Section};
use super::number::Reader;
use super::word::Word;

/// Bytes that are no request or answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

impl fmt::Display for Damaged {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the bytes between host and function are damaged")
    }
}

impl std::error::Error for Damaged {}

/// A request that was read.
pub(crate) struct Frame {
    texts: Arc<str>,
    bytes: Vec<u8>,
    marks: Vec<String>,
    /// The config, if there is one, then the items.
    places: Vec<Place>,
    has_config: bool,
    /// A resource could not be unpacked.
    damaged: AtomicBool,
}

/// Where a resource is in the bytes and texts of its frame.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// The numbers of its marks; 0 for the config, which has none.
    numbers: usize,
    line: u32,
    texts: (usize, usize),
    /// What is in the heading behind the identity; nothing where there is no heading.
    sections: (usize, usize),
    nodes: (usize, usize),
    identity: [(u32, u32); 4],
}

impl Frame {
    /// Reads a request: its texts, and the bytes behind them from `start` on.
    pub(super) fn read(texts: Arc<str>, bytes: Vec<u8>, start: usize) -> Result<Self, Damaged> {
        let mut reader = Reader::at(&bytes, start);
        let mut text = 0;
        let mut marks = Vec::new();
        for _ in 0..reader.number()? {
            marks.push(reader.text()?.to_owned());
        }
        let has_config = reader.number()? == 1;
        let mut places = Vec::new();
        if has_config {
            places.push(Place::read(&bytes, &mut reader, &mut text, 0)?);
        }
        let count = reader.number()?;
        // An item takes four bytes or more.
        places.reserve(count.min(bytes.len() / 4));
        for _ in 0..count {
            let numbers = reader.position;
            for _ in &marks {
                reader.number()?;
            }
            places.push(Place::read(&bytes, &mut reader, &mut text, numbers)?);
        }
        if !reader.is_at_end() || text != texts.len() {
            return Err(Damaged);
        }
        Ok(Self { texts, bytes, marks, places, has_config, damaged: AtomicBool::new(false) })
    }

    pub(super) fn has_config(&self) -> bool {
        self.has_config
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// True where a resource could not be unpacked.
    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    fn unpack(&self, place: &Place) -> Result<Document, Damaged> {
        let mut reader = Reader::at(&self.bytes, place.numbers);
        let mut values = Vec::new();
        if place.numbers > 0 {
            for _ in &self.marks {
                values.push(reader.number()?.to_string());
            }
        }
        let marks: Vec<(&str, &str)> =
            self.marks.iter().zip(&values).map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let texts = Texts { source: Arc::clone(&self.texts), start: place.texts.0 };
        unpack(&self.bytes[place.nodes.0..place.nodes.1], &texts, place.line, &marks).map_err(|_| Damaged)
    }
}

impl Place {
    fn read(bytes: &[u8], reader: &mut Reader<'_>, text: &mut usize, numbers: usize) -> Result<Self, Damaged> {
        let line = reader.short()?;
        let end = text.checked_add(reader.number()?).ok_or(Damaged)?;
        let texts = (std::mem::replace(text, end), end);
        let mut range = || reader.bytes().map(|bytes| (reader.position - bytes.len(), reader.position));
        let (mut sections, nodes) = (range()?, range()?);
        let mut identity = [(0, 0); 4];
        if sections.0 < sections.1 {
            let length;
            (identity, length) = heading::identity(&bytes[sections.0..sections.1])?;
            sections.0 += length;
        }
        Ok(Self { numbers, line, texts, sections, nodes, identity })
    }
}

/// A resource of a frame, as it was given.
#[derive(Clone)]
pub(crate) struct Given {
    frame: Arc<Frame>,
    index: u32,
}

impl fmt::Debug for Given {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Given").field(&self.index).finish()
    }
}

/// The fields of an identity, by their place in the heading.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Identity {
    ApiVersion,
    Kind,
    Name,
    Namespace,
}

impl Given {
    pub(super) fn new(frame: Arc<Frame>, index: u32) -> Self {
        Self { frame, index }
    }

    fn place(&self) -> &Place {
        &self.frame.places[self.index as usize]
    }

    /// Its position among the items of the list; none for the config.
    pub(crate) fn position(&self) -> Option<usize> {
        (self.index as usize).checked_sub(usize::from(self.frame.has_config))
    }

    /// The document. Damaged bytes give an object without fields, and the whole run fails.
    pub(crate) fn document(&self) -> Document {
        self.frame.unpack(self.place()).unwrap_or_else(|Damaged| {
            self.frame.damaged.store(true, Ordering::Relaxed);
            let mut document = Document::default();
            let root = document.new_mapping();
            document.set_root(root);
            document
        })
    }

    /// A part of the identity, where the heading has it.
    pub(crate) fn identity(&self, field: Identity) -> Option<&str> {
        let place = self.place();
        if place.sections.0 == place.sections.1 {
            return None;
        }
        let (start, length) = place.identity[field as usize];
        let start = place.texts.0 + start as usize;
        self.frame.texts.get(start..start + length as usize)
    }

    /// Some annotations, where the heading knows about all of them.
    pub(crate) fn annotations<const N: usize>(&self, keys: [&str; N]) -> Option<[Option<&str>; N]> {
        let place = self.place();
        if place.sections.0 == place.sections.1 || self.frame.marks.iter().any(|mark| keys.contains(&mark.as_str())) {
            return None;
        }
        let texts = self.frame.texts.get(place.texts.0..place.texts.1)?;
        heading::annotations(&self.frame.bytes[place.sections.0..place.sections.1], texts, keys).ok()
    }

    /// An annotation or label, where the heading knows about it.
    pub(crate) fn value(&self, section: Section, key: &str) -> Option<Found<'_>> {
        let place = self.place();
        if place.sections.0 == place.sections.1
            || section == Section::Annotations && self.frame.marks.iter().any(|mark| mark == key)
        {
            return None;
        }
        let texts = self.frame.texts.get(place.texts.0..place.texts.1)?;
        heading::value(&self.frame.bytes[place.sections.0..place.sections.1], texts, section, key).ok()
    }

    /// False where `text` certainly is in none of its keys and values.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        let word: Word<'_> = Word::new(text);
        self.any_text(|text| word.is_in(text.as_bytes()))
    }

    /// As [`Given::mentions`], with letters in any case.
    pub(crate) fn mentions_in_any_case(&self, text: &str) -> bool {
        let word: Word<'_, true> = Word::new(text);
        // Outside of ASCII there are letters whose other case is in ASCII.
        self.any_text(|text| !text.is_ascii() || word.is_in(text.as_bytes()))
    }

    /// Whether something is true of its texts, all as one, or of the keys of its marks.
    fn any_text(&self, is_true: impl Fn(&str) -> bool) -> bool {
        let place = self.place();
        let texts = self.frame.texts.get(place.texts.0..place.texts.1);
        texts.is_none_or(&is_true) || self.frame.marks.iter().any(|mark| is_true(mark))
    }
}
