//! What is committed below `docs/reference` is what the types say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use porchlight_api::schema;

const FOLDERS: [&str; 2] = ["schemas", "crds"];

/// What differs between a folder and what the types say: missing, changed and superfluous files.
fn differences(reference: &Path) -> Vec<String> {
    let mut expected: BTreeMap<String, String> = schema::files().into_iter().collect();
    let mut differences = Vec::new();
    for folder in FOLDERS {
        for entry in fs::read_dir(reference.join(folder)).into_iter().flatten() {
            let path = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
            let text = fs::read_to_string(reference.join(&path)).unwrap();
            match expected.remove(&path) {
                None => differences.push(format!("{path}: no kind is called so")),
                Some(generated) if generated != text => differences.push(format!("{path}: not as generated")),
                Some(_) => {}
            }
        }
    }
    differences.extend(expected.into_keys().map(|path| format!("{path}: missing")));
    differences
}

fn write(reference: &Path) {
    for folder in FOLDERS {
        let folder = reference.join(folder);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
    }
    for (path, text) in schema::files() {
        fs::write(reference.join(path), text).unwrap();
    }
}

#[test]
fn generated_files_are_up_to_date() {
    let reference = super::repository().join("docs/reference");
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        write(&reference);
    }
    let differences = differences(&reference);
    assert!(differences.is_empty(), "{differences:#?}\nUPDATE=1 writes them anew");
}

#[test]
fn an_edit_by_hand_is_found() {
    let reference = tempfile::tempdir().unwrap();
    write(reference.path());
    assert_eq!(differences(reference.path()), Vec::<String>::new());
    let edited = reference.path().join("schemas/sbomconfig.json");
    fs::write(&edited, fs::read_to_string(&edited).unwrap().replace("author", "autor")).unwrap();
    fs::remove_file(reference.path().join("crds/orchestration.nephio-oran.io_intentreports.yaml")).unwrap();
    fs::write(reference.path().join("schemas/old.json"), "{}").unwrap();
    let mut found = differences(reference.path());
    found.sort();
    assert_eq!(
        found,
        [
            "crds/orchestration.nephio-oran.io_intentreports.yaml: missing",
            "schemas/old.json: no kind is called so",
            "schemas/sbomconfig.json: not as generated"
        ]
    );
}

#[test]
fn kinds_are_in_order_and_all_of_our_group() {
    let kinds: Vec<&str> = schema::kinds().iter().map(|kind| kind.kind).collect();
    assert!(kinds.is_sorted(), "{kinds:?}");
    assert!(schema::kinds().iter().all(|kind| kind.api_version == porchlight_api::API_VERSION));
    assert!(schema::find("networksliceINTENT").is_some_and(|kind| kind.plural() == "networksliceintents"));
}

/// Every type with `impl Kind` of our group has its line in `schema::kinds`.
#[test]
fn every_kind_has_its_line() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![source];
    let mut found = Vec::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for block in text.split("impl Kind for ").skip(1) {
            let ours = block.split("\n}").next().unwrap_or_default();
            if ours.contains("= crate::API_VERSION;")
                || ours.contains("= API_VERSION;") && text.contains("use crate::API_VERSION")
            {
                let kind = ours.split("const KIND: &'static str = \"").nth(1).unwrap_or_default();
                found.push(kind.split('"').next().unwrap_or_default().to_owned());
            }
        }
    }
    found.sort();
    let kinds: Vec<String> = schema::kinds().iter().map(|kind| kind.kind.to_owned()).collect();
    assert_eq!(found, kinds);
}

#[test]
fn every_part_is_documented() {
    for kind in schema::kinds() {
        let mut silent = Vec::new();
        undocumented(&kind.json_schema(), kind.kind, &mut silent);
        assert!(silent.is_empty(), "fields without a description: {silent:#?}");
    }
}

fn undocumented(schema: &serde_json::Value, path: &str, silent: &mut Vec<String>) {
    match schema {
        serde_json::Value::Object(object) => {
            for (name, property) in object.get("properties").and_then(|value| value.as_object()).into_iter().flatten() {
                let frame = ["apiVersion", "kind", "spec", "metadata"].contains(&name.as_str());
                if !frame && property.is_object() && property.get("description").is_none() {
                    silent.push(format!("{path}.{name}"));
                }
            }
            for (name, value) in object {
                undocumented(value, &format!("{path}.{name}"), silent);
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                undocumented(item, path, silent);
            }
        }
        _ => {}
    }
}
