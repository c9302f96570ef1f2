//! Where a function's image comes from.

use serde_json::{Value, json};

use super::crates::Crates;
use super::parts::Parts;
use crate::digest::Digest;
use crate::document::Descriptor;
use crate::reference::Reference;

/// An in-toto statement.
pub(super) const TYPE: &str = "application/vnd.in-toto+json";

/// A statement of SLSA provenance 1.0 about the index and its images: which source, which crates, which compiler. It
/// names no machine and no time, so whoever builds the same gets the same.
pub(super) fn statement(
    parts: &Parts,
    crates: &Crates,
    name: &Reference,
    index: &Digest,
    images: &[Descriptor],
) -> Value {
    let hex = |digest: &Digest| json!({ "sha256": digest.hex() });
    let mut subjects = vec![json!({ "name": name.to_string(), "digest": hex(index) })];
    for image in images {
        if let (Ok(digest), Some(platform)) = (image.digest(), &image.platform) {
            subjects.push(json!({ "name": format!("{name} {platform}"), "digest": hex(&digest) }));
        }
    }
    let source = crates.root().repository.clone().unwrap_or_default();
    let mut from = vec![json!({ "uri": "file:Cargo.lock", "digest": hex(&parts.lock) })];
    if let Some(revision) = parts.revision() {
        let mut tree = json!({ "uri": format!("git+{source}@{revision}") });
        // A tree with changes is not what the commit names.
        if !revision.ends_with("-dirty") {
            tree["digest"] = json!({ "gitCommit": revision });
        }
        from.push(tree);
    }
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects,
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": format!("{source}/blob/main/docs/images.md#how-images-are-built"),
                "externalParameters": { "function": crates.root().name, "version": crates.root().version },
                "internalParameters": { "toolchain": parts.toolchain() },
                "resolvedDependencies": from,
            },
            "runDetails": { "builder": { "id": format!("{source}/blob/main/scripts/build-functions") } },
        },
    })
}
