//! Where the objects of a package live.

use porchlight_api::policy_config::PolicyConfig;
use porchlight_krm::Resource;
use porchlight_krm::order::{SortedMap, SortedSet};

use super::{is_generated, is_local, list, text, value_at};
use crate::data::Data;

/// The namespaces of a package.
pub(crate) struct Namespaces {
    /// Namespace objects by name.
    declared: SortedMap<String, usize>,
    /// The namespace of what does not say.
    home: Option<String>,
    /// Whether kpt's set-namespace moves every object of the package to one namespace.
    moved: bool,
}

impl Namespaces {
    pub(super) fn of(items: &[Resource], config: &PolicyConfig) -> Self {
        let mut declared = SortedMap::new();
        let mut told = SortedSet::new();
        let mut moved = false;
        for (position, item) in items.iter().enumerate().filter(|(_, item)| !is_generated(item)) {
            if item.is("kpt.dev/v1", "Kptfile") {
                let mutators = value_at(item, &["pipeline", "mutators"]);
                moved |= mutators
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|step| text(step, "image").contains("/set-namespace"));
            }
            if is_local(item) {
                continue;
            }
            if item.is("v1", "Namespace") {
                declared.insert(item.name().to_owned(), position);
            } else if super::workloads::runs_pods(item) && !item.namespace().is_empty() {
                told.insert(item.namespace().to_owned());
            }
        }
        let only = |names: Vec<&String>| match names.as_slice() {
            [one] => Some((*one).clone()),
            _ => None,
        };
        told.remove("default");
        let home = config
            .namespace
            .clone()
            .or_else(|| only(declared.keys().collect()))
            .or_else(|| only(told.iter().collect()));
        Self { declared, home, moved }
    }

    /// Names of the Namespace objects.
    pub(crate) fn declared(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().map(String::as_str)
    }

    /// Position of a Namespace object.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.declared.get(name).copied()
    }

    /// The namespace of what does not say, where there is one.
    pub(crate) fn home(&self) -> Option<&str> {
        self.home.as_deref()
    }

    /// The namespace an object will be in: `default` means the package's own where it has one, and a package that is
    /// moved is in one.
    pub(crate) fn of_object(&self, written: &str) -> String {
        match &self.home {
            Some(home) if self.moved || matches!(written, "" | "default") => home.clone(),
            _ if written.is_empty() => "default".to_owned(),
            _ => written.to_owned(),
        }
    }

    /// Whether the package has a namespace to itself, so that policies may be for all of it.
    pub(crate) fn is_own(&self, name: &str) -> bool {
        !Data::get().is_shared_namespace(name)
            && (self.declared.contains_key(name) || self.home.as_deref() == Some(name))
    }
}

/// Whether objects of a kind of Kubernetes' own have a namespace; `None` for kinds of others.
pub(crate) fn is_namespaced(item: &Resource) -> Option<bool> {
    const CLUSTER: [&str; 16] = [
        "APIService",
        "ClusterRole",
        "ClusterRoleBinding",
        "CSIDriver",
        "CustomResourceDefinition",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    ];
    const GROUPS: [&str; 6] =
        ["apps", "autoscaling", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io"];
    let id = item.id();
    let known = id.group().is_empty() || GROUPS.contains(&id.group()) || CLUSTER.contains(&item.kind());
    known.then(|| !CLUSTER.contains(&item.kind()))
}

/// ServiceAccounts among the subjects of a binding, with the position of each.
pub(crate) fn subjects(item: &Resource) -> Vec<(usize, String, String)> {
    let root = value_at(item, &[]);
    list(&root, "subjects")
        .enumerate()
        .filter(|(_, subject)| text(subject, "kind") == "ServiceAccount")
        .map(|(index, subject)| (index, text(subject, "namespace").to_owned(), text(subject, "name").to_owned()))
        .collect()
}
