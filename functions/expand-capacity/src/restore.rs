//! Objects that were sized once and are no longer: what they said before returns.

use porchlight_api::annotation::{CAPACITY_BASELINE, CAPACITY_PLANNED, SIZING_RULE, SIZING_SOURCE};
use porchlight_api::porch::PackageVariant;
use porchlight_api::{Kind, Quantity};
use porchlight_krm::{FieldPath, Function, PathStep, Resource};

use crate::baseline::Change;
use crate::planning::Plan;
use crate::{ExpandCapacity, baseline, is_generated, workload};

/// Restores what no plan is about. The classes of priority that this function made go, and so do references to them.
pub(crate) fn restore(items: &mut [Resource], plans: &[Plan]) {
    let planned: Vec<usize> = plans
        .iter()
        .flat_map(|plan| {
            [Some(plan.target.item), plan.target.capacity].into_iter().flatten().chain(plan.data_networks(items))
        })
        .collect();
    let classes: Vec<String> = items
        .iter()
        .filter(|item| item.kind() == "PriorityClass" && is_generated(item))
        .map(|item| item.name().to_owned())
        .collect();
    for (index, item) in items.iter_mut().enumerate() {
        if item.annotation(SIZING_RULE).is_none() && item.annotation(CAPACITY_PLANNED).is_none()
            || is_generated(item)
            || planned.contains(&index)
        {
            continue;
        }
        for Change { name, before, planned } in baseline::changes(item) {
            let Some(path) = baseline::path(item, &name) else { continue };
            // What a person wrote since stays.
            if item.get::<Quantity>(&path).ok().flatten() != Some(planned) {
                continue;
            }
            match before {
                None => item.remove(&path),
                Some((text, value)) => match value.ceil() {
                    Some(count) if is_count(&name) => item.set(&path, &count),
                    _ => baseline::put(item, &path, &text, value),
                },
            };
        }
        if item.kind() == PackageVariant::KIND {
            let step = PathStep::Match { key: "name".to_owned(), value: ExpandCapacity::NAME.to_owned() };
            item.remove(&FieldPath::of(["spec", "pipeline", "mutators"]).join(step));
        }
        let class = workload::priority_class_name();
        if item.get::<String>(&class).ok().flatten().is_some_and(|name| classes.contains(&name)) {
            item.remove(&class);
        }
        remove_empty(item);
        for key in [CAPACITY_BASELINE, CAPACITY_PLANNED, SIZING_RULE, SIZING_SOURCE] {
            item.remove_annotation(key);
        }
    }
}

/// Written as a number, not as a quantity.
fn is_count(name: &str) -> bool {
    name.starts_with("pools[") || ["replicas", "maxSessions", "maxSubscribers", "maxNFConnections"].contains(&name)
}

/// Removes mappings that hold nothing any more.
fn remove_empty(item: &mut Resource) {
    let containers = FieldPath::of(["spec", "template", "spec", "containers"]);
    let mut paths = vec![FieldPath::of(["spec", "capacity"])];
    for index in (0..).take_while(|index| item.at(&containers.index(*index)).is_some()) {
        let resources = containers.index(index).key("resources");
        paths.extend([resources.key("limits"), resources.key("requests"), resources]);
    }
    for path in paths {
        let is_empty = |node| item.document().first_child(node).is_none();
        if item.at(&path).is_some_and(is_empty) {
            item.remove(&path);
        }
    }
}
