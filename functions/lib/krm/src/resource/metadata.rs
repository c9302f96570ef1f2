//! Annotations, labels and where a resource is stored.

use porchlight_yaml::{Kind, NodeId, Scalar, resolve_plain};

use super::Resource;
use crate::protocol::{Found, Section};
use crate::value;
use crate::{FieldPath, annotations};

impl Resource {
    /// The value of an annotation.
    #[must_use]
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.metadata_value("annotations", key)
    }

    /// The values of several annotations, looked up at once.
    #[must_use]
    pub fn annotations_at<const N: usize>(&self, keys: [&str; N]) -> [Option<&str>; N] {
        let found = self.given.as_ref().and_then(|given| given.annotations(keys));
        found.unwrap_or_else(|| keys.map(|key| self.annotation(key)))
    }

    /// Sets an annotation; `true` where that changed something.
    pub fn set_annotation(&mut self, key: &str, value: &str) -> bool {
        self.set_metadata_value("annotations", key, value)
    }

    /// Removes an annotation, and `metadata.annotations` with the last one; `true` where there was one.
    pub fn remove_annotation(&mut self, key: &str) -> bool {
        self.remove_metadata_value("annotations", key)
    }

    /// Annotations in the order of the file.
    pub fn annotations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.metadata_values("annotations")
    }

    /// The value of a label.
    #[must_use]
    pub fn label(&self, key: &str) -> Option<&str> {
        self.metadata_value("labels", key)
    }

    /// Sets a label; `true` where that changed something.
    pub fn set_label(&mut self, key: &str, value: &str) -> bool {
        self.set_metadata_value("labels", key, value)
    }

    /// Removes a label, and `metadata.labels` with the last one; `true` where there was one.
    pub fn remove_label(&mut self, key: &str) -> bool {
        self.remove_metadata_value("labels", key)
    }

    /// Labels in the order of the file.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.metadata_values("labels")
    }

    /// Path of the file this resource is stored in, relative to its package, and its position in the file; from
    /// the annotations `config.kubernetes.io/{path,index}` or their `internal.` twins.
    #[must_use]
    pub fn file(&self) -> (Option<&str>, Option<i64>) {
        let (_, path, index) = self.place();
        (path, index)
    }

    /// Directory of the package a resource belongs to, while a pipeline runs, and [`file`](Self::file).
    #[must_use]
    pub fn place(&self) -> (Option<&str>, Option<&str>, Option<i64>) {
        let [package, path, path_twin, index, index_twin] = self.annotations_at([
            annotations::PACKAGE_PATH,
            annotations::PATH,
            annotations::INTERNAL_PATH,
            annotations::INDEX,
            annotations::INTERNAL_INDEX,
        ]);
        (package, path.or(path_twin), index.or(index_twin).and_then(|index| index.parse().ok()))
    }

    fn metadata_map(&self, section: &str) -> Option<NodeId> {
        self.metadata_entry(section).filter(|node| self.document().kind(*node) == Kind::Mapping)
    }

    /// What the heading has for a key, where it knows.
    fn heading_value(&self, section: &str, key: &str) -> Option<Found<'_>> {
        let section = if section == "labels" { Section::Labels } else { Section::Annotations };
        self.given.as_ref()?.value(section, key)
    }

    fn metadata_value(&self, section: &str, key: &str) -> Option<&str> {
        if let Some(found) = self.heading_value(section, key) {
            return found.text;
        }
        let node = self.document().get(self.metadata_map(section)?, key)?;
        value::text(self.document(), node)
    }

    fn metadata_values(&self, section: &str) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.metadata_map(section).into_iter().flat_map(|map| self.document().entries(map));
        entries.filter_map(|(key, value)| Some((self.document().text(key), value::text(self.document(), value)?)))
    }

    fn set_metadata_value(&mut self, section: &str, key: &str, text: &str) -> bool {
        // Nothing is to be done where the same text is there that is one however it is written.
        let found = self.heading_value(section, key);
        if found.is_some_and(|found| found.is_whole && found.text == Some(text))
            && matches!(resolve_plain(text), Scalar::Str(_))
        {
            return false;
        }
        // kpt treats an annotations list or text as absent and replaces it (kpt-render §2.4).
        let unusable = self
            .metadata_entry(section)
            .filter(|node| !matches!(self.document().kind(*node), Kind::Mapping | Kind::Alias));
        if let Some(node) = unusable {
            let map = self.document_mut().new_mapping();
            self.document_mut().replace(node, map);
        }
        self.set(&FieldPath::of(["metadata", section, key]), text)
    }

    fn remove_metadata_value(&mut self, section: &str, key: &str) -> bool {
        if self.heading_value(section, key).is_some_and(|found| found.is_whole && found.text.is_none()) {
            return false;
        }
        let Some(map) = self.metadata_map(section) else { return false };
        if self.document().get(map, key).is_none() {
            return false;
        }
        self.document_mut().remove(map, key);
        if self.document().first_child(map).is_none() {
            self.remove(&FieldPath::of(["metadata", section]));
        }
        true
    }
}
