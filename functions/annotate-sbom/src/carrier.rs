//! The object that carries the documents: a ConfigMap that stays in the package.
//!
//! A function can emit Kubernetes objects only, so the JSON texts are the values of `data`. The object is named after
//! the package and marked `config.kubernetes.io/local-config`, so nothing ever applies it.

use porchlight_krm::{FieldPath, Resource, annotations};
use porchlight_yaml::{Kind, Scalar, string_style};
use uuid::Uuid;

use crate::digest::digest;
use crate::inventory::Inventory;
use crate::json::Json;
use crate::package_tree::PackageTree;
use crate::provenance::Provenance;

/// What we write into the origin label of what we generate.
const FUNCTION: &str = "annotate-sbom";
/// File the object is put into, in the root of the package.
const FILE: &str = "sbom.yaml";
/// Longest name Kubernetes takes.
const MAX_NAME: usize = 253;

/// A document format with its key in the carrier.
pub(crate) const CYCLONEDX_KEY: &str = "sbom.cdx.json";
pub(crate) const SPDX_KEY: &str = "sbom.spdx.json";

/// How the name of a document stands in the canonical JSON before it has one.
const NAMELESS: &str = "\"\"";

/// One document, ready to be carried.
pub(crate) struct CarriedDocument {
    /// Key in `data`.
    pub(crate) key: &'static str,
    /// The document.
    pub(crate) json: Json,
    /// `urn:uuid:` of the document.
    pub(crate) serial: String,
    /// Only of the first of several documents: nothing refers to the others.
    pub(crate) digest: String,
    /// The canonical JSON, as long as there is no digest of it.
    canonical: String,
}

impl CarriedDocument {
    /// A document whose name, the text of the root's `field`, follows from everything else.
    pub(crate) fn new(
        key: &'static str,
        mut json: Json,
        provenance: &Provenance,
        field: &str,
        name: impl FnOnce(&Uuid) -> String,
    ) -> Self {
        let (mut canonical, place) = json.canonical_around(field);
        let identity = provenance.identify(&canonical);
        let name = name(&identity);
        if let Some(place) = place {
            canonical.replace_range(place..place + NAMELESS.len(), &serde_json::Value::from(name.as_str()).to_string());
        }
        json.set(field, &name);
        Self { key, json, serial: identity.urn().to_string(), digest: String::new(), canonical }
    }

    /// The document with its digest.
    pub(crate) fn digested(mut self) -> Self {
        self.digest = digest(&std::mem::take(&mut self.canonical));
        self
    }
}

/// True for an object that this function generated to carry documents, of whatever package.
pub(crate) fn is_carrier(item: &Resource) -> bool {
    item.kind() == "ConfigMap" && item.api_version() == "v1" && item.label(annotations::GENERATED_BY) == Some(FUNCTION)
}

/// Name of the carrier of a package: `<package>-sbom` in the characters Kubernetes allows.
pub(crate) fn name(inventory: &Inventory) -> String {
    let allowed = |character: char| if character.is_ascii_alphanumeric() || character == '.' { character } else { '-' };
    let package: String =
        inventory.root().name.to_lowercase().chars().map(allowed).take(MAX_NAME - "-sbom".len()).collect();
    match package.trim_matches(['-', '.']) {
        "" => "sbom".to_owned(),
        package => format!("{package}-sbom"),
    }
}

/// Brings the package's carrier up to date, adds it where there is none, and removes carriers the package had under
/// another name. Carriers of subpackages stay as they are, and so does everything in the object that is not ours.
pub(crate) fn apply(
    items: &mut Vec<Resource>,
    tree: &PackageTree,
    inventory: &Inventory,
    documents: &[CarriedDocument],
) {
    let name = name(inventory);
    let mut own: Option<usize> = None;
    let mut obsolete = Vec::new();
    for (position, item) in items.iter().enumerate() {
        if !is_carrier(item) || !tree.location(position).package.is_empty() {
            continue;
        }
        if item.name() == name && own.is_none() {
            own = Some(position);
        } else {
            obsolete.push(position);
        }
    }
    match own {
        Some(position) => write(&mut items[position], inventory, documents),
        None => {
            let mut item = Resource::new("v1", "ConfigMap", &name);
            item.set_label(annotations::GENERATED_BY, FUNCTION);
            item.set_annotation(annotations::LOCAL_CONFIG, "true");
            item.set_annotation(annotations::PATH, FILE);
            item.set_annotation(annotations::INDEX, &free_index(items, tree).to_string());
            write(&mut item, inventory, documents);
            items.push(item);
        }
    }
    for position in obsolete.into_iter().rev() {
        items.remove(position);
    }
}

fn write(item: &mut Resource, inventory: &Inventory, documents: &[CarriedDocument]) {
    item.set_annotation(annotations::ORIGIN, &inventory.root().name);
    for key in [CYCLONEDX_KEY, SPDX_KEY] {
        let path = FieldPath::of(["data", key]);
        match documents.iter().find(|document| document.key == key) {
            Some(document) => {
                if !holds(item, key, &document.json) {
                    // Such a text is not copied.
                    let text = document.json.pretty();
                    let style = string_style(&text);
                    let node = item.document_mut().new_scalar(text, style);
                    item.set_node(&path, node);
                }
            }
            None => {
                item.remove(&path);
            }
        }
    }
}

/// True where the text of the document is there already. Such texts are long, so none is made just to be compared.
fn holds(item: &Resource, key: &str, json: &Json) -> bool {
    let document = item.document();
    let node = document.get(item.root(), "data").and_then(|data| document.get(data, key));
    node.is_some_and(|node| {
        document.kind(node) == Kind::Scalar
            && json.is_pretty(document.text(node))
            && matches!(document.resolve(node), Scalar::Str(_))
    })
}

/// The first position of [`FILE`] behind what the user may have put there.
fn free_index(items: &[Resource], tree: &PackageTree) -> i64 {
    let taken = items.iter().enumerate().filter(|(position, _)| tree.location(*position).file == FILE);
    taken.map(|(_, item)| item.file().1.unwrap_or_default().saturating_add(1)).max().unwrap_or_default()
}
