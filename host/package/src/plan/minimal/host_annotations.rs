//! What the host does to the metadata of every resource, undone.
//!
//! It sets and clears annotations of its own, also those that a file happens to have, and removes what is empty
//! (kpt-render §2.4, §2.5, §2.9). No function did that, so the file keeps what it has.

use porchlight_yaml::{Document, Kind, NodeId, Scalar};

use crate::annotation;
use crate::plan::encode::STORAGE;

const OTHERS: [&str; 3] = [annotation::ID, annotation::LEGACY_ID, annotation::PACKAGE_PATH];

fn is_host(key: &str) -> bool {
    STORAGE.contains(&key) || OTHERS.contains(&key)
}

/// Gives `document` the host's annotations, and the empty `annotations` and `metadata`, of `original`.
pub(super) fn put_back(document: &mut Document, original: &Document) {
    let (Some(root), Some(old_root)) = (document.root(), original.root()) else { return };
    let keys: Vec<&str> = STORAGE.into_iter().chain(OTHERS).collect();
    annotation::clear_all(document, &keys);
    // Other kinds of metadata are refused where resources are stripped.
    drop(annotation::remove_empty(document));

    let Some((metadata_key, old_metadata)) = original.entry(old_root, "metadata") else { return };
    if is_empty(original, old_metadata) {
        if document.get(root, "metadata").is_none() {
            copy_entry(document, root, original, metadata_key, old_metadata);
        }
        return;
    }
    let Some((annotations_key, old_annotations)) = original.entry(old_metadata, "annotations") else { return };
    let host: Vec<(NodeId, NodeId)> =
        original.entries(old_annotations).filter(|(key, _)| is_host(original.text(*key))).collect();
    let was_empty = is_empty(original, old_annotations);
    if host.is_empty() && !was_empty {
        return;
    }
    let metadata = existing_or_new(document, root, original, metadata_key);
    if document.kind(metadata) != Kind::Mapping {
        return;
    }
    if was_empty {
        if document.get(metadata, "annotations").is_none() {
            copy_entry(document, metadata, original, annotations_key, old_annotations);
        }
        return;
    }
    let annotations = existing_or_new(document, metadata, original, annotations_key);
    for (key, value) in host {
        copy_entry(document, annotations, original, key, value);
    }
}

fn is_empty(document: &Document, node: NodeId) -> bool {
    match document.kind(node) {
        Kind::Mapping | Kind::Sequence => document.first_child(node).is_none(),
        Kind::Scalar => matches!(document.resolve(node), Scalar::Null),
        Kind::Alias => false,
    }
}

fn copy_entry(document: &mut Document, holder: NodeId, original: &Document, key: NodeId, value: NodeId) {
    let (key, value) = (document.import(original, key), document.import(original, value));
    document.push_entry(holder, key, value);
}

fn existing_or_new(document: &mut Document, holder: NodeId, original: &Document, key: NodeId) -> NodeId {
    if let Some(node) = document.get(holder, original.text(key)) {
        return node;
    }
    let (key, value) = (document.import(original, key), document.new_mapping());
    document.push_entry(holder, key, value);
    value
}
