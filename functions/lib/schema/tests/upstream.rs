//! What functions emit for others fits the schemas of others, and the table of Nephio's kinds says what their definitions say.
//!
//! The definitions themselves are not kept here. They are read where they are at hand: in the corpus (Porch, Multus), and in a
//! folder in `PORCHLIGHT_CRDS`, such as `config/crd/bases` of github.com/nephio-project/api. `tests/definitions.txt` records
//! which ones the table was compared with, by digest; `UPDATE=1` adds what is found.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests stop at the first thing that is wrong and say what they skip"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use porchlight_cases::corpus;
use porchlight_krm::{Resource, ResourceList, annotations};
use porchlight_schema::compile::Compiler;
use porchlight_schema::{KUBERNETES, NEPHIO};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn walk(folder: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            walk(&path, wanted, found);
        } else if wanted(&path) {
            found.push(path);
        }
    }
}

/// Objects of other groups in the outputs of passing cases that a function of ours generated, with their place.
fn emitted() -> Vec<(String, Resource)> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../testdata/functions");
    let mut files = Vec::new();
    let passing = |path: &Path| path.ends_with("expected.yaml") && !path.with_file_name("expected-stderr.txt").exists();
    walk(&cases, &passing, &mut files);
    let mut found = Vec::new();
    for file in files {
        let list = ResourceList::parse(&fs::read_to_string(&file).unwrap()).unwrap();
        let place = file.strip_prefix(&cases).unwrap().display().to_string();
        let ours = list.items.into_iter().filter(|item| {
            item.label(annotations::GENERATED_BY).is_some() && item.api_version() != annotations::API_VERSION
        });
        found.extend(ours.map(|item| (format!("{place}: {} {}", item.kind(), item.name()), item)));
    }
    found
}

#[test]
fn what_functions_emit_fits_the_tables() {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for (place, item) in emitted() {
        let Some(violations) = porchlight_schema::check(&item) else { continue };
        let texts: Vec<String> = violations.iter().map(ToString::to_string).collect();
        assert!(texts.is_empty(), "{place}: {texts:#?}");
        *kinds.entry(item.kind().to_owned()).or_default() += 1;
    }
    for kind in ["PackageVariant", "NFDeployment", "Capacity", "Interface", "Network", "Namespace", "ResourceQuota"] {
        assert!(kinds.contains_key(kind), "no case emits a {kind}: {kinds:?}");
    }
}

/// Definitions that are at hand, as values.
fn definitions() -> Vec<Value> {
    let mut files = Vec::new();
    let yaml = |path: &Path| path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    walk(&corpus::root().join("nephio-catalog"), &yaml, &mut files);
    if let Some(folder) = std::env::var_os("PORCHLIGHT_CRDS") {
        walk(Path::new(&folder), &yaml, &mut files);
    }
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        if !text.contains("kind: CustomResourceDefinition") {
            continue;
        }
        let documents = porchlight_yaml::parse(Arc::from(text)).unwrap();
        let resources = documents.into_iter().filter_map(|document| Resource::from_document(document).ok());
        found.extend(
            resources.filter(|item| item.kind() == "CustomResourceDefinition").map(|item| item.typed().unwrap()),
        );
    }
    if found.is_empty() {
        println!("skipped: no definitions (set PORCHLIGHT_CORPUS or PORCHLIGHT_CRDS)");
    }
    found
}

fn versions(definition: &Value) -> impl Iterator<Item = (String, &str, &Value)> {
    let group = definition["spec"]["group"].as_str().unwrap();
    let kind = definition["spec"]["names"]["kind"].as_str().unwrap();
    definition["spec"]["versions"].as_array().unwrap().iter().map(move |version| {
        (format!("{group}/{}", version["name"].as_str().unwrap()), kind, &version["schema"]["openAPIV3Schema"])
    })
}

/// The schema of a definition as an API server applies it with strict field validation.
fn strict(schema: &Value) -> Value {
    let Some(object) = schema.as_object() else { return schema.clone() };
    let mut node = serde_json::Map::new();
    for (key, value) in object {
        let value = match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.iter().map(|(name, property)| (name.clone(), strict(property))).collect()
            }
            ("items" | "additionalProperties", value) => strict(value),
            (_, value) => value.clone(),
        };
        node.insert(key.clone(), value);
    }
    if node.contains_key("properties") && !node.contains_key("x-kubernetes-preserve-unknown-fields") {
        node.insert("additionalProperties".to_owned(), json!(false));
    }
    Value::Object(node)
}

