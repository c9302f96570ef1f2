//! What is known about the type of a node while comments are brought back.
//!
//! kpt merges some lists by key. Which ones, it takes from the Kubernetes 1.21.2 OpenAPI document, or from a
//! schema written as JSON in a comment of the node. Here the first is a table made from that document
//! (`data/associative-lists.txt`), reduced to the ways that lead to such lists.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

use porchlight_yaml::{Document, NodeId};
use serde_json::{Map, Value};

/// The type of a node, as far as it matters here.
#[derive(Clone, Debug)]
pub(super) enum Schema {
    /// An object of the table.
    Object(&'static Definition),
    /// A list of the table.
    List(&'static ListType),
    /// JSON schema from a comment.
    Inline(Rc<Inline>),
    /// Known, and without a list to merge below it.
    Opaque,
}

/// What counts of a JSON schema.
#[derive(Debug)]
pub(super) struct Inline {
    properties: HashMap<String, Schema>,
    additional_properties: Option<Schema>,
    items: Option<Schema>,
    keys: Option<Vec<String>>,
}

/// Fields of a definition that lead to lists merged by key.
#[derive(Debug)]
pub(super) struct Definition {
    fields: Vec<(&'static str, FieldType)>,
}

#[derive(Debug)]
enum FieldType {
    Object(&'static str),
    List(ListType),
}

/// A list field of the table.
#[derive(Debug)]
pub(super) struct ListType {
    element: Option<&'static str>,
    /// `None`: matched by position. Empty: scalars merged by value.
    keys: Option<Vec<&'static str>>,
}

struct Table {
    by_name: HashMap<&'static str, Definition>,
    by_resource: HashMap<(&'static str, &'static str), &'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| parse_table(include_str!("../../data/associative-lists.txt")));

fn parse_table(text: &'static str) -> Table {
    let mut table = Table { by_name: HashMap::new(), by_resource: HashMap::new() };
    let mut current = "";
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(field) = line.strip_prefix("  ") {
            let mut words = field.split(' ');
            let (Some(name), Some(of)) = (words.next(), words.next()) else { continue };
            let kind = match of.strip_prefix('[').and_then(|of| of.strip_suffix(']')) {
                None => FieldType::Object(of),
                Some(element) => {
                    let keys: Vec<_> = words.collect();
                    FieldType::List(ListType {
                        element: (!element.is_empty()).then_some(element),
                        keys: match keys.as_slice() {
                            [] => None,
                            ["="] => Some(Vec::new()),
                            _ => Some(keys),
                        },
                    })
                }
            };
            if let Some(definition) = table.by_name.get_mut(current) {
                definition.fields.push((name, kind));
            }
        } else {
            let mut parts = line.split(" = ");
            current = parts.next().unwrap_or_default();
            table.by_name.insert(current, Definition { fields: Vec::new() });
            for resource in parts {
                if let Some(key) = resource.split_once(' ') {
                    table.by_resource.insert(key, current);
                }
            }
        }
    }
    table
}

/// The fields that are a list merged by key or value in some definition of the table, sorted.
const MERGED: [&str; 22] = [
    "addresses",
    "conditions",
    "configMapGenerator",
    "containers",
    "drivers",
    "env",
    "ephemeralContainers",
    "finalizers",
    "hostAliases",
    "imagePullSecrets",
    "initContainers",
    "ownerReferences",
    "podCIDRs",
    "podIPs",
    "ports",
    "secretGenerator",
    "secrets",
    "topologySpreadConstraints",
    "volumeDevices",
    "volumeMounts",
    "volumes",
    "webhooks",
];

/// True for a field that is a list merged by key or value in some definition. Does not make the table.
pub(crate) fn is_merged_somewhere(field: &str) -> bool {
    MERGED.binary_search(&field).is_ok()
}

/// True where a comment of a node may say what type it has.
pub(crate) fn may_say_type(document: &Document, node: NodeId) -> bool {
    schema_text(document, node).is_some()
}

/// What may be a schema, in the line comment of a node or, without one, in its head comment.
fn schema_text(document: &Document, node: NodeId) -> Option<&str> {
    let comments = document.comments(node)?;
    let text = if comments.line.is_empty() { &comments.head } else { &comments.line };
    Some(text.trim_start_matches('#').trim_start()).filter(|text| text.starts_with('{'))
}

fn definition(name: &str) -> Option<Schema> {
    TABLE.by_name.get(name).map(Schema::Object)
}

impl Schema {
    /// The type of a resource, if the table has it.
    pub(super) fn of_resource(api_version: &str, kind: &str) -> Option<Self> {
        if api_version.is_empty() || kind.is_empty() {
            return None;
        }
        TABLE.by_resource.get(&(api_version, kind)).and_then(|name| definition(name))
    }

    /// The type of a mapping that says what it is: `apiVersion` and `kind`, at any depth.
    pub(super) fn of_mapping(document: &Document, mapping: NodeId) -> Option<Self> {
        let (mut api_version, mut kind) = (None, None);
        for (key, value) in document.entries(mapping) {
            match document.text(key) {
                "apiVersion" if api_version.is_none() => api_version = Some(document.text(value)),
                "kind" if kind.is_none() => kind = Some(document.text(value)),
                _ => {}
            }
            if api_version.is_some() && kind.is_some() {
                break;
            }
        }
        Self::of_resource(api_version?, kind?)
    }

    /// The schema a node carries in its line comment or, without one, in its head comment:
    /// `# {"type":"array",…}`, `# {"$ref":"#/definitions/…"}` or the short `# {"$openapi":"name"}`.
    pub(super) fn of_comment(document: &Document, node: NodeId) -> Option<Self> {
        let text = schema_text(document, node)?;
        let object: Map<String, Value> = serde_json::from_str(text).ok()?;
        let is_short_form = object.values().all(Value::is_string)
            && object.get("$openapi").and_then(Value::as_str).is_some_and(|name| !name.is_empty());
        if is_short_form {
            // A setter's definition; kpt v1 has none, so the reference leads nowhere.
            return Some(Self::Opaque);
        }
        (!object.is_empty()).then(|| Self::inline(&object))
    }

    /// Takes what counts out of a JSON schema, once, so that descending in it costs nothing. The JSON reader
    /// bounds the depth.
    fn inline(object: &Map<String, Value>) -> Self {
        if let Some(reference) = object.get("$ref").and_then(Value::as_str).filter(|reference| !reference.is_empty()) {
            let name = reference.strip_prefix("#/definitions/").unwrap_or(reference);
            let short =
                ["io.k8s.api.", "io.k8s.apimachinery.pkg.apis."].iter().find_map(|prefix| name.strip_prefix(prefix));
            return definition(short.unwrap_or(name)).unwrap_or(Self::Opaque);
        }
        let part = |name: &str| object.get(name).and_then(Value::as_object);
        let properties = part("properties").into_iter().flatten();
        Self::Inline(Rc::new(Inline {
            properties: properties
                .filter_map(|(name, schema)| Some((name.clone(), Self::inline(schema.as_object()?))))
                .collect(),
            additional_properties: part("additionalProperties").map(Self::inline),
            items: part("items").filter(|_| is_array(object)).map(Self::inline),
            keys: merge_keys(object),
        }))
    }

    /// The type of a field; `None` where nothing is known about it.
    pub(super) fn field(&self, name: &str) -> Option<Self> {
        match self {
            Self::Object(of) => {
                let (_, kind) = of.fields.iter().find(|(field, _)| *field == name)?;
                match kind {
                    FieldType::Object(of) => definition(of),
                    FieldType::List(list) => Some(Self::List(list)),
                }
            }
            Self::Inline(schema) => schema.properties.get(name).or(schema.additional_properties.as_ref()).cloned(),
            Self::List(_) | Self::Opaque => None,
        }
    }

    /// The type of a list's elements.
    pub(super) fn elements(&self) -> Option<Self> {
        match self {
            Self::List(list) => Some(list.element.and_then(definition).unwrap_or(Self::Opaque)),
            Self::Inline(schema) => schema.items.clone(),
            Self::Object(_) | Self::Opaque => None,
        }
    }

    /// The keys by which the list is merged; empty for a list of scalars merged by value.
    /// `None` for a list whose elements correspond by position only.
    pub(super) fn merge_keys(&self) -> Option<Vec<&str>> {
        match self {
            Self::List(list) => list.keys.clone(),
            Self::Inline(schema) => Some(schema.keys.as_ref()?.iter().map(String::as_str).collect()),
            Self::Object(_) | Self::Opaque => None,
        }
    }
}

fn is_array(schema: &Map<String, Value>) -> bool {
    match schema.get("type") {
        Some(Value::String(one)) => one == "array",
        Some(Value::Array(many)) => matches!(many.as_slice(), [Value::String(one)] if one == "array"),
        _ => false,
    }
}

fn merge_keys(schema: &Map<String, Value>) -> Option<Vec<String>> {
    let strategy = schema.get("x-kubernetes-patch-strategy")?.as_str()?;
    if !strategy.split(',').any(|part| part == "merge") {
        return None;
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(keys) = schema.get("x-kubernetes-list-map-keys") {
        return keys.as_array()?.iter().map(text).collect();
    }
    match schema.get("x-kubernetes-patch-merge-key") {
        None => Some(Vec::new()),
        Some(key) => Some(vec![text(key)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_are_merged_somewhere_are_those_of_the_table() {
        let fields = TABLE.by_name.values().flat_map(|definition| &definition.fields);
        let merged = fields.filter(|(_, of)| matches!(of, FieldType::List(ListType { keys: Some(_), .. })));
        let names: std::collections::BTreeSet<&str> = merged.map(|(name, _)| *name).collect();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), MERGED);
    }

    #[test]
    fn leads_from_a_deployment_to_the_keys_of_its_container_ports() {
        let containers = ["spec", "template", "spec", "containers"]
            .iter()
            .try_fold(Schema::of_resource("apps/v1", "Deployment").unwrap(), |schema, field| schema.field(field))
            .unwrap();
        assert_eq!(containers.merge_keys(), Some(vec!["name"]));
        let ports = containers.elements().unwrap().field("ports").unwrap();
        assert_eq!(ports.merge_keys(), Some(vec!["containerPort", "protocol"]));
        assert!(containers.elements().unwrap().field("args").is_none());
    }

    #[test]
    fn every_name_in_the_table_is_defined() {
        for (resource, name) in &TABLE.by_resource {
            assert!(TABLE.by_name.contains_key(name), "{resource:?}");
        }
        for (name, definition) in &TABLE.by_name {
            for (field, kind) in &definition.fields {
                let of = match kind {
                    FieldType::Object(of) => Some(*of),
                    FieldType::List(list) => list.element,
                };
                assert!(of.is_none_or(|of| TABLE.by_name.contains_key(of)), "{name}.{field}");
            }
        }
        assert!(TABLE.by_resource.len() > 100);
    }

    #[test]
    fn every_kind_merges_finalizers_by_value() {
        for (api_version, kind) in [("v1", "ConfigMap"), ("batch/v1beta1", "CronJob"), ("apps/v1", "StatefulSet")] {
            let finalizers =
                Schema::of_resource(api_version, kind).unwrap().field("metadata").unwrap().field("finalizers").unwrap();
            assert_eq!(finalizers.merge_keys(), Some(vec![]), "{kind}");
        }
    }

    fn comment(line: &str) -> Option<Schema> {
        let mut document = Document::default();
        let node = document.new_mapping();
        document.comments_mut(node).line = line.into();
        Schema::of_comment(&document, node)
    }

    #[test]
    fn reads_schemas_from_comments() {
        assert!(comment("# kpt-set: ${x}").is_none());
        assert!(comment("# {}").is_none());
        assert!(comment("# {not json").is_none());
        assert!(matches!(comment(r##"# {"$openapi":"replicas"}"##), Some(Schema::Opaque)));
        assert!(matches!(comment(r##"#{"$ref":"#/definitions/io.k8s.cli.setters.x"}"##), Some(Schema::Opaque)));
        let pod = comment(r##"# {"$ref":"#/definitions/io.k8s.api.core.v1.PodSpec"}"##).unwrap();
        assert_eq!(pod.field("volumes").unwrap().merge_keys(), Some(vec!["name"]));
        let list = comment(
            r#"# {"type":"array","x-kubernetes-patch-strategy":"merge","x-kubernetes-patch-merge-key":"id","items":{"properties":{"a":{"type":"string"}}}}"#,
        )
        .unwrap();
        assert_eq!(list.merge_keys(), Some(vec!["id"]));
        assert!(list.elements().unwrap().field("a").is_some());
        assert!(list.elements().unwrap().field("b").is_none());
    }
}
