//! Which resources a function gets, and how its output finds its way back among the others (kpt-render §4).

use std::collections::{HashMap, HashSet};

use porchlight_package::{Compat, FunctionRef, Selector};

use crate::item::Item;

/// The annotation of [`id_annotation`] for beta.56.
pub(crate) const BETA56_ID_ANNOTATION: &str = "internal.config.k8s.io/kpt-resource-id";
/// The annotation of [`id_annotation`] for the current kpt.
pub(crate) const LATEST_ID_ANNOTATION: &str = "internal.config.kubernetes.io/kpt-resource-id";

/// Annotation that numbers all resources of a package while a function with selectors runs.
pub(crate) fn id_annotation(compat: Compat) -> &'static str {
    match compat {
        Compat::Beta56 => BETA56_ID_ANNOTATION,
        Compat::Latest => LATEST_ID_ANNOTATION,
    }
}

/// Positions of the resources a function gets, in order. A resource that two selectors match is there twice, as
/// in kpt.
pub(crate) fn select(items: &[Item], function: &FunctionRef) -> Vec<usize> {
    let mut selected = Vec::new();
    for (position, item) in items.iter().enumerate() {
        let is_excluded = || function.exclude.iter().any(|exclusion| !exclusion.is_empty() && matches(item, exclusion));
        let times = if function.selectors.is_empty() {
            1
        } else {
            function.selectors.iter().filter(|selector| matches(item, selector)).count()
        };
        if times > 0 && !is_excluded() {
            selected.extend(std::iter::repeat_n(position, times));
        }
    }
    selected
}

/// True where a function gets a choice of the resources.
pub(crate) fn is_selective(function: &FunctionRef) -> bool {
    !function.selectors.is_empty() || !function.exclude.is_empty()
}

fn matches(item: &Item, selector: &Selector) -> bool {
    let resource = &item.resource;
    let equal = |wanted: &str, value: &str| wanted.is_empty() || wanted == value;
    equal(&selector.kind, resource.kind())
        && equal(&selector.api_version, resource.api_version())
        && equal(&selector.name, resource.name())
        && equal(&selector.namespace, resource.namespace())
        && selector.labels.iter().all(|(key, value)| resource.label(key) == Some(value))
        && selector.annotations.iter().all(|(key, value)| item.annotation(key) == Some(value))
}

/// Puts the output of a function in the place of what it got. Items not selected stay; a selected one is replaced
/// by the output with its id, or dropped where there is none; output without an id comes last. Of two outputs
/// with one id the first counts; output with an id that was not given is dropped, as kpt does.
///
/// `items` carry the ids that were given. The ids are removed from all. Linear.
pub(crate) fn merge(items: Vec<Item>, selected: &[usize], output: Vec<Item>, id_annotation: &str) -> Vec<Item> {
    let selected: HashSet<usize> = selected.iter().copied().collect();
    let mut by_id: HashMap<String, Item> = HashMap::new();
    let mut new = Vec::new();
    for item in output {
        match item.annotation_or_empty(id_annotation) {
            "" => new.push(item),
            id => {
                let id = id.to_owned();
                by_id.entry(id).or_insert(item);
            }
        }
    }
    let mut merged = Vec::with_capacity(items.len() + new.len());
    for (position, item) in items.into_iter().enumerate() {
        if selected.contains(&position) {
            merged.extend(by_id.remove(item.annotation_or_empty(id_annotation)));
        } else {
            merged.push(item);
        }
    }
    merged.append(&mut new);
    for item in &mut merged {
        item.clear_annotations(&[id_annotation]);
    }
    merged
}
