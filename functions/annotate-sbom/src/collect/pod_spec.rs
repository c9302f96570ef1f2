//! Containers and image volumes of pod specs, in whatever kind holds one.

use porchlight_krm::Resource;
use porchlight_yaml::{Kind, NodeId};

use super::{Visit, group, walk};
use crate::inventory::Role;

const CONTAINER_LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];
/// What is in all of their names.
const WORD: &str = "ontainers";

/// Kinds of Kubernetes itself that hold a pod spec.
const HOLDERS: [(&str, &str); 9] = [
    ("", "Pod"),
    ("", "PodTemplate"),
    ("", "ReplicationController"),
    ("apps", "DaemonSet"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("batch", "CronJob"),
    ("batch", "Job"),
];

/// True for the kinds of which the schema is known.
pub(super) fn is_known_holder(item: &Resource) -> bool {
    HOLDERS.contains(&(group(item), item.kind()))
}

/// False where the item certainly has no list of containers.
pub(super) fn may_be_in(item: &Resource) -> bool {
    item.may_mention(WORD)
}

impl Visit<'_> {
    /// Every list of containers in the item, at whatever depth: custom kinds nest pod specs too.
    pub(super) fn pod_specs(&mut self, certain: bool) {
        let document = self.fields.document();
        for node in walk(document) {
            if document.kind(node) != Kind::Mapping {
                continue;
            }
            let mut holds_containers = false;
            for (key, list) in document.entries(node) {
                if CONTAINER_LISTS.contains(&document.text(key)) {
                    holds_containers = true;
                    self.containers(list, certain);
                }
            }
            if holds_containers && let Some(volumes) = document.get(node, "volumes") {
                self.image_volumes(volumes, certain);
            }
        }
    }

    fn containers(&mut self, list: NodeId, certain: bool) {
        if !self.is_new(list) {
            return;
        }
        let path = self.fields.path(list);
        let containers: Vec<_> = self.fields.items(list).collect();
        for (position, container) in containers {
            // A container without an image gets one from elsewhere (Kubernetes allows it in templates).
            if let Some(image) = self.fields.get(container, "image")
                && let Some(text) = self.fields.text(image)
            {
                self.image(path.index(position).key("image"), text.to_owned(), Role::Workload, certain);
            }
        }
    }

    /// `volumes[].image.reference`: an image mounted as files.
    fn image_volumes(&mut self, list: NodeId, certain: bool) {
        if !self.is_new(list) {
            return;
        }
        let path = self.fields.path(list);
        let volumes: Vec<_> = self.fields.items(list).collect();
        for (position, volume) in volumes {
            if let Some(reference) = self.fields.descend(volume, &["image", "reference"])
                && let Some(text) = self.fields.text(reference)
            {
                let field = path.index(position).key("image").key("reference");
                self.image(field, text.to_owned(), Role::Workload, certain);
            }
        }
    }
}
