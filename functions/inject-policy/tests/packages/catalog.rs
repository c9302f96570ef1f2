//! The catalog's policy package on a package that others wrote, and its broken variant.

use std::fs;
use std::path::{Path, PathBuf};

use inject_policy::InjectPolicy;
use porchlight_krm::{ResourceList, run_text};

use crate::corpus::corpus;
use crate::package::{find, source};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The policy package, with its configuration as a host gives it.
fn policies() -> ResourceList {
    let mut list = source(&repository().join("catalog/policy-baseline"));
    list.function_config = list.items.iter().find(|item| item.kind() == "PolicyConfig").cloned();
    assert!(list.function_config.is_some());
    list
}

#[test]
fn the_policy_package_hardens_a_package_below_it() {
    let Some(folder) = corpus("workloads/free5gc/free5gc-cp") else { return };
    let mut list = policies();
    list.items.extend(source(&folder).items);
    let outcome = run_text::<InjectPolicy>(&list.to_text());
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    let result = ResourceList::parse(&outcome.stdout).unwrap();
    let ausf = find(&result, "Deployment/free5gc-ausf").unwrap();
    assert_eq!(ausf.label("app.kubernetes.io/managed-by"), Some("porchlight"));
    assert_eq!(ausf.str_at("spec.template.spec.volumes[name=policy-var-run].name"), Some("policy-var-run"));
    assert!(find(&result, "NetworkPolicy/default-deny-all").is_some());
    assert!(result.results.iter().all(|finding| finding.tags["code"] != "POLICY_CONFLICT"), "{:?}", result.results);
}

#[test]
fn the_broken_variant_fails_with_its_code() {
    let mut list = policies();
    let broken = repository().join("testdata/catalog/policy-baseline/broken-profile.yaml");
    let document = porchlight_yaml::parse(fs::read_to_string(broken).unwrap().into()).unwrap().remove(0);
    list.items.retain(|item| item.kind() != "PolicyProfile");
    list.items.push(porchlight_krm::Resource::from_document(document).unwrap());
    let outcome = run_text::<InjectPolicy>(&list.to_text());
    assert_eq!(outcome.exit_code, 1);
    assert!(outcome.stderr.starts_with("[POLICY_INVALID] "), "{}", outcome.stderr);
}
