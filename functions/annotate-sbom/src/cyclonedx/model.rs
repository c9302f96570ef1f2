//! The part of the CycloneDX 1.6 JSON format we write; names and order are the schema's (`bom-1.6.schema.json`).

use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Bom {
    pub(crate) bom_format: &'static str,
    pub(crate) spec_version: &'static str,
    pub(crate) serial_number: String,
    pub(crate) version: u32,
    pub(crate) metadata: Metadata,
    pub(crate) components: Vec<Component>,
    pub(crate) dependencies: Vec<Dependency>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) compositions: Vec<Composition>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) formulation: Vec<Formula>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Metadata {
    pub(crate) timestamp: String,
    pub(crate) lifecycles: Vec<Lifecycle>,
    pub(crate) tools: Tools,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) authors: Vec<Named>,
    pub(crate) component: Component,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Lifecycle {
    pub(crate) phase: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tools {
    pub(crate) components: Vec<Component>,
}

/// An organisation or contact of which only the name is known.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Named {
    pub(crate) name: String,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ComponentType {
    Application,
    Container,
    File,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scope {
    Required,
    Excluded,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Component {
    #[serde(rename = "type")]
    pub(crate) kind: ComponentType,
    #[serde(rename = "bom-ref", skip_serializing_if = "String::is_empty")]
    pub(crate) bom_ref: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) supplier: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<String>,
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<Scope>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) licenses: Vec<License>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) purl: Option<String>,
    #[serde(rename = "externalReferences", skip_serializing_if = "Vec::is_empty")]
    pub(crate) external_references: Vec<ExternalReference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) properties: Vec<Property>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) evidence: Option<Evidence>,
}

impl Component {
    pub(crate) fn new(kind: ComponentType, bom_ref: String, name: String) -> Self {
        Self {
            kind,
            bom_ref,
            supplier: None,
            group: None,
            name,
            version: None,
            scope: None,
            hashes: Vec::new(),
            licenses: Vec::new(),
            purl: None,
            external_references: Vec::new(),
            properties: Vec::new(),
            evidence: None,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Hash {
    pub(crate) alg: &'static str,
    pub(crate) content: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct License {
    pub(crate) expression: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ExternalReference {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) url: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Evidence {
    pub(crate) occurrences: Vec<Occurrence>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Occurrence {
    pub(crate) location: String,
    pub(crate) symbol: String,
    pub(crate) additional_context: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Dependency {
    #[serde(rename = "ref")]
    pub(crate) of: String,
    pub(crate) depends_on: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Composition {
    pub(crate) aggregate: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) assemblies: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) dependencies: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Formula {
    pub(crate) workflows: Vec<Workflow>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Workflow {
    #[serde(rename = "bom-ref")]
    pub(crate) bom_ref: String,
    pub(crate) uid: String,
    pub(crate) name: String,
    pub(crate) task_types: Vec<&'static str>,
    pub(crate) tasks: Vec<Task>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Task {
    #[serde(rename = "bom-ref")]
    pub(crate) bom_ref: String,
    pub(crate) uid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    pub(crate) resource_references: Vec<ResourceReference>,
    pub(crate) task_types: Vec<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ResourceReference {
    #[serde(rename = "ref")]
    pub(crate) reference: String,
}