/// `null` is as good as absent.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(entries) => entries
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), without_nulls(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

#[test]
fn what_functions_emit_fits_the_definitions() {
    let definitions = definitions();
    if definitions.is_empty() {
        return;
    }
    let mut checked = 0;
    for (place, item) in emitted() {
        let schema = definitions.iter().flat_map(versions).find(|(api_version, kind, _)| item.is(api_version, kind));
        let Some((_, _, schema)) = schema else { continue };
        let validator = jsonschema::draft7::new(&strict(schema)).unwrap();
        let value = without_nulls(&item.typed().unwrap());
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{place}: {errors:#?}");
        checked += 1;
    }
    assert!(checked > 20, "{checked} objects");
}

/// Fields of the types of a table, by the way to them: `Kind.spec.field`.
fn fields(table: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let mut types: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    let mut kinds = Vec::new();
    let mut current = "";
    for line in table.lines().filter(|line| !line.starts_with(['#', '+'])) {
        if let Some(kind) = line.strip_prefix("= ") {
            kinds.push(kind.split(' ').collect::<Vec<_>>());
        } else if let Some(field) = line.strip_prefix(' ') {
            let mut words = field.split(' ');
            let name = words.next().unwrap().to_owned();
            types.entry(current).or_default().push((name, words.next().unwrap().to_owned()));
        } else {
            current = line;
            types.entry(current).or_default();
        }
    }
    let mut found = BTreeMap::new();
    // Kubernetes' own kinds are there for their types only; some of those hold themselves.
    kinds.retain(|kind| kind[0].contains('.') && !kind[0].contains(".k8s.io/"));
    for kind in kinds {
        let mut work = vec![(format!("{} {}", kind[0], kind[1]), kind[2].to_owned())];
        while let Some((path, name)) = work.pop() {
            let Some(lines) = types.get(name.as_str()) else { continue };
            let mut seen = Vec::new();
            for (field, shape) in lines {
                let bare = field.trim_end_matches('!');
                if path.contains('.') || bare == "spec" {
                    let inner = shape.trim_start_matches(['[', ']', '{', '}']);
                    work.push((format!("{path}.{bare}"), inner.to_owned()));
                    seen.push((field.clone(), shape.len().min(2).to_string()));
                }
            }
            seen.sort();
            found.insert(path, seen);
        }
    }
    found
}

/// Every field that a definition has is in the hand-written table, required where it is required, and no other is; but for
/// what newer releases of Porch have.
#[test]
fn the_table_of_nephio_says_what_the_definitions_say() {
    let definitions = definitions();
    if definitions.is_empty() {
        return;
    }
    let table = format!("{NEPHIO}{KUBERNETES}");
    let ours = fields(&table);
    let known = |api_version: &str, kind: &str| ours.contains_key(&format!("{api_version} {kind}"));
    let mut recorded = String::new();
    let mut differences = Vec::new();
    for definition in &definitions {
        if !versions(definition).any(|(api_version, kind, _)| known(&api_version, kind)) {
            continue;
        }
        let digest = Sha256::digest(serde_json::to_vec(definition).unwrap());
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        recorded += &format!("{} sha256:{digest}\n", definition["metadata"]["name"].as_str().unwrap());
        let mut compiler = Compiler::default();
        compiler.add_crd(definition);
        for (path, theirs) in fields(&compiler.text()) {
            // Kinds the table does not have, in a definition of several versions.
            let Some(mine) = ours.get(&path) else { continue };
            let names = |fields: &[(String, String)]| fields.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
            let newer = ["status", "tag", "mutators", "validators", "upstream", "sync", "description"];
            let missing: Vec<String> = names(&theirs).into_iter().filter(|name| !names(mine).contains(name)).collect();
            let mut extra = names(mine);
            extra.retain(|name| !names(&theirs).contains(name) && !newer.contains(&name.as_str()));
            if !missing.is_empty() || !extra.is_empty() {
                differences.push(format!("{path}: missing {missing:?}, too many {extra:?}"));
            }
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/definitions.txt");
    let mut lines: Vec<String> = fs::read_to_string(&file).unwrap_or_default().lines().map(str::to_owned).collect();
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        lines.extend(recorded.lines().map(str::to_owned));
        lines.sort();
        lines.dedup();
        fs::write(&file, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    }
    for line in recorded.lines() {
        assert!(lines.iter().any(|known| known == line), "not compared before: {line}; UPDATE=1 records it");
    }
}
