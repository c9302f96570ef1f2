//! The files of a package, with a digest of what they say.
//!
//! A function sees resources, not bytes. The digest of a file is therefore the SHA-256 of the canonical JSON (RFC 8785)
//! of the list of its resources: the same whatever the file's layout and comments. What hosts and this function write
//! themselves does not count: annotations of `config.kubernetes.io`, `config.k8s.io`, `internal.config.kubernetes.io`
//! and `sbom-…`.

use std::collections::BTreeMap;

use porchlight_api::annotation::{SBOM_DIGEST, SBOM_REF, SBOM_SERIAL};
use porchlight_krm::Resource;
use porchlight_krm::order::{Arrange, Gather};
use porchlight_yaml::serde::from_node;
use serde_json::{Value, json};

use crate::carrier;
use crate::digest::digest;
use crate::inventory::File;
use crate::json::Json;
use crate::package_tree::PackageTree;

const HOST_ANNOTATIONS: [&str; 3] = ["config.kubernetes.io/", "config.k8s.io/", "internal.config.kubernetes.io/"];

/// Every file by its path; the one of the documents themselves is left out.
pub(crate) fn files(items: &[Resource], tree: &PackageTree) -> BTreeMap<String, File> {
    let mut contents: BTreeMap<&str, Vec<(i64, String, Value)>> = BTreeMap::new();
    let mut packages: BTreeMap<&str, &str> = BTreeMap::new();
    for (position, item) in items.iter().enumerate() {
        if carrier::is_carrier(item) {
            continue;
        }
        let location = tree.location(position);
        let content = content(item);
        let order = (item.file().1.unwrap_or_default(), Json::of(&content).canonical(), content);
        contents.entry(&location.file).or_default().push(order);
        packages.insert(&location.file, &location.package);
    }
    contents
        .into_iter()
        .map(|(path, mut resources)| {
            resources.arrange_by(|(a, text, _), (b, other, _)| (a, text).cmp(&(b, other)));
            let list = resources.into_iter().map(|(_, _, content)| content).collect();
            let package = packages.get(path).copied().unwrap_or_default().to_owned();
            (path.to_owned(), File { package, digest: digest(&Json::of(&Value::Array(list)).canonical()) })
        })
        .gather()
}

/// The resource as JSON, without what does not count. One that has no JSON form (it nests or repeats too much) counts by
/// its name.
fn content(item: &Resource) -> Value {
    let read = from_node::<Value>(item.document(), item.root());
    let mut value = read.unwrap_or_else(|_| json!({"kind": item.kind(), "metadata": {"name": item.name()}}));
    let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) else { return value };
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.retain(|key, _| {
            let is_host = HOST_ANNOTATIONS.iter().any(|prefix| key.starts_with(prefix));
            !is_host && ![SBOM_REF, SBOM_DIGEST, SBOM_SERIAL].contains(&key.as_str())
        });
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
    value
}
