//! Putting wanted fields into an object, leaving all others alone.

use std::collections::HashMap;

use porchlight_yaml::order::Arrange;
use porchlight_yaml::{Document, Kind, NodeId};

use super::fields::{item_name, named_items};
use crate::{Resource, value};

/// Makes the fields of `wanted` those of `object`; `true` where that changed something. New fields and items
/// stand where the wanted object has them, behind their neighbour.
pub(super) fn into(object: &mut Resource, wanted: &Resource) -> bool {
    let root = object.root();
    let mut changed = false;
    let mut work = vec![(root, wanted.root())];
    let (document, source) = (object.document_mut(), wanted.document());
    while let Some((existing, desired)) = work.pop() {
        let pairs = match (document.kind(existing), source.kind(desired)) {
            (Kind::Mapping, Kind::Mapping) => entries(document, existing, source, desired),
            (Kind::Sequence, Kind::Sequence) => items(document, existing, source, desired),
            _ => None,
        };
        match pairs {
            Some(merged) => {
                changed |= merged.changed;
                work.extend(merged.pairs);
            }
            None => changed |= replace(document, existing, source, desired),
        }
    }
    changed
}

/// Children that are in both, and whether others were added.
struct Merged {
    pairs: Vec<(NodeId, NodeId)>,
    changed: bool,
}

fn replace(document: &mut Document, existing: NodeId, source: &Document, desired: NodeId) -> bool {
    let meant = document.alias_target(existing).unwrap_or(existing);
    if value::same(document, meant, source, desired) {
        return false;
    }
    let new = document.import(source, desired);
    value::assign(document, existing, new)
}

fn entries(document: &mut Document, existing: NodeId, source: &Document, desired: NodeId) -> Option<Merged> {
    let own: Vec<[NodeId; 2]> = document.entries(existing).map(|(key, value)| [key, value]).collect();
    let by_key: HashMap<String, usize> =
        own.iter().enumerate().rev().map(|(index, [key, _])| (document.text(*key).to_owned(), index)).collect();
    let mut weave = Weave::new(own.len());
    if document.parent(existing).is_none() {
        // apiVersion and kind are not among the wanted fields, and stay in front.
        weave.gap = own.len();
    }
    let mut pairs = Vec::new();
    for (key, value) in source.entries(desired) {
        match by_key.get(source.text(key)) {
            Some(index) => {
                weave.pass(*index);
                pairs.push((own[*index][1], value));
            }
            None => weave.insert([document.import(source, key), document.import(source, value)]),
        }
    }
    let changed = weave.apply(document, existing, own);
    Some(Merged { pairs, changed })
}

/// `None` where the list is one value.
fn items(document: &mut Document, existing: NodeId, source: &Document, desired: NodeId) -> Option<Merged> {
    let wanted = named_items(source, desired)?;
    if wanted.is_empty() && named_items(document, existing).is_none() {
        return None;
    }
    let mut own: Vec<[NodeId; 1]> = document.children(existing).map(|item| [item]).collect();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    for (index, [item]) in own.iter().enumerate() {
        let repeated = item_name(document, *item).and_then(|name| by_name.insert(name.to_owned(), index));
        if repeated.is_some() {
            return None;
        }
    }
    // Items of ours take our order; those of others keep their positions.
    let matched: Vec<usize> = wanted.iter().filter_map(|(name, _)| by_name.get(*name).copied()).collect();
    let mut slots = matched.clone();
    slots.arrange();
    let reordered = slots != matched;
    let ordered: Vec<[NodeId; 1]> = matched.iter().map(|index| own[*index]).collect();
    for (slot, item) in slots.iter().zip(ordered) {
        own[*slot] = item;
    }
    let mut weave = Weave::new(own.len());
    let mut pairs = Vec::new();
    let mut free = slots.iter();
    for (name, item) in wanted {
        let slot = by_name.contains_key(name).then(|| free.next()).flatten();
        match slot {
            Some(slot) => {
                weave.pass(*slot);
                pairs.push((own[*slot][0], item));
            }
            None => weave.insert([document.import(source, item)]),
        }
    }
    if reordered && weave.is_empty() {
        let children: Vec<NodeId> = own.iter().flatten().copied().collect();
        document.set_children(existing, &children);
    }
    let added = weave.apply(document, existing, own);
    Some(Merged { pairs, changed: added || reordered })
}

/// New children between those that are there: each behind the one that comes before it in the wanted order.
struct Weave<const N: usize> {
    gaps: Vec<Vec<[NodeId; N]>>,
    gap: usize,
    count: usize,
}

impl<const N: usize> Weave<N> {
    fn new(children: usize) -> Self {
        Self { gaps: vec![Vec::new(); children + 1], gap: 0, count: 0 }
    }

    fn pass(&mut self, index: usize) {
        self.gap = index + 1;
    }

    fn insert(&mut self, child: [NodeId; N]) {
        self.gaps[self.gap].push(child);
        self.count += 1;
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn apply(self, document: &mut Document, parent: NodeId, own: Vec<[NodeId; N]>) -> bool {
        if self.is_empty() {
            return false;
        }
        let mut children = Vec::with_capacity((own.len() + self.count) * N);
        let mut gaps = self.gaps.into_iter();
        children.extend(gaps.next().into_iter().flatten().flatten());
        for (child, gap) in own.into_iter().zip(gaps) {
            children.extend(child);
            children.extend(gap.into_iter().flatten());
        }
        document.set_children(parent, &children);
        true
    }
}
