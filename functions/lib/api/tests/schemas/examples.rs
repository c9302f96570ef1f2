//! Every object of ours in the catalog, in READMEs and in the inputs of passing cases fits its schema.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonschema::Validator;
use porchlight_api::schema;
use porchlight_krm::{Resource, ResourceList};
use serde_json::{Value, json};

fn validators() -> BTreeMap<&'static str, Validator> {
    let compile = |kind: schema::KindSchema| (kind.kind, jsonschema::draft7::new(&kind.json_schema()).unwrap());
    schema::kinds().into_iter().map(compile).collect()
}

/// Checks the objects of ours in `resources`; how many there were.
fn check(validators: &BTreeMap<&str, Validator>, place: &str, resources: &[Resource]) -> usize {
    let mut count = 0;
    for resource in resources.iter().filter(|resource| resource.api_version() == porchlight_api::API_VERSION) {
        let Some(validator) = validators.get(resource.kind()) else { continue };
        let value: Value = resource.typed().unwrap_or_else(|error| panic!("{place}: {error}"));
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{place}: {} {}: {errors:#?}", resource.kind(), resource.name());
        count += 1;
    }
    count
}

fn files(folder: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.ends_with("target") {
            files(&path, wanted, found);
        } else if wanted(&path) {
            found.push(path);
        }
    }
}

fn documents(text: &str, place: &str) -> Vec<Resource> {
    let documents = porchlight_yaml::parse(Arc::from(text)).unwrap_or_else(|error| panic!("{place}: {error}"));
    documents.into_iter().filter_map(|document| Resource::from_document(document).ok()).collect()
}

#[test]
fn the_catalog_fits_and_its_files_name_their_schema() {
    let validators = validators();
    let mut found = Vec::new();
    files(&super::repository().join("catalog"), &|path| path.extension().is_some_and(|end| end == "yaml"), &mut found);
    let mut count = 0;
    for path in found {
        let place = path.display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        let resources = documents(&text, &place);
        count += check(&validators, &place, &resources);
        let ours = resources.iter().find(|resource| {
            resource.api_version() == porchlight_api::API_VERSION && validators.contains_key(resource.kind())
        });
        let Some(ours) = ours else { continue };
        let line = text.lines().next().unwrap_or_default();
        let schema = line.strip_prefix("# yaml-language-server: $schema=");
        let schema = schema.unwrap_or_else(|| panic!("{place}: the first line names no schema (yaml-language-server)"));
        let file = path.parent().unwrap().join(schema);
        let schema: Value = serde_json::from_str(&fs::read_to_string(&file).expect(schema)).unwrap();
        assert_eq!(schema["title"], ours.kind(), "{place}");
    }
    assert!(count >= 3, "the catalog holds intents");
}

#[test]
fn inputs_of_passing_cases_fit() {
    let validators = validators();
    let mut found = Vec::new();
    let passing = |path: &Path| path.ends_with("input.yaml") && !path.with_file_name("expected-stderr.txt").exists();
    files(&super::repository().join("testdata/functions"), &passing, &mut found);
    let mut count = 0;
    for path in found {
        let place = path.display().to_string();
        let list =
            ResourceList::parse(&fs::read_to_string(&path).unwrap()).unwrap_or_else(|error| panic!("{place}: {error}"));
        count += check(&validators, &place, &list.items);
        count += check(&validators, &place, list.function_config.as_slice());
    }
    assert!(count > 10, "{count} objects of ours");
}

#[test]
fn examples_in_readmes_fit() {
    let validators = validators();
    let mut found = Vec::new();
    files(&super::repository().join("functions"), &|path| path.ends_with("README.md"), &mut found);
    files(&super::repository().join("catalog"), &|path| path.ends_with("README.md"), &mut found);
    let mut count = 0;
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        for block in text.split("```yaml\n").skip(1) {
            let block = block.split("```").next().unwrap_or_default();
            let place = path.display().to_string();
            if block.starts_with("apiVersion: config.kubernetes.io/v1\n") {
                count += check(&validators, &place, &ResourceList::parse(block).unwrap().items);
            } else if block.starts_with("apiVersion: ") {
                count += check(&validators, &place, &documents(block, &place));
            }
        }
    }
    assert!(count > 0, "no README shows an object of ours");
}

#[test]
fn what_does_not_fit_is_refused() {
    let validators = validators();
    let intent = json!({
        "apiVersion": porchlight_api::API_VERSION, "kind": "NetworkSliceIntent", "metadata": {"name": "gold"},
        "spec": {"sliceType": "eMBB", "plmns": [{"mcc": "001", "mnc": "01"}]},
    });
    let valid = |value: &Value| validators["NetworkSliceIntent"].is_valid(value);
    assert!(valid(&intent));
    for (pointer, value) in [
        ("/apiVersion", json!("orchestration.nephio-oran.io/v1")),
        ("/metadata", json!({})),
        ("/spec", json!({"slicetype": "eMBB"})),
        ("/spec/sliceType", json!("embb")),
        ("/spec/plmns/0", json!({"mcc": 1, "mnc": "01"})),
        ("/spec/plmns/0", json!({"mcc": "001"})),
    ] {
        let mut broken = intent.clone();
        *broken.pointer_mut(pointer).unwrap() = value;
        assert!(!valid(&broken), "{broken}");
    }
}
