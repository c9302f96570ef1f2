//! What a function gets on stdin: a ResourceList in exactly kpt's bytes (kpt-render §2.6).

use std::sync::Arc;

use porchlight_package::annotation;
use porchlight_yaml::{Document, NodeId, SequenceIndent, emit};

use super::config::Config;
use crate::item::Item;

/// Numbers the selected items from 1, so that they can be told in the output.
pub(super) fn set_ids(items: &mut [Item], selected: &[usize]) {
    for (number, position) in selected.iter().enumerate() {
        let id = (number + 1).to_string();
        items[*position].set_annotations(&[(annotation::ID, &id), (annotation::LEGACY_ID, &id)]);
    }
}

/// The list: apiVersion, kind, items, functionConfig.
pub(super) fn text(items: &[Item], selected: &[usize], config: &Config) -> String {
    let first = selected.first().map(|position| items[*position].document());
    // Nodes of a document with the same source are taken over without copying their text.
    let source = first.map_or_else(|| Arc::from(""), |document| Arc::clone(document.source()));
    let mut list = Document::new(source);
    let root = list.new_mapping();
    list.set_root(root);
    for (key, value) in [("apiVersion", "config.kubernetes.io/v1"), ("kind", "ResourceList")] {
        let value = list.new_string(value);
        put(&mut list, root, key, value);
    }
    let sequence = list.new_sequence();
    for position in selected {
        let resource = &items[*position].resource;
        let copy = list.import(resource.document(), resource.root());
        list.push(sequence, copy);
    }
    put(&mut list, root, "items", sequence);
    if let Some((document, node)) = config.node(items) {
        let copy = list.import(document, node);
        put(&mut list, root, "functionConfig", copy);
    }
    let mut text = String::with_capacity(list.node_count() * 24);
    emit(&list, SequenceIndent::Compact, &mut text);
    text
}

fn put(list: &mut Document, mapping: NodeId, key: &str, value: NodeId) {
    let key = list.new_string(key);
    list.push_entry(mapping, key, value);
}
