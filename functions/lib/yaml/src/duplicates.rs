//! Keys that occur twice in one mapping.

use crate::order::Arrange;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use crate::tree::{Document, Kind, NodeId};

/// Up to this many keys are compared with each other; more are hashed.
const FEW_KEYS: usize = 12;

/// A key that its mapping had already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The first occurrence.
    pub first: NodeId,
    /// The occurrence that repeats it; its place is what to report.
    pub again: NodeId,
}

impl Document {
    /// Every key that repeats one of the same mapping, in the order of the document. [`parse`](crate::parse)
    /// keeps them, as kpt does; callers that refuse them ask here. Takes time linear in the document.
    ///
    /// Scalar keys are equal when their texts and the tags of their values are (`1` and `"1"` are two keys);
    /// other keys are not compared. Merge keys may repeat.
    #[must_use]
    pub fn duplicate_keys(&self) -> Vec<DuplicateKey> {
        let mut found = Vec::new();
        let mut work: Vec<NodeId> = self.root().into_iter().collect();
        while let Some(node) = work.pop() {
            self.duplicates_of(node, &mut found);
            work.extend(self.children(node).filter(|child| self.first_child(*child).is_some()));
        }
        found.arrange_by_key(|duplicate| (self.line(duplicate.again), self.column(duplicate.again)));
        found
    }

    /// True where two scalar keys have the same text; the quick answer for nearly every mapping is no.
    fn repeats_a_text(&self, mapping: NodeId) -> bool {
        let texts = || self.entries(mapping).map(|(key, _)| key).filter(|key| self.kind(*key) == Kind::Scalar);
        let count = texts().count();
        if count > FEW_KEYS {
            let mut seen = HashSet::with_capacity(count);
            return texts().any(|key| !seen.insert(self.text(key)));
        }
        texts().enumerate().any(|(index, key)| texts().take(index).any(|other| self.text(other) == self.text(key)))
    }

    fn duplicates_of(&self, mapping: NodeId, found: &mut Vec<DuplicateKey>) {
        if !self.repeats_a_text(mapping) {
            return;
        }
        let keys = self.entries(mapping).map(|(key, _)| key).filter(|key| self.kind(*key) == Kind::Scalar);
        let mut seen: HashMap<(&str, &str), NodeId> = HashMap::new();
        for key in keys {
            let tag = match self.tag(key) {
                "" => self.resolve(key).tag(),
                tag => tag,
            };
            if tag == "!!merge" {
                continue;
            }
            match seen.entry((self.text(key), tag)) {
                Entry::Occupied(first) => found.push(DuplicateKey { first: *first.get(), again: key }),
                Entry::Vacant(place) => {
                    place.insert(key);
                }
            }
        }
    }
}
