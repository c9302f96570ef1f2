//! What an object said before this function changed it.
//!
//! Sizes are always computed from that, never from an earlier result. The values we wrote are remembered beside it: one
//! that differs was edited since, and what the user wrote is the new baseline.

use porchlight_api::Quantity;
use porchlight_api::annotation::{CAPACITY_BASELINE, CAPACITY_PLANNED};
use porchlight_krm::Resource;
use porchlight_krm::order::{Gather, SortedMap};

/// Values by field name.
pub(crate) type Named = SortedMap<String, Quantity>;

/// The values before any expansion, from those that are there now.
pub(crate) fn of(item: &Resource, current: &Named) -> Named {
    let planned = remembered(item, CAPACITY_PLANNED);
    let mut baseline = remembered(item, CAPACITY_BASELINE);
    let is_ours = |name: &String| planned.contains_key(name) && planned.get(name) == current.get(name);
    baseline.retain(|name, _| is_ours(name));
    for (name, value) in current {
        if !is_ours(name) {
            baseline.insert(name.clone(), *value);
        }
    }
    baseline
}

/// Remembers the baseline of what is planned otherwise; nothing to remember leaves no annotation.
pub(crate) fn remember(item: &mut Resource, baseline: &Named, planned: &Named) {
    let differs = |name: &&String| baseline.get(*name) != planned.get(*name);
    let changed: Vec<&String> = planned.keys().filter(differs).collect();
    for (key, values) in [(CAPACITY_BASELINE, baseline), (CAPACITY_PLANNED, planned)] {
        let texts: Vec<String> =
            changed.iter().filter_map(|name| Some(format!("{name}={}", values.get(*name)?))).collect();
        if changed.is_empty() {
            item.remove_annotation(key);
        } else {
            item.set_annotation(key, &texts.join(","));
        }
    }
}

/// A field that an earlier run changed.
pub(crate) struct Change {
    pub(crate) name: String,
    pub(crate) before: Option<Quantity>,
    pub(crate) planned: Quantity,
}

/// The fields that an earlier run changed.
pub(crate) fn changes(item: &Resource) -> Vec<Change> {
    let baseline = remembered(item, CAPACITY_BASELINE);
    let planned = remembered(item, CAPACITY_PLANNED).into_iter();
    planned.map(|(name, planned)| Change { before: baseline.get(&name).copied(), name, planned }).collect()
}

fn remembered(item: &Resource, key: &str) -> Named {
    let text = item.annotation(key).unwrap_or_default();
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    pairs.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).gather()
}
