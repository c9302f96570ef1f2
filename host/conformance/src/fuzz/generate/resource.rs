//! Resources: kinds whose lists kpt knows how to match, and kinds it has never heard of.

use super::yaml::Writer;
use crate::fuzz::random::Random;

const KINDS: [(&str, &str); 9] = [
    ("apps/v1", "Deployment"),
    ("apps/v1", "Deployment"),
    ("v1", "ConfigMap"),
    ("v1", "Service"),
    ("v1", "Pod"),
    ("example.com/v1alpha1", "Widget"),
    ("example.com/v1alpha1", "Widget"),
    ("workload.nephio.org/v1alpha1", "UPFDeployment"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
];

/// What a resource may be called; selectors choose among the same names.
pub(super) const NAMES: [&str; 6] = ["web", "db", "upf", "amf-1", "web", "cfg"];
pub(super) const NAMESPACES: [&str; 3] = ["core", "edge", "core"];
pub(super) const LABELS: [(&str, &str); 3] = [("app", "web"), ("tier", "db"), ("app", "db")];

/// The text of one resource, `number` making its name its own.
pub(super) fn resource(random: &mut Random, number: usize, rarity: usize) -> String {
    let (api_version, kind) = random.pick(&KINDS);
    let mut writer = Writer::new(random, rarity);
    writer.remark(0);
    let quoted = writer.random.once_in(6);
    let api_version = if quoted { format!("\"{api_version}\"") } else { api_version.to_owned() };
    let mut parts = [format!("apiVersion: {api_version}"), format!("kind: {kind}")];
    if writer.random.once_in(8) {
        parts.swap(0, 1);
    }
    for part in parts {
        writer.line(0, &part);
        writer.remark(0);
    }
    metadata(&mut writer, number);
    writer.remark(0);
    match kind {
        "ConfigMap" => {
            writer.line(0, "data:");
            for key in ["one", "two", "three"] {
                if writer.random.once_in(4) {
                    continue;
                }
                writer.remark(2);
                writer.out.push_str(&format!("  {key}:"));
                writer.value(2, 0);
            }
            writer.line(2, "last: text");
        }
        "Deployment" => {
            writer.line(0, "spec:");
            writer.line(2, "template:");
            writer.line(4, "spec:");
            pod(&mut writer, 6);
        }
        "Pod" => {
            writer.line(0, "spec:");
            pod(&mut writer, 2);
        }
        "Service" => {
            writer.line(0, "spec:");
            let step = writer.random.pick(&[2, 4]);
            writer.line(2, "ports:");
            for port in [80, 443, 8080] {
                if writer.random.once_in(3) {
                    continue;
                }
                writer.remark(step);
                writer.line(step, &format!("- port: {port}"));
                writer.remark(step + 2);
                writer.line(step + 2, "protocol: TCP # why");
            }
            writer.line(2, "type: ClusterIP");
        }
        _ => {
            writer.out.push_str("spec:\n");
            writer.mapping(2, 3);
        }
    }
    writer.out
}

fn metadata(writer: &mut Writer<'_>, number: usize) {
    writer.line(0, "metadata:");
    writer.remark(2);
    let name = writer.random.pick(&NAMES);
    let tail = if writer.random.once_in(5) { " # its name" } else { "" };
    writer.line(2, &format!("name: {name}-{number}{tail}"));
    if writer.random.once_in(3) {
        let namespace = writer.random.pick(&NAMESPACES);
        writer.line(2, &format!("namespace: {namespace}"));
    }
    if writer.random.once_in(3) {
        let (key, value) = writer.random.pick(&LABELS);
        writer.line(2, "labels:");
        writer.remark(4);
        writer.line(4, &format!("{key}: {value}"));
    }
    if writer.random.once_in(3) {
        let empty = writer.random.below(12);
        if empty < 3 {
            writer.line(2, ["annotations: {}", "annotations: null", "annotations:"][empty]);
            return;
        }
        writer.line(2, "annotations:");
        writer.remark(4);
        for annotation in ["config.kubernetes.io/local-config: \"true\"", "note: 'kept'", "example.com/x: text # c"] {
            if writer.random.once_in(2) {
                writer.line(4, annotation);
            }
        }
        let value = writer.string();
        writer.line(4, &format!("example.com/last: {value}"));
        if writer.random.once_in(12) {
            let stale = [
                "config.kubernetes.io/index: '3'",
                "config.kubernetes.io/path: 'elsewhere.yaml'",
                "config.k8s.io/id: '7'",
            ];
            let stale = writer.random.pick(&stale);
            writer.line(4, stale);
        }
    }
}

fn pod(writer: &mut Writer<'_>, indent: usize) {
    let step = writer.random.pick(&[0, 2]);
    writer.remark(indent);
    writer.line(indent, "containers:");
    let at = indent + step;
    for name in ["first", "second", "third"] {
        if name != "second" && writer.random.once_in(3) {
            continue;
        }
        writer.remark(at);
        if writer.random.once_in(4) {
            writer.line(at, "- image: nginx:1.2.3 # image first");
            writer.line(at + 2, &format!("name: {name}"));
        } else {
            let tail = if writer.random.once_in(3) { format!(" # the {name}") } else { String::new() };
            writer.line(at, &format!("- name: {name}{tail}"));
            writer.remark(at + 2);
            writer.line(at + 2, "image: nginx:1.2.3");
        }
        if writer.random.once_in(2) {
            writer.line(at + 2, "env:");
            for variable in ["MODE", "LEVEL"] {
                writer.remark(at + 2 + step);
                writer.line(at + 2 + step, &format!("- name: {variable}"));
                let value = writer.string();
                writer.line(at + 4 + step, &format!("value: {value} # of {variable}"));
            }
        }
        if writer.random.once_in(4) {
            let form =
                writer.random.pick(&["args: [\"--listen\", ':8080', x] # args", "args: []", "command: [ sh,-c ]"]);
            writer.line(at + 2, form);
        }
        if writer.random.once_in(4) {
            writer.line(at + 2, "ports:");
            writer.remark(at + 2 + step);
            writer.line(at + 2 + step, "- containerPort: 80 # http");
            writer.line(at + 2 + step, "- containerPort: 443");
        }
    }
    if writer.random.once_in(3) {
        writer.line(indent, "restartPolicy: Always");
    }
}
