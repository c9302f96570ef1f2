//! Removing fields an earlier run set and this one does not want.

use porchlight_yaml::order::{SortedMap, SortedSet};
use porchlight_yaml::{Document, Kind, NodeId};

use super::fields::{Fields, ITEM_KEY, Step, item_name, named_items};
use crate::Resource;

/// Takes out of `object` what is in `before` and not in `wanted`, and the mappings and lists that become empty by
/// that; `true` where something went. A mapping or item to which a user added fields stays with those.
pub(super) fn remove(object: &mut Resource, before: &Fields, wanted: &Fields) -> bool {
    // Steps to remove, by the path of what holds them. The longest path is taken first, so that a parent is
    // looked at after all its children.
    let mut stale: SortedMap<(usize, Vec<Step>), SortedSet<Step>> = SortedMap::new();
    let root = object.root();
    let document = object.document_mut();
    for path in before.paths() {
        let gone = !wanted.reaches(path);
        if gone || (!wanted.contains(path) && is_whole_list(document, root, path)) {
            add(&mut stale, path);
        }
    }
    let mut changed = false;
    while let Some(((_, parent), steps)) = stale.pop_last() {
        let Some(node) = parent.iter().try_fold(root, |node, step| child(document, node, step)) else { continue };
        let removed = remove_steps(document, node, &steps);
        changed |= removed;
        if removed && !parent.is_empty() && is_empty(document, node, parent.last()) && !wanted.reaches(&parent) {
            add(&mut stale, &parent);
        }
    }
    changed
}

/// True for a list without names, which was ours as a whole and cannot be merged with one that has names.
fn is_whole_list(document: &Document, root: NodeId, path: &[Step]) -> bool {
    path.iter()
        .try_fold(root, |node, step| child(document, node, step))
        .is_some_and(|node| document.kind(node) == Kind::Sequence && named_items(document, node).is_none())
}

fn add(stale: &mut SortedMap<(usize, Vec<Step>), SortedSet<Step>>, path: &[Step]) {
    if let Some((last, parent)) = path.split_last() {
        stale.entry((parent.len(), parent.to_vec())).or_default().insert(last.clone());
    }
}

fn child(document: &Document, node: NodeId, step: &Step) -> Option<NodeId> {
    match step {
        Step::Key(key) => document.get(node, key),
        Step::Item(name) if document.kind(node) == Kind::Sequence => {
            document.children(node).find(|item| item_name(document, *item) == Some(name))
        }
        Step::Item(_) => None,
    }
}

/// Nothing left but, in an item, its name.
fn is_empty(document: &Document, node: NodeId, step: Option<&Step>) -> bool {
    match step {
        Some(Step::Item(_)) => document.entries(node).all(|(key, _)| document.text(key) == ITEM_KEY),
        _ => document.first_child(node).is_none(),
    }
}

fn remove_steps(document: &mut Document, node: NodeId, steps: &SortedSet<Step>) -> bool {
    let mut kept = Vec::new();
    let mut removed = false;
    match document.kind(node) {
        Kind::Mapping => {
            for (key, value) in document.entries(node) {
                // A mapping that is still filled holds fields of others.
                let filled = document.kind(value) == Kind::Mapping && !is_empty(document, value, None);
                if !filled && steps.contains(&Step::Key(document.text(key).to_owned())) {
                    removed = true;
                } else {
                    kept.extend([key, value]);
                }
            }
        }
        Kind::Sequence => {
            for item in document.children(node) {
                let step = item_name(document, item).map(|name| Step::Item(name.to_owned()));
                let stale = step.filter(|step| steps.contains(step) && is_empty(document, item, Some(step)));
                if stale.is_some() {
                    removed = true;
                } else {
                    kept.push(item);
                }
            }
        }
        Kind::Scalar | Kind::Alias => {}
    }
    if removed {
        document.set_children(node, &kept);
    }
    removed
}
