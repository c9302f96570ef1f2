//! Tables from OpenAPI definitions and from CustomResourceDefinitions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// The type of `metadata`; in Kubernetes' table.
const METADATA: &str = "meta.v1.ObjectMeta";

/// Parts of definition names that say nothing.
const PREFIXES: [&str; 6] = [
    "io.k8s.api.",
    "io.k8s.apimachinery.pkg.apis.",
    "io.k8s.apimachinery.pkg.api.",
    "io.k8s.apimachinery.pkg.",
    "io.k8s.apiextensions-apiserver.pkg.apis.",
    "io.k8s.kube-aggregator.pkg.apis.",
];

/// A table under way.
#[derive(Clone, Debug, Default)]
pub struct Compiler {
    /// `apiVersion Kind` → type.
    kinds: BTreeMap<String, String>,
    /// Type → lines.
    types: BTreeMap<String, Vec<String>>,
}

impl Compiler {
    /// Adds the kinds of OpenAPI definitions (by name, as in `swagger.json` or below `$defs`) that `wanted` accepts by
    /// apiVersion and kind, and every type they use. Their `status` is left open: packages hold what is wanted, not what is.
    pub fn add_definitions(&mut self, definitions: &Map<String, Value>, wanted: impl Fn(&str, &str) -> bool) {
        let mut work: Vec<String> = Vec::new();
        let mut roots = BTreeSet::new();
        for (name, definition) in definitions {
            for gvk in definition["x-kubernetes-group-version-kind"].as_array().into_iter().flatten() {
                let part = |key: &str| gvk[key].as_str().unwrap_or_default();
                let group = part("group");
                let api_version = format!("{group}{}{}", if group.is_empty() { "" } else { "/" }, part("version"));
                if wanted(&api_version, part("kind")) {
                    self.kinds.insert(format!("{api_version} {}", part("kind")), short(name));
                    roots.insert(name.clone());
                    work.push(name.clone());
                }
            }
        }
        while let Some(name) = work.pop() {
            if self.types.contains_key(&short(&name)) {
                continue;
            }
            let Some(definition) = definitions.get(&name) else { continue };
            self.types.insert(short(&name), Vec::new());
            let mut refer = |reference: &str| {
                let target = reference.rsplit('/').next().unwrap_or_default();
                let leaf = definitions.get(target).and_then(leaf);
                if leaf.is_none() {
                    work.push(target.to_owned());
                }
                leaf.map_or_else(|| short(target), str::to_owned)
            };
            let mut lines = Vec::new();
            let required = required(definition);
            for (field, property) in definition["properties"].as_object().into_iter().flatten() {
                let shape = if roots.contains(&name) && field == "status" {
                    "any".to_owned()
                } else {
                    reference(property, &mut refer)
                };
                let identity = roots.contains(&name) && ["apiVersion", "kind"].contains(&field.as_str());
                let constraints = if identity { String::new() } else { constraints(property) };
                let mark = if required.contains(field.as_str()) { "!" } else { "" };
                lines.push(format!("{field}{mark} {shape}{constraints}"));
            }
            self.types.insert(short(&name), lines);
        }
    }

    /// Adds the kind of a CustomResourceDefinition, in every version it serves.
    pub fn add_crd(&mut self, crd: &Value) {
        let spec = &crd["spec"];
        let (group, kind) =
            (spec["group"].as_str().unwrap_or_default(), spec["names"]["kind"].as_str().unwrap_or_default());
        for version in spec["versions"].as_array().into_iter().flatten() {
            let api_version = format!("{group}/{}", version["name"].as_str().unwrap_or_default());
            let name = format!("{api_version}.{kind}");
            self.kinds.insert(format!("{api_version} {kind}"), name.clone());
            let schema = &version["schema"]["openAPIV3Schema"];
            let mut lines = vec!["apiVersion str".to_owned(), "kind str".to_owned(), format!("metadata {METADATA}")];
            for (field, property) in schema["properties"].as_object().into_iter().flatten() {
                match field.as_str() {
                    "apiVersion" | "kind" | "metadata" => {}
                    "status" => lines.push("status any".to_owned()),
                    _ => {
                        let shape = self.structural(property, &format!("{name}.{field}"));
                        let mark = if required(schema).contains(field.as_str()) { "!" } else { "" };
                        lines.push(format!("{field}{mark} {shape}{}", constraints(property)));
                    }
                }
            }
            self.types.insert(name, lines);
        }
    }

