//! The definitions keep the rules of structural schemas: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema>.

use porchlight_api::schema;
use serde_json::{Value, json};

/// What an API server would refuse in a schema.
fn violations(schema: &Value, path: &str, found: &mut Vec<String>) {
    let Some(object) = schema.as_object() else {
        found.push(format!("{path}: not an object"));
        return;
    };
    let has = |key: &str| object.contains_key(key);
    for forbidden in [
        "$ref",
        "$schema",
        "definitions",
        "$defs",
        "const",
        "title",
        "id",
        "patternProperties",
        "dependencies",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "uniqueItems",
    ] {
        if has(forbidden) {
            found.push(format!("{path}: `{forbidden}`"));
        }
    }
    let open = has("x-kubernetes-int-or-string") || has("x-kubernetes-preserve-unknown-fields");
    match object.get("type").and_then(Value::as_str) {
        Some("object" | "array" | "string" | "integer" | "number" | "boolean") => {}
        None if open && !has("type") => {}
        other => found.push(format!("{path}: type {other:?}")),
    }
    if has("x-kubernetes-int-or-string") && has("type") {
        found.push(format!("{path}: int-or-string with a type"));
    }
    if has("properties") && has("additionalProperties") {
        found.push(format!("{path}: both properties and additionalProperties"));
    }
    if (object.get("type") == Some(&json!("array"))) != has("items") {
        found.push(format!("{path}: items and type array go together"));
    }
    for (name, property) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
        violations(property, &format!("{path}.{name}"), found);
    }
    let properties = object.get("properties");
    for name in object.get("required").and_then(Value::as_array).into_iter().flatten() {
        if properties.and_then(|properties| properties.get(name.as_str().unwrap_or_default())).is_none() {
            found.push(format!("{path}: required {name} is no property"));
        }
    }
    if let Some(items) = object.get("items") {
        violations(items, &format!("{path}[]"), found);
    }
    if let Some(values) = object.get("additionalProperties") {
        violations(values, &format!("{path}.*"), found);
    }
    if object.get("default").is_some_and(Value::is_null) && object.get("nullable") != Some(&json!(true)) {
        found.push(format!("{path}: default null"));
    }
}

#[test]
fn definitions_are_structural() {
    for kind in schema::kinds() {
        let definition = kind.crd();
        let names = &definition["spec"]["names"];
        let plural = names["plural"].as_str().unwrap();
        assert_eq!(definition["metadata"]["name"], format!("{plural}.{}", porchlight_api::GROUP));
        assert!(plural.len() <= 63 && plural.bytes().all(|byte| byte.is_ascii_lowercase()), "{plural}");
        let versions = definition["spec"]["versions"].as_array().unwrap();
        assert_eq!(versions.iter().filter(|version| version["storage"] == true).count(), 1);
        let mut found = Vec::new();
        violations(&versions[0]["schema"]["openAPIV3Schema"], kind.kind, &mut found);
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// The check above finds what it is there for.
#[test]
fn what_is_not_structural_is_found() {
    let schema = json!({"type": "object", "properties": {
        "a": {"$ref": "#/x"},
        "b": {"type": ["string", "null"]},
        "c": {"type": "array"},
        "d": {"type": "object", "properties": {}, "additionalProperties": {"type": "string"}},
        "e": {},
    }, "required": ["f"]});
    let mut found = Vec::new();
    violations(&schema, "x", &mut found);
    assert_eq!(found.len(), 7, "{found:#?}");
}

/// Fields, values and required parts survive the way into the structural form.
#[test]
fn definitions_say_what_the_types_say() {
    let intent = schema::find("NetworkSliceIntent").unwrap().crd();
    let spec = &intent["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"];
    assert_eq!(spec["adminState"]["enum"], json!(["ACTIVATED", "DEACTIVATED"]));
    assert_eq!(spec["adminState"]["nullable"], true);
    assert_eq!(spec["plmns"]["items"]["required"], json!(["mcc", "mnc"]));
    assert_eq!(
        spec["service"]["properties"]["throughput"]["properties"]["dlPerSlice"]["properties"]["max"]["x-kubernetes-int-or-string"],
        true
    );
    let expectation = &spec["expectations"]["items"]["properties"];
    let target = &expectation["expectationTargets"]["items"]["properties"];
    assert_eq!(target["targetValueRange"]["x-kubernetes-preserve-unknown-fields"], true);
    assert_eq!(spec["providers"]["additionalProperties"], json!({"type": "string"}));
    assert_eq!(
        spec["blueprints"]["additionalProperties"]["properties"]["revision"]["x-kubernetes-int-or-string"],
        true
    );
}
