//! The references objects make.

use serde_json::Value;

use super::Reference;
use crate::package::Item;

/// Every reference of an item to objects a package usually holds.
pub(super) fn references(item: &Item<'_>) -> Vec<Reference> {
    let mut found = Vec::new();
    if let Some((spec, path)) = item.pod_spec() {
        pod_spec(spec, &path, &mut found);
    }
    networks(item, &mut found);
    match (item.group(), item.resource.kind()) {
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => binding(item, &mut found),
        ("networking.k8s.io", "Ingress") => ingress(item, &mut found),
        ("autoscaling", "HorizontalPodAutoscaler") => {
            target(item, "/spec/scaleTargetRef", "spec.scaleTargetRef.name", &mut found);
        }
        ("autoscaling.k8s.io", "VerticalPodAutoscaler") => {
            target(item, "/spec/targetRef", "spec.targetRef.name", &mut found);
        }
        ("apps", "StatefulSet") => {
            named(item.value.pointer("/spec/serviceName"), "Service", "spec.serviceName".to_owned(), &mut found);
        }
        ("workload.nephio.org", "NFDeployment") => parameters(item, &mut found),
        ("req.nephio.org", "Dependency") => injected(item, &mut found),
        _ => {}
    }
    found
}

/// A reference by a field that holds the name; nothing where it is empty.
fn named(value: Option<&Value>, kind: &str, path: String, found: &mut Vec<Reference>) {
    if let Some(name) = value.and_then(Value::as_str).filter(|name| !name.is_empty()) {
        let (kind, name) = (kind.to_owned(), name.to_owned());
        found.push(Reference { kind, namespace: String::new(), name, path, inner: false });
    }
}

