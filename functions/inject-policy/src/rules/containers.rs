//! Security context and resources of containers.

use porchlight_api::Quantity;
use porchlight_api::policy_profile::PolicyMode;
use porchlight_krm::order::Arrange;
use porchlight_krm::{FieldPath, PathStep};
use porchlight_yaml::json::json;
use serde_json::Value;

use crate::package::list;
use crate::package::text;
use crate::package::workloads::{Container, Workload};
use crate::params::shown;
use crate::plan::Plan;
use crate::resolution::Applied;

pub(super) fn run(plan: &mut Plan<'_>) {
    let package = plan.package;
    for workload in &package.workloads {
        let privileged = privileges(plan, workload);
        escalation(plan, workload, &privileged);
        capabilities(plan, workload, &privileged);
        root_filesystem(plan, workload);
        pull_policy(plan, workload);
        resources(plan, workload);
        guaranteed(plan, workload);
    }
}

fn context(container: &Container, field: &str) -> FieldPath {
    container.path.key("securityContext").key(field)
}

/// Names of the containers that stay privileged.
fn privileges(plan: &mut Plan<'_>, workload: &Workload) -> Vec<String> {
    let of = |container: &&Container| container.security("privileged") == true;
    let privileged: Vec<&Container> = workload.containers.iter().filter(of).collect();
    let names = || privileged.iter().map(|container| container.name.clone()).collect();
    let Some(applied) = plan.rule_for("no-privileged", workload) else { return names() };
    if privileged.is_empty() {
        plan.evidence.met(&applied, &plan.items[workload.item]);
    }
    for container in &privileged {
        plan.set(&applied, workload.item, context(container, "privileged"), json!(false));
    }
    if applied.mode == PolicyMode::Audit { names() } else { Vec::new() }
}

fn escalation(plan: &mut Plan<'_>, workload: &Workload, privileged: &[String]) {
    let Some(applied) = plan.rule_for("no-privilege-escalation", workload) else { return };
    for container in &workload.containers {
        // Kubernetes refuses the two together.
        if !privileged.contains(&container.name) {
            plan.set(&applied, workload.item, context(container, "allowPrivilegeEscalation"), json!(false));
        }
    }
}

fn capabilities(plan: &mut Plan<'_>, workload: &Workload, privileged: &[String]) {
    let Some(applied) = plan.rule_for("drop-capabilities", workload) else { return };
    let needed: Vec<&str> =
        workload.role.map(|role| role.capabilities.iter().map(String::as_str).collect()).unwrap_or_default();
    if let (Some(role), false) = (workload.role, needed.is_empty()) {
        let message = format!("role `{}` keeps the capabilities {}: {}", role.name, needed.join(", "), role.source);
        plan.note(workload.item, &applied.rule.id.clone(), message);
    }
    for container in workload.containers.iter().filter(|container| !privileged.contains(&container.name)) {
        let current = container.security("capabilities");
        let of = |key: &str| list(current, key).filter_map(Value::as_str).map(str::to_uppercase).collect::<Vec<_>>();
        let (added, dropped) = (of("add"), of("drop"));
        let mut keep: Vec<&str> = added
            .iter()
            .map(String::as_str)
            .filter(|name| needed.contains(name) || *name == "NET_BIND_SERVICE")
            .collect();
        if !dropped.iter().any(|name| name == "ALL") {
            // Without a word it had the runtime's own set, of which the role needs these.
            keep.extend(needed.iter().copied());
        }
        keep.arrange();
        keep.dedup();
        let path = context(container, "capabilities");
        if !dropped.iter().any(|name| name == "ALL") {
            plan.set(&applied, workload.item, path.key("drop"), json!(["ALL"]));
        }
        let mut same = added.clone();
        same.arrange();
        if same != keep {
            plan.set(&applied, workload.item, path.key("add"), json!(keep));
        }
    }
}

