//! The catalog's add-on on packages that others wrote: nothing that is asked for is missing, or it says what.

use std::fs;
use std::path::{Path, PathBuf};

use annotate_sbom::AnnotateSbom;
use porchlight_krm::{FieldPath, Resource, ResourceList, Severity, run_text};

use crate::corpus::corpus;
use crate::package::{Documents, source};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A package with the add-on's configuration copied into it, as its README says, and that as functionConfig.
fn with_add_on(folder: &Path) -> ResourceList {
    let mut list = ResourceList::parse(&source(folder, "data: {}")).unwrap();
    let add_on = ResourceList::parse(&source(&repository().join("catalog/sbom-addon"), "data: {}")).unwrap();
    let config = add_on.items.into_iter().find(|item| item.kind() == "SbomConfig").unwrap();
    list.function_config = Some(config.clone());
    list.items.push(config);
    list
}

fn gaps(stdout: &str, severity: Severity) -> Vec<String> {
    let list = ResourceList::parse(stdout).unwrap();
    let found = list.results.iter().filter(|finding| finding.severity == severity);
    found.map(|finding| format!("{} {}", finding.tags["rule"], finding.message)).collect()
}

#[test]
fn the_add_on_leaves_no_gap_that_ntia_asks_about() {
    for package in
        ["workloads/free5gc/free5gc-cp", "workloads/ric/pkg-example-ric", "workloads/oai/pkg-example-cucp-bp"]
    {
        let Some(folder) = corpus(package) else { return };
        let outcome = run_text::<AnnotateSbom>(&with_add_on(&folder).to_text());
        assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""), "{package}");
        assert!(!Documents::of(&outcome.stdout).images().is_empty(), "{package}");
        let missing = gaps(&outcome.stdout, Severity::Info);
        for rule in ["missing-author", "missing-supplier", "missing-version", "missing-timestamp"] {
            assert!(!missing.iter().any(|gap| gap.starts_with(rule)), "{package}: {missing:#?}");
        }
        let again = run_text::<AnnotateSbom>(&outcome.stdout);
        assert!(again.stdout == outcome.stdout, "{package}: a second run changes something");
    }
}

#[test]
fn an_image_of_nobody_stops_it_and_changes_nothing() {
    let Some(folder) = corpus("workloads/free5gc/free5gc-cp") else { return };
    let mut list = with_add_on(&folder);
    let item = list.items.iter_mut().find(|item| item.kind() == "Deployment").unwrap();
    let image: FieldPath = "spec.template.spec.containers[0].image".parse().unwrap();
    item.set(&image, "registry.example/unheard-of:1.0");
    let before = list.clone();
    let outcome = run_text::<AnnotateSbom>(&list.to_text());
    assert_eq!(outcome.exit_code, 1);
    let errors = gaps(&outcome.stdout, Severity::Error);
    let [error] = errors.as_slice() else { panic!("{errors:#?}") };
    assert!(error.starts_with("missing-supplier image `registry.example/unheard-of:1.0`"), "{error}");
    let after = ResourceList::parse(&outcome.stdout).unwrap();
    assert_eq!(after.items.len(), before.items.len());
    assert!(!outcome.stdout.contains("sbom-digest"));
}

#[test]
fn the_broken_variant_fails_with_its_code() {
    let text = fs::read_to_string(repository().join("testdata/catalog/sbom-addon/broken-config.yaml")).unwrap();
    let document = porchlight_yaml::parse(text.into()).unwrap().remove(0);
    let mut list = ResourceList::parse(&source(&repository().join("catalog/sbom-addon"), "data: {}")).unwrap();
    list.function_config = Some(Resource::from_document(document).unwrap());
    let outcome = run_text::<AnnotateSbom>(&list.to_text());
    assert_eq!(outcome.exit_code, 1);
    assert!(outcome.stderr.starts_with("[FN_CONFIG_INVALID] "), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("`licenseMap`"), "{}", outcome.stderr);
}

/// What the README of the add-on says to write is what works.
#[test]
fn the_readme_quotes_the_pipeline() {
    let readme = fs::read_to_string(repository().join("catalog/sbom-addon/README.md")).unwrap();
    let kptfile = fs::read_to_string(repository().join("catalog/sbom-addon/Kptfile")).unwrap();
    let step = "    - image: ghcr.io/porchlight/annotate-sbom:v0.1.0\n      configPath: sbom-config.yaml\n";
    assert!(readme.contains(step) && kptfile.contains(step));
}
