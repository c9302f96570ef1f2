//! The heading of a resource: identity, annotations and labels, as places in its texts.

use porchlight_yaml::packed::Gap;
use porchlight_yaml::{Document, Kind, NodeId};

use super::frame::Damaged;
use super::number::{Reader, push};
use crate::value;

/// Fields of the identity in the order of the heading, each where it is looked for.
const IDENTITY: [(&str, &str); 4] = [("", "apiVersion"), ("", "kind"), ("metadata", "name"), ("metadata", "namespace")];

/// Which of the two lists of a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Annotations,
    Labels,
}

/// A range of the texts of a resource.
type Range = (u32, u32);

/// The same in bytes from the start of them.
type Place = std::ops::Range<usize>;

/// Writes a heading. `starts` says where the text of each node starts.
pub(super) fn write(document: &Document, root: NodeId, starts: &[usize], gap: Option<Gap>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    let metadata = document.get(root, "metadata");
    let range = |bytes: &mut Vec<u8>, node: Option<NodeId>| {
        let text = node.and_then(|node| Some((node, value::text(document, node)?)));
        let (start, length) = text.map_or((0, 0), |(node, text)| (starts[node.index()], text.len()));
        push(bytes, start);
        push(bytes, length);
    };
    for (holder, field) in IDENTITY {
        let holder = if holder.is_empty() { Some(root) } else { metadata };
        range(&mut bytes, holder.and_then(|holder| document.get(holder, field)));
    }
    for section in ["annotations", "labels"] {
        let map = metadata.and_then(|metadata| document.get(metadata, section));
        let all = map.into_iter().flat_map(|map| document.entries(map));
        let own = all.take_while(|(key, _)| gap.is_none_or(|gap| gap.first != Some(*key)));
        let has_text = |(key, value): &(NodeId, NodeId)| {
            document.kind(*key) == Kind::Scalar && value::text(document, *value).is_some()
        };
        let (entries, others): (Vec<_>, Vec<_>) = own.partition(has_text);
        let is_untagged = |node: &NodeId| document.tag(*node).is_empty();
        let is_whole = map.is_none_or(|map| document.kind(map) == Kind::Mapping)
            && others.is_empty()
            && entries.iter().all(|(key, value)| is_untagged(key) && is_untagged(value));
        push(&mut bytes, entries.len() << 1 | usize::from(is_whole));
        // Texts mostly follow each other.
        let mut end = 0;
        for node in entries.into_iter().flat_map(<[NodeId; 2]>::from) {
            push(&mut bytes, starts[node.index()] - end);
            push(&mut bytes, document.text(node).len());
            end = starts[node.index()] + document.text(node).len();
        }
    }
    bytes
}

/// True where fields of the metadata may be there without being written.
pub(super) fn has_merges(document: &Document, root: NodeId) -> bool {
    let metadata = document.get(root, "metadata");
    let sections =
        ["annotations", "labels"].map(|section| metadata.and_then(|metadata| document.get(metadata, section)));
    [Some(root), metadata].into_iter().chain(sections).flatten().any(|map| document.get(map, "<<").is_some())
}

/// The identity in a heading, and where its sections start.
pub(super) fn identity(heading: &[u8]) -> Result<([Range; 4], usize), Damaged> {
    let mut reader = Reader::at(heading, 0);
    let mut identity = [(0, 0); 4];
    for range in &mut identity {
        *range = (reader.short()?, reader.short()?);
    }
    Ok((identity, reader.position))
}

/// What a section has for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found<'a> {
    /// The value, where there is one that is text.
    pub(crate) text: Option<&'a str>,
    /// Whether the section has nothing but texts without tags.
    pub(crate) is_whole: bool,
}

/// The values that the annotations of a heading have for some keys; `texts` are those of the resource.
pub(super) fn annotations<'a, const N: usize>(
    sections: &[u8],
    texts: &'a str,
    keys: [&str; N],
) -> Result<[Option<&'a str>; N], Damaged> {
    let lengths = keys.iter().fold(0, |lengths, key| lengths | bit(key.len()));
    let mut reader = Reader::at(sections, 0);
    let count = reader.number()?;
    let mut values = [None; N];
    let mut end = 0;
    for _ in 0..count >> 1 {
        let (name, found) = entry(&mut reader, &mut end)?;
        if lengths & bit(name.len()) == 0 {
            continue;
        }
        let name = texts.as_bytes().get(name);
        if let Some(place) = keys.iter().position(|key| Some(key.as_bytes()) == name)
            && values[place].is_none()
        {
            values[place] = Some(texts.get(found).ok_or(Damaged)?);
        }
    }
    Ok(values)
}

/// A bit for a length, and for others that differ from it by 64.
fn bit(length: usize) -> u64 {
    1 << (length % 64)
}

/// Where a key and its value are. Sums need no check, as what is outside of the texts is no text.
#[inline(always)]
fn entry(reader: &mut Reader<'_>, end: &mut usize) -> Result<(Place, Place), Damaged> {
    // Between texts, and of them: the key, the value.
    let [gap, name, next, found] = reader.four()?;
    let start = end.wrapping_add(gap);
    let name = start..start.wrapping_add(name);
    let start = name.end.wrapping_add(next);
    *end = start.wrapping_add(found);
    Ok((name, start..*end))
}

/// The value that the sections of a heading have for a key; `texts` are those of the resource.
pub(super) fn value<'a>(sections: &[u8], texts: &'a str, section: Section, key: &str) -> Result<Found<'a>, Damaged> {
    let mut reader = Reader::at(sections, 0);
    let mut count = reader.number()?;
    if section == Section::Labels {
        for _ in 0..count >> 1 {
            reader.four()?;
        }
        count = reader.number()?;
    }
    let is_whole = count & 1 == 1;
    let mut end: usize = 0;
    for _ in 0..count >> 1 {
        let (name, found) = entry(&mut reader, &mut end)?;
        // Most keys differ in length already.
        if name.len() == key.len() && texts.as_bytes().get(name) == Some(key.as_bytes()) {
            let text = texts.get(found).ok_or(Damaged)?;
            return Ok(Found { text: Some(text), is_whole });
        }
    }
    Ok(Found { text: None, is_whole })
}
