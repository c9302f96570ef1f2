//! Security context of pods: user, group, system calls, confinement, and nothing shared with the host.

use porchlight_krm::{FieldPath, PathStep};
use porchlight_yaml::json::json;
use serde_json::Value;

use crate::data::Data;
use crate::package::list;
use crate::package::workloads::{Container, Workload};
use crate::plan::Plan;

/// Lets any user bind ports below 1024; one of the sysctls that are safe in the Pod Security Standards.
const UNPRIVILEGED_PORTS: &str = "net.ipv4.ip_unprivileged_port_start";

pub(super) fn run(plan: &mut Plan<'_>) {
    let package = plan.package;
    for workload in &package.workloads {
        host_namespaces(plan, workload);
        user(plan, workload);
        group(plan, workload);
        seccomp(plan, workload);
        confinement(plan, workload);
        host_paths(plan, workload);
    }
}

fn context(workload: &Workload, field: &str) -> FieldPath {
    workload.pod_path.key("securityContext").key(field)
}

fn container_context(container: &Container, field: &str) -> FieldPath {
    container.path.key("securityContext").key(field)
}

fn host_namespaces(plan: &mut Plan<'_>, workload: &Workload) {
    let Some(applied) = plan.rule_for("no-host-namespaces", workload) else { return };
    let shared: Vec<&str> = ["hostPID", "hostIPC", "hostNetwork"]
        .into_iter()
        .filter(|field| workload.pod.get(*field) == Some(&Value::Bool(true)))
        .collect();
    if shared.is_empty() {
        plan.evidence.met(&applied, &plan.items[workload.item]);
    }
    for field in shared {
        plan.set(&applied, workload.item, workload.pod_path.key(field), json!(false));
    }
}

/// A number that a security context gives, where it gives one.
fn number(value: &Value) -> Option<u64> {
    value.as_u64()
}

fn user(plan: &mut Plan<'_>, workload: &Workload) {
    let Some(applied) = plan.rule_for("run-as-non-root", workload) else { return };
    let user = json!(applied.number("user"));
    plan.set(&applied, workload.item, context(workload, "runAsNonRoot"), json!(true));
    let silent = workload.containers.iter().any(|container| number(container.security("runAsUser")).is_none());
    match number(workload.pod_security("runAsUser")) {
        None if silent => plan.set(&applied, workload.item, context(workload, "runAsUser"), user.clone()),
        Some(0) => plan.set(&applied, workload.item, context(workload, "runAsUser"), user.clone()),
        None | Some(_) => {}
    }
    for container in &workload.containers {
        if container.security("runAsNonRoot") == false {
            plan.set(&applied, workload.item, container_context(container, "runAsNonRoot"), json!(true));
        }
        if number(container.security("runAsUser")) == Some(0) {
            plan.set(&applied, workload.item, container_context(container, "runAsUser"), user.clone());
        }
    }
    let first = Data::get().clusters.first_unprivileged_port.port;
    let low = workload.containers.iter().flat_map(Container::ports).any(|port| port.port < first);
    let told = workload.pod_security("sysctls").as_array().is_some_and(|sysctls| {
        sysctls.iter().any(|sysctl| sysctl.get("name").and_then(Value::as_str) == Some(UNPRIVILEGED_PORTS))
    });
    if low
        && !told
        && !workload.uses_host_network()
        && applied.mode != porchlight_api::policy_profile::PolicyMode::Audit
    {
        let step = PathStep::Match { key: "name".to_owned(), value: UNPRIVILEGED_PORTS.to_owned() };
        let sysctl = json!({ "name": UNPRIVILEGED_PORTS, "value": "0" });
        plan.set(&applied, workload.item, context(workload, "sysctls").join(step), sysctl);
    }
}

fn group(plan: &mut Plan<'_>, workload: &Workload) {
    let Some(applied) = plan.rule_for("non-root-group", workload) else { return };
    let group = json!(applied.number("group"));
    let silent = workload.containers.iter().any(|container| number(container.security("runAsGroup")).is_none());
    match number(workload.pod_security("runAsGroup")) {
        None if silent => plan.set(&applied, workload.item, context(workload, "runAsGroup"), group.clone()),
        Some(0) => plan.set(&applied, workload.item, context(workload, "runAsGroup"), group.clone()),
        None | Some(_) => plan.evidence.met(&applied, &plan.items[workload.item]),
    }
    for container in &workload.containers {
        if number(container.security("runAsGroup")) == Some(0) {
            plan.set(&applied, workload.item, container_context(container, "runAsGroup"), group.clone());
        }
    }
}

fn seccomp(plan: &mut Plan<'_>, workload: &Workload) {
    let Some(applied) = plan.rule_for("seccomp-profile", workload) else { return };
    let filtered = |profile: &Value| {
        profile.get("type").and_then(Value::as_str).map(|kind| matches!(kind, "RuntimeDefault" | "Localhost"))
    };
    if filtered(workload.pod_security("seccompProfile")) == Some(true) {
        plan.evidence.met(&applied, &plan.items[workload.item]);
    } else {
        let path = context(workload, "seccompProfile").key("type");
        plan.set(&applied, workload.item, path, json!("RuntimeDefault"));
    }
    for container in &workload.containers {
        if filtered(container.security("seccompProfile")) == Some(false) {
            let path = container_context(container, "seccompProfile").key("type");
            plan.set(&applied, workload.item, path, json!("RuntimeDefault"));
        }
    }
}

fn confinement(plan: &mut Plan<'_>, workload: &Workload) {
    if let Some(applied) = plan.rule_for("apparmor-profile", workload) {
        let path = context(workload, "appArmorProfile").key("type");
        let kind = workload.pod_security("appArmorProfile").get("type").and_then(Value::as_str);
        if matches!(kind, Some("RuntimeDefault" | "Localhost")) {
            plan.evidence.met(&applied, &plan.items[workload.item]);
        } else {
            plan.set(&applied, workload.item, path, json!("RuntimeDefault"));
        }
    }
    if let Some(applied) = plan.rule_for("selinux-options", workload) {
        // The types that the Pod Security Standards allow.
        const ALLOWED: [&str; 4] = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
        let kind = workload.pod_security("seLinuxOptions").get("type").and_then(Value::as_str);
        if kind.is_some_and(|kind| ALLOWED.contains(&kind)) {
            plan.evidence.met(&applied, &plan.items[workload.item]);
        } else {
            let path = context(workload, "seLinuxOptions").key("type");
            plan.set(&applied, workload.item, path, json!(applied.text("type")));
        }
    }
}

fn host_paths(plan: &mut Plan<'_>, workload: &Workload) {
    let mounted: Vec<(usize, &Value)> =
        list(&workload.pod, "volumes").enumerate().filter(|(_, volume)| volume.get("hostPath").is_some()).collect();
    if mounted.is_empty() {
        return;
    }
    let Some(applied) = plan.rule_for("no-host-path", workload) else { return };
    for (index, volume) in mounted {
        let directory = volume.pointer("/hostPath/path").and_then(Value::as_str).unwrap_or_default();
        let path = workload.pod_path.key("volumes").index(index).key("hostPath");
        let item = &plan.items[workload.item];
        plan.fault(&applied, |finding| {
            let message = format!("a volume is directory `{directory}` of the host");
            let finding = finding(porchlight_krm::Code::SecurityPolicyFailed, message);
            finding.on(item).field(&path, directory).hint("use an emptyDir, a PersistentVolumeClaim or a ConfigMap")
        });
    }
}
