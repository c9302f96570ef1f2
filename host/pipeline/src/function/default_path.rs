//! The file of a resource that a function made (kpt-render §2.8).

use porchlight_package::{annotation, default_path};

use crate::item::Item;

/// Gives a resource without path annotation its default file below `directory`.
pub(super) fn set(item: &mut Item, directory: &str) {
    if item.annotation(annotation::PATH).is_none() {
        let path = default_path(directory, &item.resource);
        item.set_annotation(annotation::PATH, &path);
        item.set_annotation(annotation::LEGACY_PATH, &path);
    }
}