fn root_filesystem(plan: &mut Plan<'_>, workload: &Workload) {
    let Some(applied) = plan.rule_for("read-only-root-filesystem", workload) else { return };
    for container in &workload.containers {
        plan.set(&applied, workload.item, context(container, "readOnlyRootFilesystem"), json!(true));
    }
    if applied.mode == PolicyMode::Audit {
        return;
    }
    for directory in applied.texts("writableDirectories") {
        let name = format!("policy{}", directory.trim_end_matches('/').replace('/', "-").to_lowercase());
        let step = || PathStep::Match { key: "name".to_owned(), value: name.clone() };
        let mounts = |container: &&Container| {
            !list(&container.value, "volumeMounts")
                .any(|mount| text(mount, "mountPath").trim_end_matches('/') == directory)
        };
        let lacking: Vec<&Container> = workload.containers.iter().filter(mounts).collect();
        if lacking.is_empty() {
            continue;
        }
        let volume = workload.pod_path.key("volumes").join(step());
        plan.set(&applied, workload.item, volume, json!({ "name": name, "emptyDir": {} }));
        for container in lacking {
            let mount = container.path.key("volumeMounts").join(step());
            plan.set(&applied, workload.item, mount, json!({ "name": name, "mountPath": directory }));
        }
    }
}

fn pull_policy(plan: &mut Plan<'_>, workload: &Workload) {
    let Some(applied) = plan.rule_for("image-pull-policy", workload) else { return };
    for container in workload.containers.iter().filter(|container| !container.image().contains('@')) {
        plan.set(&applied, workload.item, container.path.key("imagePullPolicy"), json!("Always"));
    }
}

/// What a container asks for: `requests` or `limits` of `cpu` or `memory`.
fn stated(container: &Container, side: &str, resource: &str) -> Option<Quantity> {
    let value = container.value.get("resources")?.get(side)?.get(resource)?;
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(_) => shown(value).parse().ok(),
        _ => None,
    }
}

fn resource_path(container: &Container, side: &str, resource: &str) -> FieldPath {
    container.path.key("resources").key(side).key(resource)
}

fn resources(plan: &mut Plan<'_>, workload: &Workload) {
    let Some(applied) = plan.rule_for("container-resources", workload) else { return };
    for container in &workload.containers {
        for (resource, request, limit) in
            [("cpu", "cpuRequest", "cpuLimit"), ("memory", "memoryRequest", "memoryLimit")]
        {
            fill(plan, &applied, workload, container, (resource, request, limit));
        }
    }
}

/// The defaults, bent so that no request is above its limit.
fn fill(plan: &mut Plan<'_>, applied: &Applied, workload: &Workload, container: &Container, names: (&str, &str, &str)) {
    let (resource, request, limit) = names;
    let (requests, limits) = (stated(container, "requests", resource), stated(container, "limits", resource));
    let default = |param: &str| applied.text(param).parse::<Quantity>().ok();
    let (request, limit) = match (requests, limits) {
        (Some(_), Some(_)) => return plan.evidence.met(applied, &plan.items[workload.item]),
        (Some(request), None) => (None, default(limit).map(|limit| limit.max(request))),
        (None, Some(limit)) => (default(request).map(|request| request.min(limit)), None),
        (None, None) => (default(request), default(limit)),
    };
    for (side, quantity) in [("requests", request), ("limits", limit)] {
        if let Some(quantity) = quantity {
            plan.set(applied, workload.item, resource_path(container, side, resource), json!(quantity.to_string()));
        }
    }
}

fn guaranteed(plan: &mut Plan<'_>, workload: &Workload) {
    if !workload.role.is_some_and(|role| role.guaranteed) {
        return;
    }
    let Some(applied) = plan.rule_for("guaranteed-resources", workload) else { return };
    for container in &workload.containers {
        for resource in ["cpu", "memory"] {
            match (stated(container, "requests", resource), stated(container, "limits", resource)) {
                (request, Some(limit)) if request != Some(limit) => {
                    let path = resource_path(container, "requests", resource);
                    plan.set(&applied, workload.item, path, json!(limit.to_string()));
                }
                (Some(request), None) => {
                    let path = resource_path(container, "limits", resource);
                    plan.set(&applied, workload.item, path, json!(request.to_string()));
                }
                (None, None) => {
                    let message = format!(
                        "container `{}` states no {resource}, so its pod is not of class Guaranteed; state it",
                        container.name
                    );
                    plan.note(workload.item, &applied.rule.id.clone(), message);
                }
                (Some(_) | None, Some(_)) => plan.evidence.met(&applied, &plan.items[workload.item]),
            }
        }
    }
}
