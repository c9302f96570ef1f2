//! From a schema of a Rust type to a CustomResourceDefinition with a structural schema.
//!
//! The rules of structural schemas (apiextensions.k8s.io/v1): every node has one type, nothing is referenced, unknown
//! fields are pruned rather than forbidden, alternatives hold value checks only.

use porchlight_krm::Resource;
use serde_json::{Map, Value, json};

use super::KindSchema;
use crate::GROUP;

/// Keywords a structural schema has and we use.
const KEYWORDS: [&str; 16] = [
    "type",
    "description",
    "properties",
    "required",
    "items",
    "additionalProperties",
    "enum",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "nullable",
];

/// Formats an API server checks; others would only be noise.
const FORMATS: [&str; 6] = ["int32", "int64", "float", "double", "date-time", "uuid"];

pub(super) fn definition(kind: &KindSchema) -> Value {
    let version = kind.api_version.rsplit('/').next().unwrap_or_default();
    let plural = kind.plural();
    let singular = kind.kind.to_lowercase();
    let mut spec = structural(kind.inlined.as_value());
    let description = spec.as_object_mut().and_then(|spec| spec.remove("description")).unwrap_or_default();
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.{GROUP}")},
        "spec": {
            "group": GROUP,
            "names": {
                "kind": kind.kind,
                "listKind": format!("{}List", kind.kind),
                "plural": plural,
                "singular": singular,
                "categories": ["porchlight"],
            },
            "scope": "Namespaced",
            "versions": [{
                "name": version,
                "served": true,
                "storage": true,
                "schema": {"openAPIV3Schema": {
                    "description": description,
                    "type": "object",
                    "properties": {
                        "apiVersion": {"type": "string"},
                        "kind": {"type": "string"},
                        "metadata": {"type": "object"},
                        "spec": spec,
                    },
                    "required": ["spec"],
                }},
            }],
        },
    })
}

/// The definition as YAML, with a line that says where it comes from.
pub(super) fn text(definition: &Value) -> String {
    let mut text =
        "# Generated from the types in functions/lib/api; see `schema::files` there. Do not edit.\n".to_owned();
    let resource = Resource::from_typed(definition);
    porchlight_yaml::emit(resource.document(), porchlight_yaml::SequenceIndent::Compact, &mut text);
    text
}

/// The structural form of a schema.
fn structural(schema: &Value) -> Value {
    let Some(schema) = schema.as_object() else { return anything() };
    let mut node = match ["oneOf", "anyOf", "allOf"].iter().find_map(|key| schema.get(*key)?.as_array()) {
        Some(alternatives) => joined(schema, alternatives),
        None => plain(schema),
    };
    let typed = ["type", "x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields"];
    if !typed.iter().any(|key| node.contains_key(*key)) {
        if node.contains_key("properties") || node.contains_key("additionalProperties") {
            node.insert("type".to_owned(), json!("object"));
        } else if node.contains_key("enum") {
            node.insert("type".to_owned(), json!("string"));
        } else {
            node.insert("x-kubernetes-preserve-unknown-fields".to_owned(), json!(true));
        }
    }
    if let Some(description) = node.remove("description") {
        node.shift_insert(0, "description".to_owned(), description);
    }
    Value::Object(node)
}

fn anything() -> Value {
    json!({"x-kubernetes-preserve-unknown-fields": true})
}

/// The keywords that stay, those below in structural form.
fn plain(schema: &Map<String, Value>) -> Map<String, Value> {
    let mut node = Map::new();
    for key in KEYWORDS {
        let Some(value) = schema.get(key) else { continue };
        let value = match (key, value) {
            ("properties", Value::Object(properties)) => {
                properties.iter().map(|(name, property)| (name.clone(), structural(property))).collect()
            }
            ("items", value) => structural(value),
            // `false` forbids unknown fields; an API server prunes them instead.
            ("additionalProperties", Value::Bool(false)) => continue,
            ("additionalProperties", Value::Bool(true)) => anything(),
            ("additionalProperties", value) => structural(value),
            (_, value) => value.clone(),
        };
        node.insert(key.to_owned(), value);
    }
    if let Some(format) = schema.get("format").filter(|format| FORMATS.iter().any(|known| *format == known)) {
        node.insert("format".to_owned(), format.clone());
    }
    if let Some(constant) = schema.get("const") {
        node.insert("enum".to_owned(), json!([constant]));
    }
    node
}

