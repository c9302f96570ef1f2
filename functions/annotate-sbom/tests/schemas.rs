//! Every document of the golden cases against the official JSON Schemas of CycloneDX 1.6 and SPDX 2.3.

use std::fs;
use std::path::{Path, PathBuf};

use annotate_sbom::AnnotateSbom;
use jsonschema::{Registry, Validator};
use porchlight_krm::{FieldPath, Function, ResourceList, annotations, run_text};
use serde_json::{Value, json};

fn schema(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/schemas").join(name);
    serde_json::from_str(&fs::read_to_string(file).expect("the schema")).expect("JSON")
}

fn validator(schema_of_format: &Value) -> Validator {
    let mut registry = Registry::new();
    for name in ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"] {
        registry = registry.add(format!("http://cyclonedx.org/schema/{name}"), schema(name)).expect("an address");
    }
    let registry = registry.prepare().expect("schemas");
    jsonschema::options()
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(schema_of_format)
        .expect("a schema")
}

fn errors(validator: &Validator, document: &Value) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The documents of a list under a key of their carriers. What a case calls a carrier of another package is empty.
fn documents(list: &ResourceList, key: &str) -> Vec<Value> {
    let carriers = list.items.iter().filter(|item| item.label(annotations::GENERATED_BY) == Some(AnnotateSbom::NAME));
    let texts = carriers.filter_map(|carrier| carrier.str_at(&format!("data[\"{key}\"]")));
    let documents = texts.map(|text| serde_json::from_str(text).expect("JSON"));
    documents.filter(|document| *document != json!({})).collect()
}

fn read(file: &Path) -> ResourceList {
    ResourceList::parse(&fs::read_to_string(file).expect("a file of the case")).expect("a ResourceList")
}

fn cases() -> Vec<PathBuf> {
    let folder = porchlight_cases::folder(AnnotateSbom::NAME);
    fs::read_dir(folder).expect("cases").map(|entry| entry.expect("a case").path()).collect()
}

/// What a case gives when both formats are asked for, whatever it asks for itself; `None` where it fails.
fn in_both_formats(case: &Path) -> Option<ResourceList> {
    let mut list = read(&case.join("input.yaml"));
    if let Some(config) = &mut list.function_config {
        let parent = if config.kind() == "ConfigMap" { "data" } else { "spec" };
        config.set(&FieldPath::of([parent, "format"]), "both");
    }
    let outcome = run_text::<AnnotateSbom>(&list.to_text());
    (outcome.exit_code == 0).then(|| ResourceList::parse(&outcome.stdout).expect("a ResourceList"))
}

fn every_document_follows(schema_name: &str, key: &str) {
    let validator = validator(&schema(schema_name));
    let mut seen = 0;
    for case in cases() {
        let recorded = documents(&read(&case.join("expected.yaml")), key);
        let made = in_both_formats(&case).map(|list| documents(&list, key));
        for document in recorded.into_iter().chain(made.into_iter().flatten()) {
            assert_eq!(errors(&validator, &document), Vec::<String>::new(), "{}", case.display());
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen} documents only");
}

#[test]
fn cyclonedx_documents_follow_their_schema() {
    every_document_follows("bom-1.6.SNAPSHOT.schema.json", "sbom.cdx.json");
}

#[test]
fn spdx_documents_follow_their_schema() {
    every_document_follows("spdx-2.3.json", "sbom.spdx.json");
}

/// The checks above can fail.
#[test]
fn the_schemas_refuse_what_is_wrong() {
    let list = read(&porchlight_cases::folder(AnnotateSbom::NAME).join("package-tree/expected.yaml"));
    let first = |key| documents(&list, key).remove(0);

    let cyclonedx = validator(&schema("bom-1.6.SNAPSHOT.schema.json"));
    let changes: [fn(&mut Value); 5] = [
        |document| document["serialNumber"] = json!("urn:uuid:1"),
        |document| document["metadata"]["timestamp"] = json!("yesterday"),
        |document| document["components"][0]["type"] = json!("package"),
        |document| document["components"][0]["licenses"] = json!([{"license": {"id": "Apache 2"}}]),
        |document| document["origin"] = json!("here"),
    ];
    for change in changes {
        let mut document = first("sbom.cdx.json");
        change(&mut document);
        assert!(!errors(&cyclonedx, &document).is_empty(), "{document}");
    }

    let spdx = validator(&schema("spdx-2.3.json"));
    let changes: [fn(&mut Value); 4] = [
        |document| document["packages"][0]["SPDXID"] = Value::Null,
        |document| document["creationInfo"]["creators"] = json!([]),
        |document| document["relationships"][0]["relationshipType"] = json!("USES"),
        |document| document["origin"] = json!("here"),
    ];
    for change in changes {
        let mut document = first("sbom.spdx.json");
        change(&mut document);
        assert!(!errors(&spdx, &document).is_empty(), "{document}");
    }
}
