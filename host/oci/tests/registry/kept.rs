//! A registry that keeps what it is sent, and checks it as registries do.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use porchlight_oci::Digest;
use serde_json::Value;

use crate::server::{Answer, Request, Server};

/// Everything in the registry, by path.
pub(crate) type Content = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A registry with content. With `lists` it keeps lists of what refers to what (distribution-spec 1.1).
pub(crate) fn registry(content: &Content, lists: bool) -> Server {
    let content = Arc::clone(content);
    Server::start(move |request, _| answer(&mut content.lock().unwrap(), request, lists))
}

/// One answer of such a registry, without lists.
pub(crate) fn answer_to(content: &Content, request: &Request) -> Answer {
    answer(&mut content.lock().unwrap(), request, false)
}

pub(crate) fn empty(lists: bool) -> (Server, Content) {
    let content = Content::default();
    (registry(&content, lists), content)
}

fn answer(content: &mut BTreeMap<String, Vec<u8>>, request: &Request, lists: bool) -> Answer {
    let (path, method) = (request.path(), request.line.split(' ').next().unwrap());
    match method {
        "GET" | "HEAD" => match content.get(path) {
            Some(body) => Answer::ok(body.clone()),
            None if lists && path.contains("/referrers/") => list(content, path),
            None => Answer::status(404),
        },
        "POST" => Answer::status(202).header("Location", path.replace("uploads/", "uploads/1?state=x")),
        "PUT" if path.contains("/blobs/uploads/") => {
            let digest = path.rsplit_once("&digest=").unwrap().1;
            if digest != Digest::of(&request.body).to_string() {
                return refusal("DIGEST_INVALID");
            }
            let place = path.split_once("uploads/").unwrap().0;
            content.insert(format!("{place}{digest}"), request.body.clone());
            Answer::status(201)
        }
        "PUT" => manifest(content, request, lists),
        _ => Answer::status(405),
    }
}

fn refusal(code: &str) -> Answer {
    let body = format!(r#"{{"errors": [{{"code": "{code}", "message": "what it says"}}]}}"#);
    Answer { status: 400, ..Answer::ok(body) }
}

/// Takes a manifest whose parts are there.
fn manifest(content: &mut BTreeMap<String, Vec<u8>>, request: &Request, lists: bool) -> Answer {
    let (place, version) = request.path().split_once("/manifests/").unwrap();
    let document: Value = serde_json::from_slice(&request.body).unwrap();
    let said = document["mediaType"].as_str();
    if said.is_some_and(|kind| request.headers["content-type"] != kind) {
        return refusal("MANIFEST_INVALID");
    }
    let entries = |name: &str| document[name].as_array().cloned().unwrap_or_default();
    let there = |kind: &str, entry: &Value| {
        content.contains_key(&format!("{place}/{kind}/{}", entry["digest"].as_str().unwrap()))
    };
    let config = document.get("config").cloned();
    let blobs = entries("layers").into_iter().chain(config).all(|entry| there("blobs", &entry));
    if !blobs || !entries("manifests").iter().all(|entry| there("manifests", entry)) {
        return refusal("MANIFEST_BLOB_UNKNOWN");
    }
    let digest = Digest::of(&request.body).to_string();
    content.insert(format!("{place}/manifests/{version}"), request.body.clone());
    content.insert(format!("{place}/manifests/{digest}"), request.body.clone());
    let answer = Answer::status(201).header("Docker-Content-Digest", digest);
    match document["subject"]["digest"].as_str() {
        Some(subject) if lists => answer.header("OCI-Subject", subject),
        _ => answer,
    }
}

/// What refers to a manifest.
fn list(content: &BTreeMap<String, Vec<u8>>, path: &str) -> Answer {
    let (place, subject) = path.split_once("/referrers/").unwrap();
    let by_digest = format!("{place}/manifests/sha256:");
    let mut entries = Vec::new();
    for (path, body) in content.iter().filter(|(path, _)| path.starts_with(&by_digest)) {
        let document: Value = serde_json::from_slice(body).unwrap();
        if document["subject"]["digest"] == subject {
            entries.push(serde_json::json!({
                "mediaType": document["mediaType"],
                "digest": path.rsplit('/').next(),
                "size": body.len(),
                "artifactType": document["artifactType"],
            }));
        }
    }
    Answer::ok(serde_json::json!({ "schemaVersion": 2, "manifests": entries }).to_string())
}
