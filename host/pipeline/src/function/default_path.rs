//! The file of a resource that a function made (kpt-render §2.8).

use porchlight_package::{annotation, join};

use crate::item::Item;

/// Gives a resource without path annotation its default file: `DIRECTORY/NAMESPACE/kind_name.yaml`, without the
/// parts that are empty. Name and namespace are used as they are.
pub(super) fn set(item: &mut Item, directory: &str) {
    if item.annotation(annotation::PATH).is_some() {
        return;
    }
    let resource = &item.resource;
    let file = format!("{}_{}.yaml", resource.kind().to_lowercase(), resource.name());
    let parts = [directory, resource.namespace(), &file];
    let path = parts.into_iter().filter(|part| !part.is_empty()).fold(String::new(), |path, part| join(&path, part));
    item.set_annotation(annotation::PATH, &path);
    item.set_annotation(annotation::LEGACY_PATH, &path);
}
