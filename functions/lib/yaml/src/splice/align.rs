//! Which child of the old collection became which child of the new one.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::values::{Key, key_of};
use crate::tree::{Document, Kind, NodeId};

/// Fields that tell the items of a list apart, where every item has one of its own. Kubernetes merges its lists by
/// most of them.
const IDENTITIES: [&str; 10] =
    ["name", "key", "containerPort", "mountPath", "devicePath", "ip", "uid", "topologyKey", "port", "type"];

/// What becomes of a child. Positions count entries of a mapping, items of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It stays, perhaps with changes inside.
    Keep {
        old: usize,
        new: usize,
    },
    Remove {
        old: usize,
    },
    /// It is put behind the one kept or put before.
    Insert {
        new: usize,
        moved_from: Option<usize>,
    },
}

/// How a collection changes, in the order of the result.
#[derive(Clone, Debug, Default)]
pub(super) struct Alignment {
    pub(super) steps: Vec<Step>,
    pub(super) kept: usize,
    /// Number of removals and insertions.
    pub(super) changed: usize,
}

impl Alignment {
    fn push(&mut self, step: Step) {
        match step {
            Step::Keep { .. } => self.kept += 1,
            Step::Remove { .. } | Step::Insert { .. } => self.changed += 1,
        }
        self.steps.push(step);
    }
}

/// Two mappings; `None` where their keys are not plain to compare. The old order stays.
pub(super) fn mappings(old: (&Document, NodeId), new: (&Document, NodeId)) -> Option<Alignment> {
    let keys = |(document, node): (&'_ Document, NodeId)| -> Option<()> {
        let mut seen: HashSet<Key<'_>> = HashSet::new();
        document.entries(node).all(|(key, _)| key_of(document, key).is_some_and(|key| seen.insert(key))).then_some(())
    };
    keys(old)?;
    keys(new)?;
    let position: HashMap<Key<'_>, usize> =
        old.0.entries(old.1).enumerate().filter_map(|(index, (key, _))| Some((key_of(old.0, key)?, index))).collect();
    let count = position.len();
    // Behind which old entry each new one goes; `count` for "in front of all".
    let mut kept: Vec<Option<usize>> = vec![None; count];
    let mut behind: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut previous = count;
    for (index, (key, _)) in new.0.entries(new.1).enumerate() {
        match key_of(new.0, key).and_then(|key| position.get(&key)) {
            Some(old) => {
                kept[*old] = Some(index);
                previous = *old;
            }
            None => behind.entry(previous).or_default().push(index),
        }
    }
    let mut alignment = Alignment::default();
    let insert = |alignment: &mut Alignment, place: usize| {
        for new in behind.get(&place).into_iter().flatten() {
            alignment.push(Step::Insert { new: *new, moved_from: None });
        }
    };
    insert(&mut alignment, count);
    for (old, new) in kept.iter().enumerate() {
        alignment.push(new.map_or(Step::Remove { old }, |new| Step::Keep { old, new }));
        insert(&mut alignment, old);
    }
    Some(alignment)
}

