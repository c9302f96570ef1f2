//! The bill of materials of a function's image.

use serde_json::{Value, json};

use super::crates::{Crate, Crates};
use crate::digest::Digest;

/// CycloneDX in JSON.
pub(super) const TYPE: &str = "application/vnd.cyclonedx+json";

/// The crates as a CycloneDX 1.6 document. It carries no time and no random number.
pub(super) fn cyclonedx(crates: &Crates, image: &Digest) -> Value {
    let mut root = component(crates.root(), "application");
    root["properties"] = json!([{ "name": "oci:image:digest", "value": image.to_string() }]);
    let others: Vec<Value> = crates.all()[1..].iter().map(|one| component(one, "library")).collect();
    let dependencies: Vec<Value> = crates
        .all()
        .iter()
        .map(|one| {
            let needs: Vec<String> = one.needs.iter().map(|place| crates.all()[*place].url()).collect();
            json!({ "ref": one.url(), "dependsOn": needs })
        })
        .collect();
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": root },
        "components": others,
        "dependencies": dependencies,
    })
}

fn component(one: &Crate, kind: &str) -> Value {
    let mut component =
        json!({ "type": kind, "bom-ref": one.url(), "name": one.name, "version": one.version, "purl": one.url() });
    if let Some(license) = &one.license {
        component["licenses"] = json!([{ "expression": license }]);
    }
    if let Some(checksum) = &one.checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    if let Some(repository) = &one.repository {
        component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    component
}
