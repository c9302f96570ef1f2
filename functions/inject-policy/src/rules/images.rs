//! Images: told apart by content, and admitted only with a signature.

use porchlight_krm::{Code, Finding};
use porchlight_yaml::json::json;
use serde_json::{Map, Value};

use crate::plan::Plan;
use crate::resolution::Applied;

pub(super) fn run(plan: &mut Plan<'_>) {
    references(plan);
    signatures(plan);
}

fn references(plan: &mut Plan<'_>) {
    let package = plan.package;
    for workload in &package.workloads {
        let Some(applied) = plan.rule_for("image-references", workload) else { continue };
        for container in &workload.containers {
            let image = container.image();
            if image.is_empty() || image.contains('@') {
                continue;
            }
            let name = image.rsplit('/').next().unwrap_or(image);
            let moving = !name.contains(':') || name.ends_with(":latest");
            if !moving && !applied.flag("digest") {
                continue;
            }
            let what = if moving { "has no fixed tag" } else { "has a tag, which can be moved, and no digest" };
            let item = &plan.items[workload.item];
            plan.fault(&applied, |finding| {
                finding(Code::SecurityPolicyFailed, format!("image `{image}` {what}"))
                    .on(item)
                    .field(container.path.key("image"), image)
                    .hint("pin it: `<image>@sha256:<digest>`")
            });
        }
    }
}

fn signatures(plan: &mut Plan<'_>) {
    let Some(applied) = plan.rule("image-signatures") else { return };
    let namespaces: Vec<String> = plan.package.used_namespaces().into_iter().collect();
    if namespaces.is_empty() {
        return;
    }
    let Some(cosign) = cosign(&applied) else {
        let finding = Finding::warning(
            Code::PolicyInvalid,
            "rule `image-signatures` says nothing of who signs, so no image policy is made",
        );
        let finding = finding.tag("rule", &applied.rule.id);
        plan.findings
            .push(finding.hint("give the rule `publicKey`, `kms`, or `issuer` and `subject` in a PolicyProfile"));
        plan.evidence.found(&applied);
        return;
    };
    let globs: Value = applied.texts("images").iter().map(|glob| json!({ "glob": glob })).collect();
    // Named for the package's namespaces: it is cluster-wide, and another package may have one too.
    let object = json!({
        "apiVersion": "policies.kyverno.io/v1",
        "kind": "ImageValidatingPolicy",
        "metadata": { "name": format!("signed-images-{}", namespaces.join("-")) },
        "spec": {
            "validationActions": [applied.text("action")],
            "matchConstraints": {
                "namespaceSelector": {
                    "matchExpressions": [
                        { "key": "kubernetes.io/metadata.name", "operator": "In", "values": namespaces },
                    ],
                },
                "resourceRules": [{
                    "apiGroups": [""],
                    "apiVersions": ["v1"],
                    "operations": ["CREATE", "UPDATE"],
                    "resources": ["pods"],
                }],
            },
            "matchImageReferences": globs,
            "attestors": [{ "name": "signer", "cosign": cosign }],
            "validations": [{
                "expression": "images.containers.map(image, verifyImageSignatures(image, [attestors.signer])).all(count, count > 0) && \
                    images.initContainers.map(image, verifyImageSignatures(image, [attestors.signer])).all(count, count > 0)",
                "message": "an image has no valid signature",
            }],
        },
    });
    plan.make(&applied, &object);
}

/// Who signs: a key, a key service, or an identity.
fn cosign(applied: &Applied) -> Option<Value> {
    let of = |param: &str| Some(applied.text(param)).filter(|text| !text.is_empty());
    let mut key = Map::new();
    key.extend(of("publicKey").map(|data| ("data".to_owned(), data.into())));
    key.extend(of("kms").map(|kms| ("kms".to_owned(), kms.into())));
    if !key.is_empty() {
        return Some(json!({ "key": key }));
    }
    let (issuer, subject) = (of("issuer")?, of("subject")?);
    Some(json!({ "keyless": { "identities": [{ "issuer": issuer, "subject": subject }] } }))
}
