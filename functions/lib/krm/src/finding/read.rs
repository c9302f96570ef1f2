//! Reading results others wrote, legacy spellings included (kpt-render §3.1).

use std::collections::BTreeMap;

use porchlight_yaml::serde::{Conversion, FromNode, Options, ValueError};
use porchlight_yaml::{Document, Kind, NodeId};

use super::{Field, FileRef, Finding, ResourceRef, Severity};

#[derive(FromNode)]
#[serde(rename_all = "camelCase")]
struct FindingText {
    #[serde(default)]
    message: String,
    #[serde(default)]
    severity: String,
    resource_ref: Option<ResourceRefText>,
    field: Option<Field>,
    file: Option<FileRef>,
    tags: Option<BTreeMap<String, String>>,
}

#[derive(FromNode)]
#[serde(rename_all = "camelCase")]
struct ResourceRefText {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    namespace: String,
    metadata: Option<Metadata>,
}

#[derive(Default, FromNode)]
struct Metadata {
    #[serde(default)]
    name: String,
    #[serde(default)]
    namespace: String,
}

impl From<ResourceRefText> for ResourceRef {
    fn from(text: ResourceRefText) -> Self {
        let legacy = text.metadata.unwrap_or_default();
        let either = |new: String, old: String| if new.is_empty() { old } else { new };
        Self {
            api_version: text.api_version,
            kind: text.kind,
            name: either(text.name, legacy.name),
            namespace: either(text.namespace, legacy.namespace),
        }
    }
}

impl From<FindingText> for Finding {
    fn from(text: FindingText) -> Self {
        Self {
            message: text.message,
            severity: match text.severity.as_str() {
                "error" => Severity::Error,
                "warning" => Severity::Warning,
                _ => Severity::Info,
            },
            resource_ref: text.resource_ref.map(ResourceRef::from),
            field: text.field,
            file: text.file,
            tags: text.tags.unwrap_or_default(),
        }
    }
}

impl Finding {
    /// The `results` of a ResourceList: a list, or a mapping with the list in `items`; nothing is no results.
    /// An unknown severity reads as info.
    ///
    /// # Errors
    /// The first value that does not fit.
    pub fn read_all(document: &Document, results: NodeId) -> Result<Vec<Self>, ValueError> {
        let list = match document.kind(results) {
            Kind::Mapping => match document.get(results, "items") {
                Some(items) => items,
                None => return Ok(Vec::new()),
            },
            Kind::Sequence | Kind::Scalar | Kind::Alias => results,
        };
        let options = Options { conversion: Conversion::GoYaml, ..Options::default() };
        let findings: Vec<FindingText> = options.from_node(document, list)?;
        Ok(findings.into_iter().map(Self::from).collect())
    }
}
