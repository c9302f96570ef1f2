//! `set-labels`: labels on every item, on the selectors of workloads and services, and on pod templates.

use porchlight_yaml::{Kind, NodeId};

use crate::list::List;

/// Kinds whose selector and pod template carry the labels too.
pub(crate) const WORKLOADS: [&str; 4] = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"];

pub(crate) fn set(list: &mut List) -> Result<(), String> {
    let labels = list.settings("labels");
    if labels.is_empty() {
        return Err("failed to configure function: input label list cannot be empty".to_owned());
    }
    let mut count = 0;
    for item in list.items() {
        let mut places = vec![list.mapping(item, &["metadata", "labels"])];
        let kind = list.text(item, &["kind"]).to_owned();
        let spec = list.document.get(item, "spec").filter(|spec| list.document.kind(*spec) == Kind::Mapping);
        if let Some(spec) = spec {
            if WORKLOADS.contains(&kind.as_str()) {
                places.push(list.mapping(spec, &["selector", "matchLabels"]));
                places.extend(template(list, spec));
            } else if kind == "Service" {
                places.push(list.mapping(spec, &["selector"]));
            } else if kind == "Job" {
                places.extend(template(list, spec));
            }
        }
        for place in places {
            for (key, value) in &labels {
                count += usize::from(list.set(place, key, value));
            }
        }
    }
    list.sort();
    list.say(format!("set {count} labels in total"));
    Ok(())
}

/// The labels of a pod template, where there is one.
fn template(list: &mut List, spec: NodeId) -> Option<NodeId> {
    list.document.get(spec, "template").map(|template| list.mapping(template, &["metadata", "labels"]))
}
