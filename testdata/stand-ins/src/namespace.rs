//! `set-namespace`: one namespace for every namespaced item.

use std::collections::BTreeSet;

use crate::list::List;

/// Kinds of the built-in groups that live outside namespaces.
const CLUSTER_WIDE: [&str; 14] = [
    "APIService",
    "CSIDriver",
    "CSINode",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "StorageClass",
    "ValidatingWebhookConfiguration",
];

pub(crate) fn set(list: &mut List) -> Result<(), String> {
    let settings = list.settings("namespace");
    let wanted = settings.iter().find(|(key, _)| key == "namespace").map(|(_, value)| value.clone());
    let wanted = wanted.filter(|value| !value.is_empty()).ok_or("`data.namespace` should not be empty")?;
    let (mut before, mut changed) = (BTreeSet::new(), 0);
    for item in list.items() {
        let old = list.text(item, &["metadata", "namespace"]).to_owned();
        let group = list.text(item, &["apiVersion"]).rsplit_once('/').map_or("", |(group, _)| group);
        let built_in = !group.contains('.') || group.ends_with(".k8s.io");
        let namespaced = built_in && !CLUSTER_WIDE.contains(&list.text(item, &["kind"]));
        // A kind nobody knows is taken for namespaced once it has a namespace.
        if !namespaced && (built_in || old.is_empty()) {
            continue;
        }
        let metadata = list.mapping(item, &["metadata"]);
        if list.set(metadata, "namespace", &wanted) {
            changed += 1;
            before.insert(if old.is_empty() { "default".to_owned() } else { old });
        }
    }
    list.sort();
    let before: Vec<String> = before.into_iter().collect();
    list.say(match changed {
        0 => format!("all namespaces are already \"{wanted}\". no value changed"),
        _ => format!("namespace [{}] updated to \"{wanted}\", {changed} value(s) changed", before.join(" ")),
    });
    list.say("all `depends-on` annotations are up-to-date. no `namespace` changed".to_owned());
    Ok(())
}
