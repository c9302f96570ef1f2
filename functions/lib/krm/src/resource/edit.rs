//! Changing fields.

use porchlight_yaml::serde::to_node;
use porchlight_yaml::{Document, Kind, NodeId};
use serde::Serialize;

use super::Resource;
use super::lookup::matches;
use crate::value;
use crate::{FieldPath, PathStep};

impl Resource {
    /// Sets the value at `path`; `true` where that changed something. Missing mappings, lists and list items
    /// on the way are made (an item at the list's length, or the item with the key a step asks for); a scalar
    /// keeps its comments. Where text or a list stands in the way nothing changes. A field that is there
    /// through an alias or a merge key is written in its own place, the anchored value stays.
    pub fn set<T: Serialize + ?Sized>(&mut self, path: &FieldPath, value: &T) -> bool {
        let new = to_node(self.tree(), value);
        self.set_node(path, new)
    }

    /// As [`Resource::set`], with a node of this resource's document that is not part of its tree.
    pub fn set_node(&mut self, path: &FieldPath, new: NodeId) -> bool {
        let Some((last, way)) = path.steps().split_last() else { return false };
        if self.given.is_some() && self.has(path, new) {
            return false;
        }
        let document = self.document_mut();
        let mut node = document.root().expect("invariant: a resource has a root");
        for (index, step) in way.iter().enumerate() {
            let next = way.get(index + 1).unwrap_or(last);
            let Some(child) = step_into(document, node, step, next) else { return false };
            node = child;
        }
        match find(document, node, last) {
            Found::Node(existing) => value::assign(document, existing, new),
            Found::Missing => {
                add(document, node, last, new);
                true
            }
            Found::Blocked => false,
        }
    }

    /// Removes the field or list item at `path` with its comments; `true` where there was one.
    pub fn remove(&mut self, path: &FieldPath) -> bool {
        let Some((last, way)) = path.steps().split_last() else { return false };
        let mut node = self.root;
        for step in way {
            let Found::Node(child) = find(self.document(), node, step) else { return false };
            node = child;
        }
        let Found::Node(existing) = find(self.document(), node, last) else { return false };
        let document = self.document_mut();
        match last {
            PathStep::Key(key) if document.kind(node) == Kind::Mapping => document.remove(node, key).is_some(),
            PathStep::Key(_) | PathStep::Index(_) | PathStep::Match { .. } => {
                document.detach(existing);
                true
            }
        }
    }

    /// True where `path` leads, without an alias on the way, to a node that means what `new` means.
    fn has(&self, path: &FieldPath, new: NodeId) -> bool {
        let document = self.document();
        let found = path.steps().iter().try_fold(self.root, |node, step| match find(document, node, step) {
            Found::Node(child) => Some(child),
            Found::Missing | Found::Blocked => None,
        });
        found.is_some_and(|existing| value::same(document, existing, document, new))
    }
}

/// What stands one step below a node, in its own place.
enum Found {
    Node(NodeId),
    /// Nothing, and it can be added.
    Missing,
    /// The node holds no such thing.
    Blocked,
}

fn find(document: &Document, node: NodeId, step: &PathStep) -> Found {
    let position = |index: usize| match document.children(node).nth(index) {
        Some(item) => Found::Node(item),
        None if document.children(node).count() == index => Found::Missing,
        None => Found::Blocked,
    };
    match (step, document.kind(node)) {
        (PathStep::Key(key), Kind::Mapping) => document.get(node, key).map_or(Found::Missing, Found::Node),
        (PathStep::Key(key), Kind::Sequence) => key.parse().map_or(Found::Blocked, position),
        (PathStep::Index(index), Kind::Sequence) => position(*index),
        (PathStep::Match { key, value }, Kind::Sequence) => {
            let found = document.children(node).find(|item| matches(document, *item, key, value));
            found.map_or(Found::Missing, Found::Node)
        }
        _ => Found::Blocked,
    }
}

/// Adds `new` below `node`, where [`find`] said it is missing.
fn add(document: &mut Document, node: NodeId, step: &PathStep, new: NodeId) {
    match step {
        PathStep::Key(key) if document.kind(node) == Kind::Mapping => {
            let name = document.new_string(key);
            document.push_entry(node, name, new);
        }
        PathStep::Match { key, value } => {
            if document.kind(new) == Kind::Mapping && document.get(new, key).is_none() {
                let name = document.new_string(key);
                let text = document.new_string(value);
                let mut children = vec![name, text];
                children.extend(document.children(new));
                document.set_children(new, &children);
            }
            document.push(node, new);
        }
        PathStep::Key(_) | PathStep::Index(_) => document.push(node, new),
    }
}

/// The collection one step below `node`, made where it is missing; `None` where something else is there.
fn step_into(document: &mut Document, node: NodeId, step: &PathStep, next: &PathStep) -> Option<NodeId> {
    let wanted = match next {
        PathStep::Key(_) => Kind::Mapping,
        PathStep::Index(_) | PathStep::Match { .. } => Kind::Sequence,
    };
    let new = |document: &mut Document| match wanted {
        Kind::Sequence => document.new_sequence(),
        Kind::Mapping | Kind::Scalar | Kind::Alias => document.new_mapping(),
    };
    match find(document, node, step) {
        Found::Blocked => None,
        Found::Missing => {
            let child = new(document);
            add(document, node, step, child);
            Some(child)
        }
        Found::Node(existing) => match document.kind(existing) {
            Kind::Mapping | Kind::Sequence => Some(existing),
            Kind::Alias => {
                let target = document.alias_target(existing)?;
                let source = document.clone();
                let copy = document.import(&source, target);
                document.set_anchor(copy, "");
                document.replace(existing, copy);
                Some(copy)
            }
            Kind::Scalar if value::is_null(document, existing) => {
                let child = new(document);
                document.replace(existing, child);
                Some(child)
            }
            Kind::Scalar => None,
        },
    }
}
