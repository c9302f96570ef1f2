//! What a document really holds, read from its JSON and not from what was meant to be written.

use std::collections::{HashMap, HashSet};

use super::catalogue::ElementId;
use crate::json::{Json, Value};

const NOASSERTION: &str = "NOASSERTION";

/// Elements that are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading<'j> {
    pub(super) document: Elements,
    /// By `bom-ref` or `SPDXID`.
    pub(super) components: HashMap<&'j str, Elements>,
}

/// A set of elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Elements(u32);

impl Elements {
    pub(super) fn of(elements: impl IntoIterator<Item = ElementId>) -> Self {
        Self(elements.into_iter().fold(0, |set, element| set | 1 << element as u32))
    }

    pub(super) fn contains(self, element: ElementId) -> bool {
        self.0 & 1 << element as u32 != 0
    }

    /// Adds an element where it is there.
    fn note(&mut self, element: ElementId, is_there: bool) {
        self.0 |= u32::from(is_there) << element as u32;
    }

    pub(super) fn remove(&mut self, element: ElementId) {
        self.0 &= !(1 << element as u32);
    }
}

impl<'j> Reading<'j> {
    pub(super) fn of(json: &'j Json) -> Self {
        let root = json.root();
        if root.get("bomFormat").is_some() { cyclonedx(root) } else { spdx(root) }
    }
}

fn present<const N: usize>(facts: [(ElementId, bool); N]) -> Elements {
    Elements::of(facts.into_iter().filter(|(_, is_there)| *is_there).map(|(element, _)| element))
}

fn states(value: Value<'_>, key: &str) -> bool {
    value.get(key).is_some_and(is_stated)
}

fn is_stated(value: Value<'_>) -> bool {
    !matches!(value.as_text(), "" | NOASSERTION)
}

/// True where what stands at `key` states `field`.
fn states_within(value: Value<'_>, key: &str, field: &str) -> bool {
    value.get(key).is_some_and(|value| states(value, field))
}

