//! What whoever reviews the results looks for, on packages that others wrote: every object says who asks for it, selectors
//! select something, nothing is open to everybody on every port, and who may not go anywhere may still ask for names.

use std::collections::BTreeSet;

use porchlight_krm::annotations::GENERATED_BY;
use porchlight_krm::{FieldPath, Resource};
use serde_json::{Map, Value, json};

use crate::corpus::{PACKAGES, PROFILES, corpus};
use crate::package::{run, source};

const CONTROLS: &str = "orchestration.nephio-oran.io/controls";

fn value(item: &Resource, path: &[&str]) -> Value {
    item.get(&FieldPath::of(path.iter().copied())).ok().flatten().unwrap_or_default()
}

/// Labels of the pods that an object makes: by its template, by the Job controller, or by the operator of an NFDeployment
/// (nephio-domain F.1).
fn pod_labels(item: &Resource) -> Vec<Map<String, Value>> {
    let written = |path: &[&str]| value(item, path).as_object().cloned().unwrap_or_default();
    let named = |key: &str, name: &str| Map::from_iter([(key.to_owned(), json!(name))]);
    match item.kind() {
        "Pod" => vec![written(&["metadata", "labels"])],
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => {
            vec![written(&["spec", "template", "metadata", "labels"])]
        }
        "Job" => vec![
            written(&["spec", "template", "metadata", "labels"]),
            named("batch.kubernetes.io/job-name", item.name()),
        ],
        "NFDeployment" => vec![named("name", item.name()), named("app.kubernetes.io/name", "oai-du")],
        _ => Vec::new(),
    }
}

/// Rules of a policy that admit something.
fn rules(spec: &Value) -> impl Iterator<Item = (&Value, &'static str)> {
    let of = |direction: &str| spec[direction].as_array().map(Vec::as_slice).unwrap_or_default();
    of("ingress").iter().map(|rule| (rule, "from")).chain(of("egress").iter().map(|rule| (rule, "to")))
}

#[test]
fn what_is_brought_in_stands_a_review() {
    let mut count = 0;
    for package in PACKAGES {
        let Some(folder) = corpus(package) else { return };
        for profiles in [&PROFILES[..1], &PROFILES[..]] {
            let result = run(source(&folder), profiles);
            let pods: Vec<Map<String, Value>> = result.items.iter().flat_map(pod_labels).collect();
            let (mut denied, mut asking) = (BTreeSet::new(), BTreeSet::new());
            for item in result.items.iter().filter(|item| item.label(GENERATED_BY).is_some()) {
                let about = format!("{package}: {} {}", item.kind(), item.name());
                count += 1;
                let controls = item.annotation(CONTROLS).unwrap_or_default();
                let versioned =
                    controls.split(',').all(|id| id.split_once('@').is_some_and(|(_, version)| !version.is_empty()));
                assert!(item.name() == "policy-report" || versioned, "{about}: nobody asks for it ({controls})");
                let spec = value(item, &["spec"]);
                let selector =
                    if item.kind() == "PodDisruptionBudget" { &spec["selector"] } else { &spec["podSelector"] };
                if let Some(labels) = selector["matchLabels"].as_object() {
                    let selected = pods.iter().any(|pod| labels.iter().all(|(key, value)| pod.get(key) == Some(value)));
                    assert!(selected, "{about}: selects no pod of the package ({labels:?})");
                }
                for (rule, peers) in rules(&spec) {
                    assert!(
                        rule.get(peers).is_some() || rule.get("ports").is_some(),
                        "{about}: admits everything ({rule})"
                    );
                }
                if item.kind() != "NetworkPolicy" {
                    continue;
                }
                let whose = format!("{} {}", item.namespace(), spec["podSelector"]);
                if item.name().starts_with("default-deny") {
                    denied.insert(whose);
                } else if item.name().starts_with("allow-dns") {
                    asking.insert(whose);
                }
            }
            assert_eq!(denied, asking, "{package}: whose pods can ask for names");
        }
    }
    assert!(count > 100, "{count} objects");
}
