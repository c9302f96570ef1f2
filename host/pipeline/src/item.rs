//! A resource on its way through a pipeline.

use porchlight_krm::Resource;
use porchlight_package::annotation;
use porchlight_yaml::Document;

use crate::restore::Origin;

/// Numbers the inputs of a mutator, to tell later which places its outputs had.
pub(crate) const MIGRATION_ID: &str = "internal.config.kubernetes.io/annotations-migration-resource-id";

/// A resource and where it came from. Its `metadata` and `annotations` are mappings, or absent.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) resource: Resource,
    pub(crate) origin: Origin,
}

impl Item {
    /// A resource as read from a file.
    pub(crate) fn from_file(resource: Resource) -> Self {
        Self { resource, origin: Origin::Document }
    }

    pub(crate) fn document(&self) -> &Document {
        self.resource.document()
    }

    pub(crate) fn annotation(&self, key: &str) -> Option<&str> {
        annotation::get(self.document(), key)
    }

    /// The text of an annotation; "" where there is none.
    pub(crate) fn annotation_or_empty(&self, key: &str) -> &str {
        self.annotation(key).unwrap_or_default()
    }

    /// Sets an annotation as kyaml does.
    pub(crate) fn set_annotation(&mut self, key: &str, value: &str) {
        annotation::set(self.resource.document_mut(), key, value)
            .expect("invariant: metadata and annotations of an item are mappings");
    }

    /// Removes an annotation. An empty mapping stays; it goes when the resource is written.
    pub(crate) fn clear_annotation(&mut self, key: &str) {
        annotation::clear(self.resource.document_mut(), key);
    }

    /// The file, relative to its package.
    pub(crate) fn path(&self) -> &str {
        annotation::file(self.document()).0
    }

    /// The position in the file, as written.
    pub(crate) fn index(&self) -> &str {
        annotation::file(self.document()).1
    }

    /// Directory of the package the resource belongs to.
    pub(crate) fn package_path(&self) -> &str {
        self.annotation_or_empty(annotation::PACKAGE_PATH)
    }
}