/// One node for several alternatives: the values, types and fields of all of them.
fn joined(schema: &Map<String, Value>, alternatives: &[Value]) -> Map<String, Value> {
    let mut node = plain(schema);
    // The alternative that is nothing is what an optional part is written with.
    let (nothing, parts): (Vec<&Value>, Vec<&Value>) =
        alternatives.iter().partition(|part| part.get("enum") == Some(&json!([null])));
    if !nothing.is_empty() {
        node.insert("nullable".to_owned(), json!(true));
    }
    let parts: Vec<Map<String, Value>> =
        parts.into_iter().filter_map(|part| structural(part).as_object().cloned()).collect();
    if let [only] = parts.as_slice() {
        for (key, value) in only {
            node.entry(key.clone()).or_insert_with(|| value.clone());
        }
        return node;
    }
    let types: Vec<&str> = parts.iter().filter_map(|part| part.get("type")?.as_str()).collect();
    let all = |wanted: &[&str]| types.len() == parts.len() && types.iter().all(|kind| wanted.contains(kind));
    if all(&["string"]) {
        join_values(&mut node, &parts);
    } else if all(&["string", "integer", "number"]) && types.contains(&"string") {
        node.insert("x-kubernetes-int-or-string".to_owned(), json!(true));
    } else if all(&["object"]) {
        join_objects(&mut node, &parts);
    } else {
        node.insert("x-kubernetes-preserve-unknown-fields".to_owned(), json!(true));
    }
    node
}

/// Every value of every alternative; any text where one of them is open.
fn join_values(node: &mut Map<String, Value>, parts: &[Map<String, Value>]) {
    node.insert("type".to_owned(), json!("string"));
    let values: Option<Vec<&Vec<Value>>> = parts.iter().map(|part| part.get("enum")?.as_array()).collect();
    if let Some(values) = values {
        node.insert("enum".to_owned(), values.into_iter().flatten().cloned().collect());
        describe_values(node, parts);
    }
}

/// Keeps what the doc comments of the values say.
fn describe_values(node: &mut Map<String, Value>, parts: &[Map<String, Value>]) {
    let mut text = node.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    for part in parts {
        let value = part.get("enum").and_then(|values| values.get(0)).and_then(Value::as_str);
        if let (Some(value), Some(meaning)) = (value, part.get("description").and_then(Value::as_str)) {
            text += &format!("{}* `{value}`: {meaning}", if text.is_empty() { "" } else { "\n" });
        }
    }
    if !text.is_empty() {
        node.insert("description".to_owned(), json!(text));
    }
}

/// The fields of all alternatives; required is what every one requires.
fn join_objects(node: &mut Map<String, Value>, parts: &[Map<String, Value>]) {
    let mut properties = Map::new();
    let mut required: Option<Vec<Value>> = None;
    for part in parts {
        for (name, property) in part.get("properties").and_then(Value::as_object).into_iter().flatten() {
            match (properties.get_mut(name).and_then(|known: &mut Value| known.get_mut("enum")), property.get("enum")) {
                // A tag: each alternative has its own value.
                (Some(Value::Array(known)), Some(Value::Array(more))) => known.extend(more.iter().cloned()),
                _ => {
                    properties.entry(name.clone()).or_insert_with(|| property.clone());
                }
            }
        }
        let mine: Vec<Value> = part.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        required = Some(match required {
            None => mine,
            Some(all) => all.into_iter().filter(|name| mine.contains(name)).collect(),
        });
    }
    node.insert("type".to_owned(), json!("object"));
    node.insert("properties".to_owned(), Value::Object(properties));
    if let Some(required) = required.filter(|required| !required.is_empty()) {
        node.insert("required".to_owned(), Value::Array(required));
    }
}
