//! A package folder as a ResourceList, and the documents of a result, as the tests look at them.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use porchlight_krm::{Code, Resource, ResourceList, Severity, annotations};
use serde_json::Value;

/// The resources of a folder, as `kpt fn source` gives them, with `config` as the data of a ConfigMap.
pub(crate) fn source(folder: &Path, config: &str) -> String {
    let mut list = list(&format!("functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  {config}\nitems: []\n"));
    let mut work = vec![folder.to_owned()];
    while let Some(path) = work.pop() {
        if path.is_dir() {
            work.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name != "Kptfile" && !name.ends_with(".yaml") {
            continue;
        }
        let file = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        let documents = porchlight_yaml::parse(Arc::from(fs::read_to_string(&path).unwrap())).unwrap();
        let resources = documents.into_iter().filter_map(|document| Resource::from_document(document).ok());
        for (index, mut resource) in resources.enumerate() {
            resource.set_annotation(annotations::PATH, &file);
            resource.set_annotation(annotations::INDEX, &index.to_string());
            list.items.push(resource);
        }
    }
    list.to_text()
}

/// A list from the text behind its head.
pub(crate) fn list(body: &str) -> ResourceList {
    let text = format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n{body}");
    ResourceList::parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// The documents a run left in its carrier, and what it said about the rest.
pub(crate) struct Documents {
    /// The CycloneDX document as text.
    pub(crate) cyclonedx: String,
    /// The SPDX document as text.
    pub(crate) spdx: String,
    /// Objects, the Kptfile not counted, that refer to the CycloneDX document.
    pub(crate) annotated: usize,
    /// The digest they give for it; all of them the same.
    pub(crate) digest: String,
    /// Warnings about images.
    pub(crate) warnings: usize,
    /// Information about images.
    pub(crate) infos: usize,
}

impl Documents {
    pub(crate) fn of(stdout: &str) -> Self {
        let list = ResourceList::parse(stdout).unwrap_or_else(|error| panic!("{error}"));
        let carriers: Vec<_> =
            list.items.iter().filter(|item| item.label(annotations::GENERATED_BY) == Some("annotate-sbom")).collect();
        let [carrier] = carriers.as_slice() else { panic!("{} carriers", carriers.len()) };
        let document = |key: &str| carrier.str_at(&format!("data[\"{key}\"]")).unwrap_or_default().to_owned();
        let digest_of =
            |item: &Resource| item.annotation("orchestration.nephio-oran.io/sbom-digest").map(str::to_owned);
        let mut digests: Vec<String> = list.items.iter().filter_map(digest_of).collect();
        let annotated = list.items.iter().filter(|item| item.kind() != "Kptfile" && digest_of(item).is_some()).count();
        digests.sort();
        digests.dedup();
        assert!(digests.len() <= 1, "{digests:?}");
        let about_images = list.results.iter().filter(|finding| finding.code() == Some(Code::SbomRefInvalid));
        let count = |severity| about_images.clone().filter(|finding| finding.severity == severity).count();
        Self {
            cyclonedx: document("sbom.cdx.json"),
            spdx: document("sbom.spdx.json"),
            annotated,
            digest: digests.pop().unwrap_or_default(),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        }
    }

    /// Full references of the CycloneDX document's containers, sorted.
    pub(crate) fn images(&self) -> Vec<String> {
        let mut images: Vec<String> = self
            .components()
            .iter()
            .filter(|component| component["type"] == "container")
            .map(|component| text(&component["properties"][0]["value"]))
            .collect();
        images.sort();
        images
    }

    /// Package URLs of the CycloneDX document's components.
    pub(crate) fn purls(&self) -> Vec<String> {
        self.components().iter().map(|component| text(&component["purl"])).collect()
    }

    /// `name:version` of the SPDX document's containers, sorted.
    pub(crate) fn spdx_images(&self) -> Vec<String> {
        let document: Value = serde_json::from_str(&self.spdx).unwrap();
        let mut images: Vec<String> = document["packages"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|package| package["primaryPackagePurpose"] == "CONTAINER")
            .map(|package| format!("{}:{}", text(&package["name"]), text(&package["versionInfo"])))
            .collect();
        images.sort();
        images
    }

    fn components(&self) -> Vec<Value> {
        let document: Value = serde_json::from_str(&self.cyclonedx).unwrap();
        document["components"].as_array().unwrap().clone()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
