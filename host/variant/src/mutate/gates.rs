//! Readiness gates and conditions of injection points in the Kptfile (porch §4.7).

use std::collections::BTreeSet;

use porchlight_package::KPTFILE;
use porchlight_yaml::{Document, Kind, NodeId, Scalar};

use super::Package;
use super::points::{CONDITION_PREFIX, Injection};
use crate::edit;
use crate::fault::Place;
use crate::note::{Note, Quirk};

/// Fields of a condition, in the order Porch's type has them.
const FIELDS: [&str; 4] = ["type", "status", "reason", "message"];

/// Writes gates and conditions. Both lists are written anew and sorted wherever they are not empty, also without a point.
pub(super) fn set(package: &mut Package<'_>, kptfile: &mut Document, injections: &[Injection]) {
    let Some(root) = kptfile.root() else { return };
    let is_stale = |kind: &str| {
        kind.starts_with(CONDITION_PREFIX) && injections.iter().all(|injection| injection.condition != kind)
    };
    let keep_stale = package.compat.is_porch();
    let mut stale = BTreeSet::new();

    let info = kptfile.get(root, "info");
    let mut gates: BTreeSet<String> =
        items(kptfile, info, "readinessGates").into_iter().map(|gate| text(kptfile, gate, "conditionType")).collect();
    let mut conditions: Vec<[String; 4]> = items(kptfile, kptfile.get(root, "status"), "conditions")
        .into_iter()
        .map(|condition| FIELDS.map(|field| text(kptfile, condition, field)))
        .collect();
    stale.extend(gates.iter().filter(|kind| is_stale(kind)).cloned());
    stale.extend(conditions.iter().map(|[kind, ..]| kind).filter(|kind| is_stale(kind)).cloned());
    let had_gates = !gates.is_empty();
    let had_conditions = !conditions.is_empty();
    if !keep_stale {
        gates.retain(|kind| !stale.contains(kind));
        conditions.retain(|[kind, ..]| !stale.contains(kind));
    }

    for injection in injections {
        if injection.required {
            gates.insert(injection.condition.clone());
        }
        let (status, reason, message) = injection.state.condition();
        let condition = [injection.condition.clone(), status.to_owned(), reason.to_owned(), message];
        match conditions.iter_mut().find(|[kind, ..]| *kind == injection.condition) {
            Some(there) => *there = condition,
            None => conditions.push(condition),
        }
    }
    conditions.sort_by(|[a, ..], [b, ..]| a.cmp(b));

    if !gates.is_empty() || (had_gates && !keep_stale) {
        let gates = gates.iter().map(|gate| vec![("conditionType", gate.as_str())]).collect();
        write(kptfile, root, "info", "readinessGates", gates);
    }
    if !conditions.is_empty() || (had_conditions && !keep_stale) {
        let condition = |condition: &'_ [String; 4]| -> Vec<(&'static str, String)> {
            let fields = FIELDS.into_iter().zip(condition.iter().cloned());
            fields.filter(|(field, text)| ["type", "status"].contains(field) || !text.is_empty()).collect()
        };
        let conditions: Vec<Vec<(&'static str, String)>> = conditions.iter().map(condition).collect();
        let conditions = conditions
            .iter()
            .map(|condition| condition.iter().map(|(field, text)| (*field, text.as_str())).collect())
            .collect();
        write(kptfile, root, "status", "conditions", conditions);
    }
    tell_of_stale(package, &stale);
}

fn tell_of_stale(package: &mut Package<'_>, stale: &BTreeSet<String>) {
    for kind in stale {
        let verb = if package.compat.is_porch() { "stays" } else { "goes; in Porch it would stay" };
        let message = format!("`{kind}` belongs to no injection point any more and {verb}");
        let place = Place::file(&package.name(KPTFILE));
        package.notes.push(Note::quirk(Quirk::StaleCondition, message).at(place));
    }
}

fn items(kptfile: &Document, parent: Option<NodeId>, key: &str) -> Vec<NodeId> {
    let list = parent.and_then(|parent| kptfile.get(parent, key));
    let items = list.into_iter().flat_map(|list| kptfile.children(list));
    items.filter(|item| kptfile.kind(*item) == Kind::Mapping).collect()
}

fn text(kptfile: &Document, mapping: NodeId, key: &str) -> String {
    kptfile.get(mapping, key).map(|value| kptfile.text(value).to_owned()).unwrap_or_default()
}

/// Sets `parent`, made anew from what it holds, with another list.
fn write(kptfile: &mut Document, root: NodeId, parent: &str, list: &str, items: Vec<Vec<(&str, &str)>>) {
    let sequence = kptfile.new_sequence();
    for item in items {
        let mapping = kptfile.new_mapping();
        for (key, text) in item {
            let (key, text) = (kptfile.new_string(key), kptfile.new_string(text));
            kptfile.push_entry(mapping, key, text);
        }
        kptfile.push(sequence, mapping);
    }
    let new = kptfile.new_mapping();
    let old = kptfile.get(root, parent).map(|old| kptfile.entries(old).collect::<Vec<_>>()).unwrap_or_default();
    let source = kptfile.clone();
    for (key, value) in old {
        if source.text(key) != list && !is_empty(&source, value) {
            let (key, value) = (kptfile.new_string(source.text(key)), kptfile.import(&source, value));
            kptfile.push_entry(new, key, value);
        }
    }
    if kptfile.first_child(sequence).is_some() {
        let key = kptfile.new_string(list);
        kptfile.push_entry(new, key, sequence);
    }
    edit::sort(kptfile, new);
    edit::set(kptfile, root, parent, new);
}

/// What Go leaves out.
fn is_empty(kptfile: &Document, value: NodeId) -> bool {
    match kptfile.kind(value) {
        Kind::Scalar => kptfile.text(value).is_empty() || matches!(kptfile.resolve(value), Scalar::Null),
        Kind::Mapping | Kind::Sequence => kptfile.first_child(value).is_none(),
        Kind::Alias => false,
    }
}