/// `{name: …}`, unless it says that nothing may be there.
fn optional(value: Option<&Value>, key: &str, kind: &str, path: &str, found: &mut Vec<Reference>) {
    let Some(value) = value else { return };
    if value.get("optional") != Some(&Value::Bool(true)) {
        named(value.get(key), kind, format!("{path}.{key}"), found);
    }
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (usize, &'v Value)> {
    value.get(key).and_then(Value::as_array).into_iter().flatten().enumerate()
}

fn pod_spec(spec: &Value, path: &str, found: &mut Vec<Reference>) {
    named(spec.get("serviceAccountName"), "ServiceAccount", format!("{path}.serviceAccountName"), found);
    named(spec.get("priorityClassName"), "PriorityClass", format!("{path}.priorityClassName"), found);
    for (position, secret) in list(spec, "imagePullSecrets") {
        named(secret.get("name"), "Secret", format!("{path}.imagePullSecrets[{position}].name"), found);
    }
    for (position, volume) in list(spec, "volumes") {
        let path = format!("{path}.volumes[{position}]");
        optional(volume.get("configMap"), "name", "ConfigMap", &format!("{path}.configMap"), found);
        optional(volume.get("secret"), "secretName", "Secret", &format!("{path}.secret"), found);
        let claim = volume.get("persistentVolumeClaim");
        optional(claim, "claimName", "PersistentVolumeClaim", &format!("{path}.persistentVolumeClaim"), found);
        let sources = volume.get("projected").map(|projected| list(projected, "sources"));
        for (position, source) in sources.into_iter().flatten() {
            let path = format!("{path}.projected.sources[{position}]");
            optional(source.get("configMap"), "name", "ConfigMap", &format!("{path}.configMap"), found);
            optional(source.get("secret"), "name", "Secret", &format!("{path}.secret"), found);
        }
    }
    for containers in ["containers", "initContainers", "ephemeralContainers"] {
        for (position, container) in list(spec, containers) {
            environment(container, &format!("{path}.{containers}[{position}]"), found);
        }
    }
}

fn environment(container: &Value, path: &str, found: &mut Vec<Reference>) {
    for (position, source) in list(container, "envFrom") {
        let path = format!("{path}.envFrom[{position}]");
        optional(source.get("configMapRef"), "name", "ConfigMap", &format!("{path}.configMapRef"), found);
        optional(source.get("secretRef"), "name", "Secret", &format!("{path}.secretRef"), found);
    }
    for (position, variable) in list(container, "env") {
        let Some(source) = variable.get("valueFrom") else { continue };
        let path = format!("{path}.env[{position}].valueFrom");
        optional(source.get("configMapKeyRef"), "name", "ConfigMap", &format!("{path}.configMapKeyRef"), found);
        optional(source.get("secretKeyRef"), "name", "Secret", &format!("{path}.secretKeyRef"), found);
    }
}

/// Networks of Multus: a comma list of `[namespace/]name[@interface]`, or JSON.
fn networks(item: &Item<'_>, found: &mut Vec<Reference>) {
    const KEY: &str = "k8s.v1.cni.cncf.io/networks";
    let template = porchlight_schema::pod_spec(item.group(), item.resource.kind())
        .map_or(&[][..], |steps| &steps[..steps.len() - 1]);
    let holder = template.iter().try_fold(&item.value, |value, step| value.get(step));
    let annotations = holder
        .and_then(|holder| holder.get("metadata")?.get("annotations"))
        .filter(|_| !template.is_empty() || item.resource.kind() == "Pod");
    let Some(text) = annotations.and_then(|annotations| annotations.get(KEY)).and_then(Value::as_str) else { return };
    let prefix = if template.is_empty() { String::new() } else { template.join(".") + "." };
    let path = format!("{prefix}metadata.annotations[\"{KEY}\"]");
    let mut add = |namespace: &str, name: &str| {
        if !name.is_empty() {
            found.push(Reference {
                kind: "NetworkAttachmentDefinition".to_owned(),
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                path: path.clone(),
                inner: false,
            });
        }
    };
    if text.trim_start().starts_with('[') {
        let entries: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
        for entry in entries {
            let part = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
            add(part("namespace"), part("name"));
        }
    } else {
        for entry in text.split(',') {
            let entry = entry.trim().split('@').next().unwrap_or_default();
            let (namespace, name) = entry.split_once('/').unwrap_or(("", entry));
            add(namespace, name);
        }
    }
}

fn binding(item: &Item<'_>, found: &mut Vec<Reference>) {
    let kind = item.text("/roleRef/kind").unwrap_or_default();
    if matches!(kind, "Role" | "ClusterRole") {
        named(item.value.pointer("/roleRef/name"), kind, "roleRef.name".to_owned(), found);
    }
    for (position, subject) in item.list("/subjects") {
        if subject.get("kind").and_then(Value::as_str) != Some("ServiceAccount") {
            continue;
        }
        let before = found.len();
        named(subject.get("name"), "ServiceAccount", format!("subjects[{position}].name"), found);
        for reference in &mut found[before..] {
            reference.namespace = subject.get("namespace").and_then(Value::as_str).unwrap_or_default().to_owned();
        }
    }
}

fn ingress(item: &Item<'_>, found: &mut Vec<Reference>) {
    named(
        item.value.pointer("/spec/defaultBackend/service/name"),
        "Service",
        "spec.defaultBackend.service.name".to_owned(),
        found,
    );
    for (rule, value) in item.list("/spec/rules") {
        for (position, route) in value.get("http").map(|http| list(http, "paths")).into_iter().flatten() {
            let name = route.pointer("/backend/service/name");
            named(name, "Service", format!("spec.rules[{rule}].http.paths[{position}].backend.service.name"), found);
        }
    }
    for (position, tls) in item.list("/spec/tls") {
        named(tls.get("secretName"), "Secret", format!("spec.tls[{position}].secretName"), found);
    }
}

fn target(item: &Item<'_>, pointer: &str, path: &str, found: &mut Vec<Reference>) {
    let Some(target) = item.value.pointer(pointer) else { return };
    if let Some(kind) = target.get("kind").and_then(Value::as_str) {
        named(target.get("name"), kind, path.to_owned(), found);
    }
}

/// An operator reads these objects from the NF's own namespace; Nephio's functions put them beside it.
fn parameters(item: &Item<'_>, found: &mut Vec<Reference>) {
    for (position, parameters) in item.list("/spec/parametersRefs") {
        let Some(kind) = parameters.get("kind").and_then(Value::as_str) else { continue };
        let before = found.len();
        named(parameters.get("name"), kind, format!("spec.parametersRefs[{position}].name"), found);
        for reference in &mut found[before..] {
            reference.inner = kind == "NFConfig" || kind == "Config";
        }
    }
}

/// What Nephio's dependency function says it brought in: `ref.nephio.org` Configs.
fn injected(item: &Item<'_>, found: &mut Vec<Reference>) {
    for (position, injected) in item.list("/status/injected") {
        let before = found.len();
        named(injected.get("name"), "Config", format!("status.injected[{position}].name"), found);
        for reference in &mut found[before..] {
            reference.inner = true;
        }
    }
}
