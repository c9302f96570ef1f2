//! A resource on its way through a pipeline.

use porchlight_krm::Resource;
use porchlight_package::base_name;
use porchlight_yaml::{Document, Kind, NodeId, Scalar, Style, resolve_plain};

use crate::restore::{Origin, is_nil_or_empty};

/// A resource, its annotations handled as kyaml handles them, and where it came from.
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

    fn annotations(&self) -> Option<NodeId> {
        let document = self.document();
        document.get(document.get(self.resource.root(), "metadata")?, "annotations")
    }

    /// The text of an annotation, whatever its type; "" for a null.
    pub(crate) fn annotation(&self, key: &str) -> Option<&str> {
        let document = self.document();
        let value = document.get(self.annotations()?, key)?;
        let is_null = document.kind(value) == Kind::Scalar && is_nil_or_empty(document, value);
        Some(if is_null { "" } else { document.text(value) })
    }

    /// The text of an annotation; "" also where there is none.
    pub(crate) fn annotation_or_empty(&self, key: &str) -> &str {
        self.annotation(key).unwrap_or_default()
    }

    /// Sets an annotation. An existing one keeps its quotes; a new one is added at the end in single quotes.
    pub(crate) fn set_annotation(&mut self, key: &str, value: &str) {
        let root = self.resource.root();
        let document = self.resource.document_mut();
        let metadata = mapping_at(document, root, "metadata");
        let annotations = mapping_at(document, metadata, "annotations");
        match document.get(annotations, key) {
            Some(existing) if document.kind(existing) == Kind::Scalar => {
                let style = match document.style(existing) {
                    Style::Plain if !matches!(resolve_plain(value), Scalar::Str(_)) => Style::DoubleQuoted,
                    style => style,
                };
                document.set_text(existing, value, style);
                document.set_tag(existing, "");
                if document.comments(existing).is_some() {
                    *document.comments_mut(existing) = Default::default();
                }
            }
            Some(existing) => {
                let value = document.new_scalar(value, Style::SingleQuoted);
                document.replace(existing, value);
            }
            None => {
                let key = document.new_string(key);
                let value = document.new_scalar(value, Style::SingleQuoted);
                document.push_entry(annotations, key, value);
            }
        }
    }

    /// Removes an annotation. An empty mapping stays; it goes when the resource is written.
    pub(crate) fn clear_annotation(&mut self, key: &str) {
        if let Some(annotations) = self.annotations() {
            self.resource.document_mut().remove(annotations, key);
        }
    }

    /// Internal path annotation, or the legacy one.
    pub(crate) fn path(&self) -> &str {
        self.annotation(annotation::PATH).or_else(|| self.annotation(annotation::LEGACY_PATH)).unwrap_or_default()
    }

    /// Internal index annotation, or the legacy one.
    pub(crate) fn index(&self) -> &str {
        self.annotation(annotation::INDEX).or_else(|| self.annotation(annotation::LEGACY_INDEX)).unwrap_or_default()
    }

    /// Directory of the package the resource belongs to.
    pub(crate) fn package_path(&self) -> &str {
        self.annotation_or_empty(annotation::PACKAGE_PATH)
    }

    /// What kpt requires of a resource that takes part in a pipeline (kpt-render §2.4).
    pub(crate) fn check_krm(&self) -> Result<(), &'static str> {
        let resource = &self.resource;
        let (api_version, kind) = (resource.api_version(), resource.kind());
        let is_kustomization =
            matches!(base_name(self.path()), "kustomization.yaml" | "kustomization.yml" | "Kustomization")
                || api_version.starts_with("kustomize.config.k8s.io")
                || (api_version.is_empty() && kind == "Kustomization");
        if is_kustomization {
            return Ok(());
        }
        match (api_version, kind, resource.name()) {
            ("", "", "") if !self.has_metadata() => Err("resource must have `apiVersion`, `kind`, and `name`"),
            ("", _, _) => Err("resource must have `apiVersion`"),
            (_, "", _) => Err("resource must have `kind`"),
            (_, _, "") => Err("resource must have `metadata.name`"),
            _ => Ok(()),
        }
    }

    /// True where metadata holds anything kyaml knows.
    fn has_metadata(&self) -> bool {
        let document = self.document();
        let Some(metadata) = document.get(self.resource.root(), "metadata") else { return false };
        ["name", "namespace", "labels", "annotations"]
            .iter()
            .any(|field| document.get(metadata, field).is_some_and(|value| !is_nil_or_empty(document, value)))
    }
}

/// The mapping at a field, made where nothing, null or an empty value is there. As kyaml, whatever else is there
/// without children goes too.
fn mapping_at(document: &mut Document, parent: NodeId, field: &str) -> NodeId {
    match document.get(parent, field) {
        Some(node) if document.kind(node) == Kind::Mapping && document.first_child(node).is_some() => node,
        found => {
            if found.is_some() {
                document.remove(parent, field);
            }
            let key = document.new_string(field);
            let node = document.new_mapping();
            document.push_entry(parent, key, node);
            node
        }
    }
}

/// Names of the annotations that carry a resource through a pipeline (kpt-render §2.5, §2.6).
pub(crate) mod annotation {
    pub(crate) const PATH: &str = "internal.config.kubernetes.io/path";
    pub(crate) const LEGACY_PATH: &str = "config.kubernetes.io/path";
    pub(crate) const INDEX: &str = "internal.config.kubernetes.io/index";
    pub(crate) const LEGACY_INDEX: &str = "config.kubernetes.io/index";
    pub(crate) const ID: &str = "internal.config.kubernetes.io/id";
    pub(crate) const LEGACY_ID: &str = "config.k8s.io/id";
    pub(crate) const PACKAGE_PATH: &str = "internal.config.kubernetes.io/package-path";
    pub(crate) const MIGRATION_ID: &str = "internal.config.kubernetes.io/annotations-migration-resource-id";
}
