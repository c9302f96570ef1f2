//! SARIF 2.1.0 (OASIS), with what code hosts want: relative paths, lines, a rule per code, fingerprints that stay when
//! lines move.

use std::collections::BTreeSet;
use std::fmt::Write;

use porchlight_krm::Code;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::finding::{Failure, Finding, Findings, FunctionRun, Place, Severity};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// Rule of findings without a code.
const NO_CODE: &str = "FINDING";

pub(crate) fn write(findings: &Findings) -> String {
    let used: BTreeSet<&str> = findings.iter().map(|(_, finding)| rule_id(finding)).collect();
    let rules: Vec<&str> = used.into_iter().collect();
    let results: Vec<Value> = findings.iter().map(|(run, finding)| result(run, finding, &rules)).collect();
    let mut invocation =
        json!({"executionSuccessful": findings.failure.is_none() && !findings.functions.iter().any(|run| run.failed)});
    if let Some(Failure { code, message }) = &findings.failure {
        let mut notification = json!({"level": "error", "message": {"text": message}});
        if let Some(code) = code {
            notification["descriptor"] = json!({"id": code.as_str()});
        }
        invocation["toolExecutionNotifications"] = json!([notification]);
    }
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "porchlight",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.iter().map(|id| rule(id)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).expect("invariant: keys are text and values finite") + "\n"
}

fn rule_id(finding: &Finding) -> &str {
    if finding.code.is_empty() { NO_CODE } else { &finding.code }
}

fn rule(id: &str) -> Value {
    let meaning = id.parse::<Code>().map_or("A finding without a code.", Code::meaning);
    json!({"id": id, "shortDescription": {"text": meaning}})
}

fn result(run: &FunctionRun, finding: &Finding, rules: &[&str]) -> Value {
    let id = rule_id(finding);
    let mut result = json!({
        "ruleId": id,
        "ruleIndex": rules.iter().position(|rule| *rule == id).unwrap_or_default(),
        "level": match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "note",
        },
        "message": {"text": message(finding)},
        "locations": [location(finding)],
        "partialFingerprints": {"findingHash/v1": fingerprint(run, finding)},
    });
    let mut properties = Map::new();
    properties.insert("function".to_owned(), json!(run.function));
    properties.insert("package".to_owned(), json!(run.package));
    if let Some(field) = &finding.field {
        properties.insert("field".to_owned(), json!(field));
    }
    for (key, value) in &finding.tags {
        properties.entry(key.as_str()).or_insert_with(|| json!(value));
    }
    result["properties"] = Value::Object(properties);
    result
}

/// The message, with the proposal and the hint, since code hosts show nothing else.
fn message(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    if let Some(proposed) = finding.field.as_ref().and_then(|field| field.proposed_value.as_ref()) {
        let _ = write!(text, "\nProposed: {proposed}");
    }
    if let Some(hint) = &finding.hint {
        let _ = write!(text, "\n{hint}");
    }
    text
}

fn location(finding: &Finding) -> Value {
    let Place { path, line, column } = &finding.place;
    let mut physical = json!({"artifactLocation": {"uri": uri(path)}});
    if let Some(line) = line {
        physical["region"] = json!({"startLine": line});
        if let Some(column) = column {
            physical["region"]["startColumn"] = json!(column);
        }
    }
    let mut location = json!({"physicalLocation": physical});
    if let Some(resource) = &finding.resource {
        let parts = [&resource.api_version, &resource.kind, &resource.namespace, &resource.name];
        let present: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let mut name = present.join("/");
        if let Some(field) = &finding.field {
            let _ = write!(name, " {}", field.path);
        }
        location["logicalLocations"] = json!([{"fullyQualifiedName": name, "kind": "object"}]);
    }
    location
}

/// A path as a URI reference (RFC 3986); an absolute path becomes a `file:` URI.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for (position, byte) in path.bytes().enumerate() {
        // A colon in the first segment would make it look like a scheme.
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if is_plain || (byte == b':' && path[..position].contains('/')) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// The same for the same finding on the same resource, wherever its lines move.
fn fingerprint(run: &FunctionRun, finding: &Finding) -> String {
    let mut hash = Sha256::new();
    let resource = finding.resource.as_ref();
    let field = finding.field.as_ref().map_or("", |field| &field.path);
    for part in [
        run.function.as_str(),
        &run.package,
        &finding.code,
        &finding.place.path,
        resource.map_or("", |resource| &resource.kind),
        resource.map_or("", |resource| &resource.namespace),
        resource.map_or("", |resource| &resource.name),
        field,
        &finding.message,
    ] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(16).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