/// Two sequences: items are the same where their identity is, or else their value; of what is left between two
/// that are the same, the first became the first.
pub(super) fn sequences(old: (&Document, NodeId, &[u64]), new: (&Document, NodeId, &[u64])) -> Alignment {
    let (old_document, new_document) = (old.0, new.0);
    let old_items: Vec<NodeId> = old.0.children(old.1).collect();
    let new_items: Vec<NodeId> = new.0.children(new.1).collect();
    let by_field = |field: &&str| Some((by_field(old.0, &old_items, field)?, by_field(new.0, &new_items, field)?));
    let identities = IDENTITIES.iter().find_map(by_field);
    let by_name = identities.is_some();
    let by_value = |items: &[NodeId], hashes: &[u64]| items.iter().map(|item| hashes[item.index()]).collect();
    let (old_ids, new_ids): (Vec<u64>, Vec<u64>) =
        identities.unwrap_or_else(|| (by_value(&old_items, old.2), by_value(&new_items, new.2)));
    let matches = matches(&old_ids, &new_ids);
    let in_order = longest_increasing(&matches);
    let mut moved = vec![false; old_items.len()];
    for (new, old) in matches.iter().enumerate() {
        if let Some(old) = old
            && !in_order[new]
        {
            moved[*old] = true;
        }
    }

    let mut alignment = Alignment::default();
    let mut old_next = 0;
    let mut gap: Vec<usize> = Vec::new();
    // Behind the last item comes the end of both, as one more that is the same.
    let steps = matches.iter().zip(&in_order).map(|(old, in_order)| old.filter(|_| *in_order));
    for (new, anchor) in steps.map(Some).chain([None]).enumerate() {
        if anchor == Some(None) {
            gap.push(new);
            continue;
        }
        let anchor = anchor.flatten();
        let old_end = anchor.unwrap_or(old_items.len());
        // As many as before: they changed. Otherwise an item without a name is still more likely to have changed
        // than to be another one, unless it is a mere text.
        let unmatched = gap.iter().filter(|new| matches[**new].is_none()).count();
        let as_many = moved[old_next..old_end].iter().filter(|moved| !**moved).count() == unmatched;
        fill_gap(&mut alignment, old_next..old_end, &gap, &moved, &matches, |a, b| {
            let kind = old_document.kind(old_items[a]);
            as_many || (!by_name && kind != Kind::Scalar && kind == new_document.kind(new_items[b]))
        });
        gap.clear();
        if let Some(old) = anchor {
            alignment.push(Step::Keep { old, new });
            old_next = old + 1;
        }
    }
    alignment
}

fn fill_gap(
    alignment: &mut Alignment,
    old: std::ops::Range<usize>,
    new: &[usize],
    moved: &[bool],
    matches: &[Option<usize>],
    alike: impl Fn(usize, usize) -> bool,
) {
    let mut left = new.iter().copied().peekable();
    let insert = |alignment: &mut Alignment, new: usize| {
        alignment.push(Step::Insert { new, moved_from: matches[new] });
    };
    for old in old {
        if moved[old] {
            alignment.push(Step::Remove { old });
            continue;
        }
        while let Some(new) = left.next_if(|new| matches[*new].is_some()) {
            insert(alignment, new);
        }
        match left.next_if(|new| alike(old, *new)) {
            Some(new) => alignment.push(Step::Keep { old, new }),
            None => alignment.push(Step::Remove { old }),
        }
    }
    for new in left {
        insert(alignment, new);
    }
}

/// Hashes of the field that is every item's own; `None` where it is not.
fn by_field(document: &Document, items: &[NodeId], field: &str) -> Option<Vec<u64>> {
    let mut seen = HashSet::new();
    let mut ids = Vec::with_capacity(items.len());
    for item in items {
        let value = document.get(*item, field).filter(|value| document.kind(*value) == Kind::Scalar)?;
        let mut hasher = DefaultHasher::new();
        document.text(value).hash(&mut hasher);
        if !seen.insert(document.text(value)) {
            return None;
        }
        ids.push(hasher.finish());
    }
    Some(ids)
}

/// For each new item the old one of the same identity: equal ends first, then the first of its kind with the first.
fn matches(old: &[u64], new: &[u64]) -> Vec<Option<usize>> {
    let front = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let back = old[front..].iter().rev().zip(new[front..].iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_middle, new_middle) = (front..old.len() - back, front..new.len() - back);
    let mut places: HashMap<u64, VecDeque<usize>> = HashMap::new();
    for index in old_middle {
        places.entry(old[index]).or_default().push_back(index);
    }
    let middle = new[new_middle].iter().map(|id| places.get_mut(id).and_then(VecDeque::pop_front));
    (0..front).map(Some).chain(middle).chain((old.len() - back..old.len()).map(Some)).collect()
}

/// Marks a longest increasing subsequence of the numbers.
pub(super) fn longest_increasing(numbers: &[Option<usize>]) -> Vec<bool> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; numbers.len()];
    for (index, number) in numbers.iter().enumerate() {
        let Some(number) = number else { continue };
        let length = ends.partition_point(|end| numbers[*end].is_some_and(|end| end < *number));
        before[index] = length.checked_sub(1).map(|last| ends[last]);
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut chosen = vec![false; numbers.len()];
    let mut next = ends.last().copied();
    while let Some(index) = next {
        chosen[index] = true;
        next = before[index];
    }
    chosen
}
