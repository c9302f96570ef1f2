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
        let entries: Vec<_> = map
            .into_iter()
            .flat_map(|map| document.entries(map))
            .take_while(|(key, _)| gap.is_none_or(|gap| gap.first != Some(*key)))
            .filter(|(key, value)| document.kind(*key) == Kind::Scalar && value::text(document, *value).is_some())
            .collect();
        push(&mut bytes, entries.len());
        for (key, value) in entries {
            for node in [key, value] {
                push(&mut bytes, starts[node.index()]);
                push(&mut bytes, document.text(node).len());
            }
        }
    }
    bytes
}

/// The identity in a heading.
pub(super) fn identity(heading: &[u8]) -> Result<[Range; 4], Damaged> {
    let mut reader = Reader::at(heading, 0);
    let mut identity = [(0, 0); 4];
    for range in &mut identity {
        *range = (reader.short()?, reader.short()?);
    }
    Ok(identity)
}

/// The value that a heading has for a key; `texts` are those of the resource.
pub(super) fn value<'a>(
    heading: &[u8],
    texts: &'a str,
    section: Section,
    key: &str,
) -> Result<Option<&'a str>, Damaged> {
    let mut reader = Reader::at(heading, 0);
    for _ in 0..IDENTITY.len() * 2 {
        reader.number()?;
    }
    let text = |reader: &mut Reader<'_>| {
        let start = reader.number()?;
        let end = start.checked_add(reader.number()?).ok_or(Damaged)?;
        Ok((start, end))
    };
    for here in [Section::Annotations, Section::Labels] {
        for _ in 0..reader.number()? {
            let (name, found) = (text(&mut reader)?, text(&mut reader)?);
            // Most keys differ in length already.
            if here == section && name.1 - name.0 == key.len() && texts.get(name.0..name.1) == Some(key) {
                return texts.get(found.0..found.1).map(Some).ok_or(Damaged);
            }
        }
        if here == section {
            break;
        }
    }
    Ok(None)
}
