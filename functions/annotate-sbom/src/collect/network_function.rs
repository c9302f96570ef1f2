//! Images of network functions: what Nephio's operators read out of an NFConfig.
//!
//! `OAIConfig` names an `image`; the near-RT RIC's `RICConfig` has `{registry, name, tag}` mappings at many places
//! (nephio-domain §A.6). Both are looked for in every object of the group, in the objects an NFConfig carries and in
//! those that stand alone.

use porchlight_yaml::{Kind, NodeId};

use super::{Visit, walk};
use crate::fields::Fields;
use crate::inventory::Role;

impl Visit<'_> {
    pub(super) fn network_function(&mut self) {
        let document = self.fields.document();
        for node in walk(document) {
            if document.kind(node) != Kind::Mapping {
                continue;
            }
            if let Some(text) = triple(self.fields, node) {
                self.image(self.fields.path(node), text, Role::Workload, true);
            }
            for (key, value) in document.entries(node) {
                let field = || self.fields.path(value);
                match document.text(key) {
                    "image" => {
                        if let Some(text) = self.fields.text(value) {
                            self.image(field(), text.to_owned(), Role::Workload, true);
                        }
                    }
                    "images" if self.is_new(value) => {
                        let items: Vec<_> = self.fields.items(value).collect();
                        for (position, item) in items {
                            if let Some(text) = self.fields.text(item) {
                                self.image(field().index(position), text.to_owned(), Role::Workload, true);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// The reference that a mapping with `registry`, `name` and perhaps `tag` or `digest` means; `None` for anything else.
pub(super) fn triple(fields: &Fields<'_>, node: NodeId) -> Option<String> {
    if !fields.is_mapping(node) {
        return None;
    }
    let registry = fields.text(fields.get(node, "registry")?)?;
    let name = fields.text(fields.get(node, "name")?)?;
    let mut text = match registry.trim_end_matches('/') {
        "" => name.to_owned(),
        registry => format!("{registry}/{name}"),
    };
    let part = |key| fields.get(node, key).and_then(|value| fields.text(value)).filter(|part| !part.is_empty());
    match (part("tag"), part("digest")) {
        (Some(tag), _) if tag.starts_with("sha256:") => text = format!("{text}@{tag}"),
        (tag, digest) => {
            if let Some(tag) = tag {
                text = format!("{text}:{tag}");
            }
            if let Some(digest) = digest {
                text = format!("{text}@{digest}");
            }
        }
    }
    Some(text)
}
