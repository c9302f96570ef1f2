//! What a document really holds, read from its JSON and not from what was meant to be written.

use std::collections::{BTreeMap, BTreeSet};

use porchlight_krm::order::Gather;
use serde_json::Value;

use super::catalogue::ElementId;

const NOASSERTION: &str = "NOASSERTION";

/// Elements that are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) document: BTreeSet<ElementId>,
    /// By `bom-ref` or `SPDXID`.
    pub(super) components: BTreeMap<String, BTreeSet<ElementId>>,
}

impl Reading {
    pub(super) fn of(json: &Value) -> Self {
        if json.get("bomFormat").is_some() { cyclonedx(json) } else { spdx(json) }
    }
}

fn present<const N: usize>(facts: [(ElementId, bool); N]) -> BTreeSet<ElementId> {
    facts.into_iter().filter(|(_, is_there)| *is_there).map(|(element, _)| element).gather()
}

fn list<'a>(json: &'a Value, key: &str) -> &'a [Value] {
    json[key].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(json: &'a Value, key: &str) -> &'a str {
    json[key].as_str().unwrap_or_default()
}

fn states(json: &Value, key: &str) -> bool {
    !matches!(text(json, key), "" | NOASSERTION)
}

fn cyclonedx(json: &Value) -> Reading {
    let metadata = &json["metadata"];
    let document = present([
        (ElementId::Format, text(json, "bomFormat") == "CycloneDX" && states(json, "specVersion")),
        (ElementId::Author, list(metadata, "authors").iter().any(|author| states(author, "name"))),
        (ElementId::Timestamp, states(metadata, "timestamp")),
        (ElementId::ToolName, list(&metadata["tools"], "components").iter().any(|tool| states(tool, "name"))),
        (ElementId::GenerationContext, list(metadata, "lifecycles").iter().any(|cycle| states(cycle, "phase"))),
        (ElementId::NoVulnerabilities, json.get("vulnerabilities").is_none()),
    ]);
    let mut related: BTreeSet<&str> = BTreeSet::new();
    for dependency in list(json, "dependencies") {
        related.insert(text(dependency, "ref"));
        related.extend(list(dependency, "dependsOn").iter().filter_map(Value::as_str));
    }
    let workflows = list(json, "formulation").iter().flat_map(|formula| list(formula, "workflows"));
    for task in workflows.flat_map(|workflow| list(workflow, "tasks")) {
        related.extend(list(task, "resourceReferences").iter().map(|reference| text(reference, "ref")));
    }
    let components = std::iter::once(&metadata["component"]).chain(list(json, "components")).map(|component| {
        let reference = text(component, "bom-ref");
        let elements = present([
            (ElementId::Name, states(component, "name")),
            (ElementId::Version, states(component, "version")),
            (ElementId::Supplier, states(&component["supplier"], "name")),
            (ElementId::Identifier, states(component, "purl")),
            (ElementId::Relationship, related.contains(reference)),
            (ElementId::Hash, list(component, "hashes").iter().any(|hash| states(hash, "content"))),
            (ElementId::License, list(component, "licenses").iter().any(|license| states(license, "expression"))),
        ]);
        (reference.to_owned(), elements)
    });
    Reading { document, components: components.gather() }
}

fn spdx(json: &Value) -> Reading {
    let creation = &json["creationInfo"];
    let made_by = |kinds: &[&str]| {
        let creators = list(creation, "creators").iter().filter_map(Value::as_str);
        creators.into_iter().any(|creator| kinds.iter().any(|kind| creator.starts_with(kind)))
    };
    let document = present([
        (ElementId::Format, text(json, "spdxVersion").starts_with("SPDX-")),
        (ElementId::Author, made_by(&["Person: ", "Organization: "])),
        (ElementId::Timestamp, states(creation, "created")),
        (ElementId::ToolName, made_by(&["Tool: "])),
        (ElementId::GenerationContext, states(creation, "comment")),
        // SPDX 2.3 has no place for vulnerabilities but references of this category.
        (
            ElementId::NoVulnerabilities,
            !list(json, "packages").iter().any(|package| {
                list(package, "externalRefs").iter().any(|reference| text(reference, "referenceCategory") == "SECURITY")
            }),
        ),
    ]);
    let mut related: BTreeSet<&str> = BTreeSet::new();
    for relationship in list(json, "relationships") {
        related.extend([text(relationship, "spdxElementId"), text(relationship, "relatedSpdxElement")]);
    }
    let components = list(json, "packages").iter().map(|package| {
        let id = text(package, "SPDXID");
        let elements = present([
            (ElementId::Name, states(package, "name")),
            (ElementId::Version, states(package, "versionInfo")),
            (ElementId::Supplier, states(package, "supplier")),
            (
                ElementId::Identifier,
                list(package, "externalRefs").iter().any(|reference| text(reference, "referenceType") == "purl"),
            ),
            (ElementId::Relationship, related.contains(id)),
            (ElementId::Hash, list(package, "checksums").iter().any(|sum| states(sum, "checksumValue"))),
            (ElementId::License, states(package, "licenseDeclared") || states(package, "licenseConcluded")),
        ]);
        (id.to_owned(), elements)
    });
    Reading { document, components: components.gather() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_empty_document_holds_next_to_nothing() {
        let reading = Reading::of(&json!({"bomFormat": "CycloneDX", "vulnerabilities": []}));
        assert!(reading.document.is_empty(), "{reading:?}");
        assert!(reading.components[""].is_empty());
        let security = json!([{"externalRefs": [{"referenceCategory": "SECURITY"}], "supplier": "NOASSERTION"}]);
        let reading = Reading::of(&json!({"packages": security}));
        assert!(reading.document.is_empty(), "{reading:?}");
        assert!(reading.components[""].is_empty());
    }

    #[test]
    fn who_only_builds_is_related_by_the_formulation() {
        let component = json!({"bom-ref": "tool", "name": "t", "hashes": [{"content": "ab"}]});
        let task = json!({"resourceReferences": [{"ref": "tool"}]});
        let bom = json!({
            "bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component],
            "formulation": [{"workflows": [{"tasks": [task]}]}],
        });
        let expected = BTreeSet::from([ElementId::Name, ElementId::Relationship, ElementId::Hash]);
        assert_eq!(Reading::of(&bom).components["tool"], expected);
    }
}