    /// The type of a structural schema; objects become types called after the way to them.
    fn structural(&mut self, schema: &Value, name: &str) -> String {
        let flag = |key: &str| schema[key] == Value::Bool(true);
        if flag("x-kubernetes-int-or-string") {
            return quantity_or(schema, "intstr");
        }
        if flag("x-kubernetes-embedded-resource") {
            return "any".to_owned();
        }
        match schema["type"].as_str() {
            Some("array") => format!("[]{}", self.structural(&schema["items"], name)),
            Some("object") if schema["properties"].is_object() => {
                let mut lines = Vec::new();
                for (field, property) in schema["properties"].as_object().into_iter().flatten() {
                    let shape = self.structural(property, &format!("{name}.{field}"));
                    let mark = if required(schema).contains(field.as_str()) { "!" } else { "" };
                    lines.push(format!("{field}{mark} {shape}{}", constraints(property)));
                }
                if flag("x-kubernetes-preserve-unknown-fields") {
                    lines.push("* any".to_owned());
                }
                self.types.insert(name.to_owned(), lines);
                name.to_owned()
            }
            Some("object") if schema["additionalProperties"].is_object() => {
                format!("{{}}{}", self.structural(&schema["additionalProperties"], name))
            }
            Some("string") => "str".to_owned(),
            Some("boolean") => "bool".to_owned(),
            Some("number") => "num".to_owned(),
            Some("integer") => integer(schema).to_owned(),
            _ => "any".to_owned(),
        }
    }

    /// The table.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (kind, name) in &self.kinds {
            text += &format!("= {kind} {name}\n");
        }
        for (name, lines) in &self.types {
            text += &format!("{name}\n");
            for line in lines {
                text += &format!(" {line}\n");
            }
        }
        text
    }
}

fn short(name: &str) -> String {
    PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name).to_owned()
}

fn required(schema: &Value) -> BTreeSet<&str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The name of a definition that is one value rather than an object with fields.
fn leaf(definition: &Value) -> Option<&'static str> {
    if definition["properties"].is_object() {
        return None;
    }
    let alternatives: Vec<&str> = definition["oneOf"].as_array().into_iter().flatten().filter_map(kind_of).collect();
    Some(match (kind_of(definition), alternatives.as_slice()) {
        (Some("string"), _) if definition["format"] == "int-or-string" => "intstr",
        (_, ["string", "integer"]) => "intstr",
        (_, ["string", "number"]) => "quantity",
        (Some("string"), _) => "str",
        (Some("integer"), _) => integer(definition),
        (Some("boolean"), _) => "bool",
        (Some("number"), _) => "num",
        _ => "any",
    })
}

/// The type of a schema; `null` beside it does not count.
fn kind_of(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        _ => None,
    }
}

/// The type of a property of an OpenAPI definition; `refer` gives the type of a reference.
fn reference(property: &Value, refer: &mut impl FnMut(&str) -> String) -> String {
    if let Some(target) = property["$ref"].as_str() {
        return refer(target);
    }
    match kind_of(property) {
        Some("array") => format!("[]{}", reference(&property["items"], refer)),
        Some("object") if property["additionalProperties"].is_object() => {
            format!("{{}}{}", reference(&property["additionalProperties"], refer))
        }
        Some("string") => "str".to_owned(),
        Some("boolean") => "bool".to_owned(),
        Some("number") => "num".to_owned(),
        Some("integer") => integer(property).to_owned(),
        _ => "any".to_owned(),
    }
}

fn integer(schema: &Value) -> &'static str {
    if schema["format"] == "int32" { "int32" } else { "int" }
}

/// A quantity is what has the pattern of one.
fn quantity_or(schema: &Value, otherwise: &str) -> String {
    let pattern = schema["pattern"].as_str().unwrap_or_default();
    if pattern.contains("KMGTPE") { "quantity" } else { otherwise }.to_owned()
}

fn constraints(schema: &Value) -> String {
    let mut text = String::new();
    let values: Vec<&str> = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    // A value with a blank or a bar in it cannot be written in a table; the field is open then.
    if !values.is_empty() && values.iter().all(|value| !value.is_empty() && !value.contains([' ', '|'])) {
        text += &format!(" values {}", values.join("|"));
    }
    for (key, word) in [("minimum", "min"), ("maximum", "max")] {
        let number = schema[key].as_i64().or_else(|| {
            schema[key]
                .as_f64()
                .filter(|number| number.fract() == 0.0 && number.abs() < 9e15)
                .map(|number| number as i64)
        });
        if let Some(number) = number {
            text += &format!(" {word} {number}");
        }
    }
    text
}
