//! Which field of the resource as sent belongs to which field of the resource as returned.

use std::collections::HashMap;

use porchlight_yaml::{Document, Kind, NodeId};

/// Mappings up to this size are searched without an index.
const SMALL: usize = 8;

/// A field of the returned mapping and its counterpart.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldPair {
    /// Key and value as returned.
    pub(super) to: (NodeId, NodeId),
    /// Key and value as sent, if the field was there, with the field's position.
    pub(super) from: Option<Counterpart>,
}

/// Where a field was in the mapping as sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counterpart {
    pub(super) key: NodeId,
    pub(super) value: NodeId,
    pub(super) position: usize,
}

/// Finds counterparts; keeps its buffers between mappings.
#[derive(Default)]
pub(super) struct FieldPairer {
    sent: Vec<(NodeId, NodeId)>,
}

impl FieldPairer {
    /// Fills `pairs` with every field of `to` in its order. Neither node need be a mapping: anything else has
    /// no fields. Linear: fields mostly come back in the order they were sent, so the counterpart of the next
    /// one is tried first; where that fails in a large mapping, an index is made once.
    ///
    /// A key that stands twice is paired in turn as long as the order is kept, else with the first of that name.
    pub(super) fn pair(
        &mut self,
        (from, from_mapping): (&Document, NodeId),
        (to, to_mapping): (&Document, NodeId),
        pairs: &mut Vec<FieldPair>,
    ) {
        pairs.clear();
        self.sent.clear();
        self.sent.extend(from.entries(from_mapping));
        let mut index: Option<HashMap<&str, usize>> = None;
        let mut expected = 0;
        for field in to.entries(to_mapping) {
            let name = to.text(field.0);
            let is_here = |position: &usize| from.text(self.sent[*position].0) == name;
            let found = if expected < self.sent.len() && is_here(&expected) {
                Some(expected)
            } else if self.sent.len() <= SMALL {
                (0..self.sent.len()).find(is_here)
            } else {
                let index = index.get_or_insert_with(|| index_of(from, &self.sent));
                index.get(name).copied()
            };
            if let Some(position) = found {
                expected = position + 1;
            }
            let counterpart = |position: usize| {
                let (key, value) = self.sent[position];
                Counterpart { key, value, position }
            };
            pairs.push(FieldPair { to: field, from: found.map(counterpart) });
        }
    }
}

fn index_of<'a>(document: &'a Document, fields: &[(NodeId, NodeId)]) -> HashMap<&'a str, usize> {
    let mut index = HashMap::with_capacity(fields.len());
    for (position, (key, _)) in fields.iter().enumerate() {
        index.entry(document.text(*key)).or_insert(position);
    }
    index
}

/// Key and value of the first field called `name`; `None` also for anything but a mapping.
pub(super) fn field(document: &Document, node: NodeId, name: &str) -> Option<NodeId> {
    if document.kind(node) != Kind::Mapping {
        return None;
    }
    document.entries(node).find(|(key, _)| document.text(*key) == name).map(|(_, value)| value)
}