fn cyclonedx(json: Value<'_>) -> Reading<'_> {
    let metadata = json.get("metadata");
    let listed = |key, field| metadata.is_some_and(|metadata| metadata.items(key).any(|item| states(item, field)));
    let mut tools =
        metadata.and_then(|metadata| metadata.get("tools")).into_iter().flat_map(|tools| tools.items("components"));
    let document = present([
        (ElementId::Format, json.text("bomFormat") == "CycloneDX" && states(json, "specVersion")),
        (ElementId::Author, listed("authors", "name")),
        (ElementId::Timestamp, states_within(json, "metadata", "timestamp")),
        (ElementId::ToolName, tools.any(|tool| states(tool, "name"))),
        (ElementId::GenerationContext, listed("lifecycles", "phase")),
        (ElementId::NoVulnerabilities, json.get("vulnerabilities").is_none()),
    ]);
    let mut related: HashSet<&str> = HashSet::new();
    for dependency in json.items("dependencies") {
        related.insert(dependency.text("ref"));
        related.extend(dependency.items("dependsOn").map(Value::as_text));
    }
    let workflows = json.items("formulation").flat_map(|formula| formula.items("workflows"));
    for task in workflows.flat_map(|workflow| workflow.items("tasks")) {
        related.extend(task.items("resourceReferences").map(|reference| reference.text("ref")));
    }
    let described = metadata.and_then(|metadata| metadata.get("component"));
    let components = described.into_iter().chain(json.items("components")).map(|component| {
        let (mut reference, mut elements) = ("", Elements::default());
        for (key, value) in component.entries() {
            let (element, is_there) = match key {
                "bom-ref" => {
                    reference = value.as_text();
                    (ElementId::Relationship, related.contains(reference))
                }
                "name" => (ElementId::Name, is_stated(value)),
                "version" => (ElementId::Version, is_stated(value)),
                "supplier" => (ElementId::Supplier, states(value, "name")),
                "purl" => (ElementId::Identifier, is_stated(value)),
                "hashes" => (ElementId::Hash, value.list().any(|hash| states(hash, "content"))),
                "licenses" => (ElementId::License, value.list().any(|license| states(license, "expression"))),
                _ => continue,
            };
            elements.note(element, is_there);
        }
        (reference, elements)
    });
    Reading { document, components: components.collect() }
}

fn spdx(json: Value<'_>) -> Reading<'_> {
    let creators = |kinds: &[&str]| {
        let mut creators = json.get("creationInfo").into_iter().flat_map(|creation| creation.items("creators"));
        creators.any(|creator| kinds.iter().any(|kind| creator.as_text().starts_with(kind)))
    };
    let document = present([
        (ElementId::Format, json.text("spdxVersion").starts_with("SPDX-")),
        (ElementId::Author, creators(&["Person: ", "Organization: "])),
        (ElementId::Timestamp, states_within(json, "creationInfo", "created")),
        (ElementId::ToolName, creators(&["Tool: "])),
        (ElementId::GenerationContext, states_within(json, "creationInfo", "comment")),
        // SPDX 2.3 has no place for vulnerabilities but references of this category.
        (
            ElementId::NoVulnerabilities,
            !json.items("packages").any(|package| {
                package.items("externalRefs").any(|reference| reference.text("referenceCategory") == "SECURITY")
            }),
        ),
    ]);
    let mut related: HashSet<&str> = HashSet::new();
    let mut last = "";
    for relationship in json.items("relationships") {
        // They are sorted, so the package that holds all comes again and again.
        let from = relationship.text("spdxElementId");
        if from != std::mem::replace(&mut last, from) {
            related.insert(from);
        }
        related.insert(relationship.text("relatedSpdxElement"));
    }
    let components = json.items("packages").map(|package| {
        let (mut id, mut elements) = ("", Elements::default());
        for (key, value) in package.entries() {
            let (element, is_there) = match key {
                "SPDXID" => {
                    id = value.as_text();
                    (ElementId::Relationship, related.contains(id))
                }
                "name" => (ElementId::Name, is_stated(value)),
                "versionInfo" => (ElementId::Version, is_stated(value)),
                "supplier" => (ElementId::Supplier, is_stated(value)),
                "externalRefs" => {
                    (ElementId::Identifier, value.list().any(|reference| reference.text("referenceType") == "purl"))
                }
                "checksums" => (ElementId::Hash, value.list().any(|sum| states(sum, "checksumValue"))),
                "licenseDeclared" | "licenseConcluded" => (ElementId::License, is_stated(value)),
                _ => continue,
            };
            elements.note(element, is_there);
        }
        (id, elements)
    });
    Reading { document, components: components.collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_empty_document_holds_next_to_nothing() {
        let json = Json::of(&json!({"bomFormat": "CycloneDX", "vulnerabilities": [], "metadata": {"component": {}}}));
        let reading = Reading::of(&json);
        assert_eq!(reading.document, Elements::default());
        assert_eq!(reading.components[""], Elements::default());
        let security = json!([{"externalRefs": [{"referenceCategory": "SECURITY"}], "supplier": "NOASSERTION"}]);
        let json = Json::of(&json!({"packages": security}));
        let reading = Reading::of(&json);
        assert_eq!(reading.document, Elements::default());
        assert_eq!(reading.components[""], Elements::default());
    }

    #[test]
    fn who_only_builds_is_related_by_the_formulation() {
        let component = json!({"bom-ref": "tool", "name": "t", "hashes": [{"content": "ab"}]});
        let task = json!({"resourceReferences": [{"ref": "tool"}]});
        let bom = json!({
            "bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component],
            "formulation": [{"workflows": [{"tasks": [task]}]}],
        });
        let expected = Elements::of([ElementId::Name, ElementId::Relationship, ElementId::Hash]);
        assert_eq!(Reading::of(&Json::of(&bom)).components["tool"], expected);
    }
}
