//! Packages that others wrote, with policies, before `validate-specialization`: as the blueprints they are, and specialised
//! for a site. Nothing is wrong with either; what is still worth a warning stands in `chain.yaml` with the reason.

use std::collections::BTreeSet;
use std::path::Path;

use porchlight_krm::{FieldPath, Resource, ResourceList, Severity, run_text};
use serde::Deserialize;
use serde_json::{Value, json};
use validate_specialization::ValidateSpecialization;

use crate::corpus::{PACKAGES, PROFILES, corpus};
use crate::package::{read, run, source};

/// A warning that was looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reviewed {
    package: String,
    rule: String,
    /// Kind and name of the object it is about.
    object: String,
    reason: String,
}

/// What `validate-specialization` has to say about a list beside information, as rule and object.
fn validate(mut list: ResourceList, config: &Value) -> BTreeSet<(String, String)> {
    list.results.clear();
    list.function_config = Some(Resource::from_typed(&json!({
        "apiVersion": "orchestration.nephio-oran.io/v1alpha1",
        "kind": "ValidateSpecializationConfig",
        "metadata": { "name": "config" },
        "spec": config,
    })));
    let outcome = run_text::<ValidateSpecialization>(&list.to_text());
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    let found = ResourceList::parse(&outcome.stdout).unwrap_or_else(|error| panic!("{error}")).results;
    let told = found.into_iter().filter(|finding| finding.severity != Severity::Info);
    told.map(|finding| {
        let object = finding.resource_ref.map_or_else(String::new, |id| format!("{}/{}", id.kind, id.name));
        (finding.tags["rule"].clone(), object)
    })
    .collect()
}

/// What Porch and the package's own functions write into a package when it becomes that of a site: its name, its namespace,
/// the cluster, the capacity of its network function, and what it depends on.
fn specialised(mut list: ResourceList) -> ResourceList {
    let site = "edge01";
    let context = |list: &ResourceList| {
        let found = list.items.iter().find(|item| item.kind() == "ConfigMap" && item.name() == "kptfile.kpt.dev");
        found.and_then(|item| item.str_at("data.name").map(str::to_owned))
    };
    let name = context(&list).filter(|name| name != "example").unwrap_or_else(|| site.to_owned());
    let moved = list.items.iter().any(|item| {
        let steps = item.get::<Value>(&FieldPath::of(["pipeline", "mutators"])).ok().flatten().unwrap_or_default();
        item.kind() == "Kptfile" && steps.to_string().contains("/set-namespace")
    });
    let capacity = list
        .items
        .iter()
        .find(|item| item.kind() == "Capacity")
        .map(|item| item.get::<Value>(&FieldPath::of(["spec"])).unwrap().unwrap());
    let mut brought_in = Vec::new();
    for item in &mut list.items {
        let set =
            |item: &mut Resource, path: &[&str], value: Value| item.set(&FieldPath::of(path.iter().copied()), &value);
        match item.kind().to_owned().as_str() {
            "ConfigMap" if item.name() == "kptfile.kpt.dev" => {
                set(item, &["data", "name"], json!(name));
            }
            "Namespace" if moved => {
                set(item, &["metadata", "name"], json!(name));
            }
            "WorkloadCluster" => {
                set(
                    item,
                    &["spec"],
                    json!({ "clusterName": site, "cnis": ["macvlan", "ipvlan", "sriov"], "masterInterface": "eth1" }),
                );
                item.set_annotation("kpt.dev/injected-resource", site);
            }
            "NFDeployment" => {
                if let Some(capacity) = &capacity {
                    set(item, &["spec", "capacity"], capacity.clone());
                }
            }
            "Dependency" => brought_in.push(Resource::from_typed(&json!({
                "apiVersion": "ref.nephio.org/v1alpha1",
                "kind": "Config",
                "metadata": { "name": item.name(), "annotations": { "config.kubernetes.io/local-config": "true" } },
                "spec": { "config": {
                    "apiVersion": "workload.nephio.org/v1alpha1",
                    "kind": "NFDeployment",
                    "metadata": { "name": item.name() },
                    "spec": { "provider": "amf.openairinterface.org" },
                } },
            }))),
            _ => {}
        }
        if moved && !item.namespace().is_empty() {
            set(item, &["metadata", "namespace"], json!(name));
        }
    }
    list.items.extend(brought_in);
    list
}

#[test]
fn packages_with_policies_pass_the_validation() {
    let reviewed: Vec<Reviewed> = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packages/chain.yaml"));
    assert!(reviewed.iter().all(|entry| entry.reason.len() > 20), "every warning that stays needs its reason");
    for package in PACKAGES {
        let Some(folder) = corpus(package) else { return };
        let known: BTreeSet<(String, String)> = reviewed
            .iter()
            .filter(|entry| entry.package == package)
            .map(|entry| (entry.rule.clone(), entry.object.clone()))
            .collect();
        for profiles in [&PROFILES[..1], &PROFILES[..]] {
            let blueprint = run(source(&folder), profiles);
            assert_eq!(validate(blueprint, &json!({ "blueprint": true })), known, "{package} as a blueprint");
            let site = run(specialised(source(&folder)), profiles);
            assert_eq!(validate(site, &json!({})), known, "{package} of a site");
        }
    }
}
