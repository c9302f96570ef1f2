//! Pods that reach out of their containers.

use serde_json::Value;

use crate::data::{Data, holds};
use crate::object::{Object, items, texts};
use crate::report::{Hit, Report};

/// Words of which one is in every field that is looked at.
const WORDS: [&str; 2] = ["host", "securityContext"];

pub(super) fn check(object: &Object<'_>, report: &mut Report<'_>) {
    if !WORDS.iter().any(|word| object.resource.may_mention(word)) {
        return;
    }
    let Some((spec, path)) = object.pod_spec() else { return };
    let name = object.resource.name();
    for (key, rule, what) in [
        ("hostPID", "host-namespace", "see the processes of the node"),
        ("hostIPC", "host-namespace", "share memory with the node"),
        ("hostNetwork", "host-network", "use the network of the node"),
    ] {
        if spec.get(key) == Some(&Value::Bool(true)) {
            let hit = match rule {
                "host-namespace" => Hit::new("host-namespace", format!("the pods of `{name}` {what}")),
                _ => Hit::new("host-network", format!("the pods of `{name}` {what}")),
            };
            report.add(object, hit.at(format!("{path}.{key}")).current("true").proposing("false"));
        }
    }
    for (position, volume) in items(spec.get("volumes")) {
        let Some(host) = volume.pointer("/hostPath/path").and_then(Value::as_str) else { continue };
        let message = format!("`{name}` mounts `{host}` of the node");
        let hit = if controls(host) { Hit::new("host-control", message) } else { Hit::new("host-path", message) };
        report.add(object, hit.at(format!("{path}.volumes[{position}].hostPath.path")).current(host));
    }
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        for (position, container) in items(spec.get(list)) {
            self::container(object, container, &format!("{path}.{list}[{position}]"), report);
        }
    }
}

fn controls(host: &str) -> bool {
    let host = if host == "/" { host } else { host.trim_end_matches('/') };
    Data::facts().control_paths.iter().any(|known| {
        host == known.value
            || (known.value != "/" && host.strip_prefix(known.value.as_str()).is_some_and(|rest| rest.starts_with('/')))
    })
}

fn container(object: &Object<'_>, container: &Value, path: &str, report: &mut Report<'_>) {
    let name = container.get("name").and_then(Value::as_str).unwrap_or_default();
    let security = |pointer: &str| container.pointer(&format!("/securityContext/{pointer}"));
    if security("privileged") == Some(&Value::Bool(true)) {
        let hit = Hit::new("privileged", format!("the container `{name}` is privileged"));
        report.add(object, hit.at(format!("{path}.securityContext.privileged")).current("true").proposing("false"));
    }
    if security("allowPrivilegeEscalation") == Some(&Value::Bool(true)) {
        let hit = Hit::new("escalation", format!("processes of the container `{name}` may take more rights"));
        let path = format!("{path}.securityContext.allowPrivilegeEscalation");
        report.add(object, hit.at(path).current("true").proposing("false"));
    }
    for (position, capability) in texts(security("capabilities/add")).into_iter().enumerate() {
        let facts = Data::facts();
        let bare = capability.strip_prefix("CAP_").unwrap_or(capability);
        let message = format!("the container `{name}` has the capability {bare}");
        let hit = if holds(&facts.strong_capabilities, bare) {
            Hit::new("strong-capability", message)
        } else if holds(&facts.network_capabilities, bare) {
            Hit::new("network-capability", message)
        } else {
            continue;
        };
        report.add(object, hit.at(format!("{path}.securityContext.capabilities.add[{position}]")).current(capability));
    }
    for (position, port) in items(container.get("ports")) {
        if let Some(host) = port.get("hostPort").and_then(Value::as_u64).filter(|port| *port > 0) {
            let hit = Hit::new("host-port", format!("the container `{name}` takes port {host} of its node"));
            report.add(object, hit.at(format!("{path}.ports[{position}].hostPort")).current(host));
        }
    }
}
