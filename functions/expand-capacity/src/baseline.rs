//! What an object said before this function changed it.
//!
//! Sizes are always computed from that, never from an earlier result. The values we wrote are remembered beside it: one
//! that differs was edited since, and what the user wrote is the new baseline.

use porchlight_api::annotation::{CAPACITY_BASELINE, CAPACITY_PLANNED};
use porchlight_api::req::{Capacity, DataNetwork};
use porchlight_api::workload::NFDeployment;
use porchlight_api::{Kind, Quantity};
use porchlight_krm::order::{Gather, SortedMap};
use porchlight_krm::{FieldPath, Resource};

use crate::workload;

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

/// Remembers the baseline of what is planned otherwise; nothing to remember leaves no annotation. Before the fields are
/// written: a value is remembered as a person wrote it.
pub(crate) fn remember(item: &mut Resource, baseline: &Named, planned: &Named) {
    let differs = |name: &&String| baseline.get(*name) != planned.get(*name);
    let changed: Vec<&String> = planned.keys().filter(differs).collect();
    let before = changed.iter().filter_map(|name| Some((*name, spelling(item, name, *baseline.get(*name)?))));
    let after = changed.iter().filter_map(|name| Some((*name, planned.get(*name)?.to_string())));
    let (before, after): (Vec<_>, Vec<_>) = (before.collect(), after.collect());
    for (key, values) in [(CAPACITY_BASELINE, before), (CAPACITY_PLANNED, after)] {
        let texts: Vec<String> = values.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        if changed.is_empty() {
            item.remove_annotation(key);
        } else {
            item.set_annotation(key, &texts.join(","));
        }
    }
}

/// How a value is written: in the object, where it is there, else where it is remembered, else as Kubernetes writes it.
pub(crate) fn spelling(item: &Resource, name: &str, value: Quantity) -> String {
    let is_it = |text: &&str| text.parse() == Ok(value);
    let written = path(item, name).and_then(|path| item.at(&path)).map(|node| item.document().text(node));
    let remembered = || pairs(item, CAPACITY_BASELINE).find(|(known, _)| *known == name).map(|(_, text)| text);
    written.filter(is_it).or_else(|| remembered().filter(is_it)).map_or_else(|| value.to_string(), str::to_owned)
}

/// Writes a value as it is spelled; a whole number that Kubernetes would spell in another way without quotes.
pub(crate) fn put(item: &mut Resource, path: &FieldPath, spelling: &str, value: Quantity) -> bool {
    if spelling == value.to_string() {
        return item.set(path, &value);
    }
    match value.ceil().filter(|whole: &u64| whole.to_string() == spelling) {
        Some(whole) => item.set(path, &whole),
        None => item.set(path, spelling),
    }
}

/// The field of a name in an annotation.
pub(crate) fn path(item: &Resource, name: &str) -> Option<FieldPath> {
    match (item.api_version(), item.kind()) {
        ("apps/v1", _) => Some(workload::path(name)),
        (Capacity::API_VERSION, Capacity::KIND | DataNetwork::KIND) => format!("spec.{name}").parse().ok(),
        (NFDeployment::API_VERSION, NFDeployment::KIND) => Some(FieldPath::of(["spec", "capacity", name])),
        _ => None,
    }
}

/// A field that an earlier run changed.
pub(crate) struct Change {
    pub(crate) name: String,
    /// As it was written, and what that is.
    pub(crate) before: Option<(String, Quantity)>,
    pub(crate) planned: Quantity,
}

/// The fields that an earlier run changed.
pub(crate) fn changes(item: &Resource) -> Vec<Change> {
    let before = |name: &str| {
        let (_, text) = pairs(item, CAPACITY_BASELINE).find(|(known, _)| *known == name)?;
        Some((text.to_owned(), text.parse().ok()?))
    };
    let planned = remembered(item, CAPACITY_PLANNED).into_iter();
    planned.map(|(name, planned)| Change { before: before(&name), name, planned }).collect()
}

fn remembered(item: &Resource, key: &str) -> Named {
    pairs(item, key).filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).gather()
}

/// Names and values in an annotation.
fn pairs<'a>(item: &'a Resource, key: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    item.annotation(key).unwrap_or_default().split(',').filter_map(|pair| pair.split_once('='))
}
