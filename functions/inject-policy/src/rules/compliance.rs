//! What laws and standards ask for beside isolation: records of who did what, labels, encryption of what is exposed.

use porchlight_krm::{Code, FieldPath};
use porchlight_yaml::json::json;
use serde_json::Value;

use crate::package::{is_generated, is_local, list, text, unmanaged, value_at};
use crate::plan::Plan;

/// An audit policy after the Kubernetes documentation: who changed what in full, who read Secrets without the values.
const AUDIT_POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  resources:
  - {group: \"\", resources: [secrets, configmaps, serviceaccounts/token]}
- level: RequestResponse
  verbs: [create, update, patch, delete, deletecollection]
  namespaces: [NAMESPACES]
- level: Metadata
  namespaces: [NAMESPACES]
";

pub(super) fn run(plan: &mut Plan<'_>) {
    audit_policy(plan);
    labels(plan);
    required_labels(plan);
    naming(plan);
    exposed_services(plan);
}

fn audit_policy(plan: &mut Plan<'_>) {
    let Some(applied) = plan.rule("audit-policy") else { return };
    let namespaces = plan.package.used_namespaces();
    if namespaces.is_empty() {
        return;
    }
    let names: Vec<String> = namespaces.into_iter().collect();
    let policy = AUDIT_POLICY.replace("NAMESPACES", &names.join(", "));
    plan.document(&applied, "audit-policy", "", &[("audit-policy.yaml".to_owned(), policy)]);
}

fn labels(plan: &mut Plan<'_>) {
    let package = plan.package;
    for workload in &package.workloads {
        let Some(applied) = plan.rule_for("workload-labels", workload) else { continue };
        let wanted = applied.params.get("labels").and_then(Value::as_object).cloned().unwrap_or_default();
        for (key, value) in wanted {
            plan.set(&applied, workload.item, FieldPath::of(["metadata", "labels"]).key(key), value);
        }
    }
    for namespace in package.namespaces.declared() {
        let Some(position) = package.namespaces.position(namespace) else { continue };
        let Some(applied) = plan.rule_in("workload-labels", namespace) else { continue };
        let wanted = applied.params.get("labels").and_then(Value::as_object).cloned().unwrap_or_default();
        for (key, value) in wanted {
            plan.set(&applied, position, FieldPath::of(["metadata", "labels"]).key(key), value);
        }
    }
}

fn required_labels(plan: &mut Plan<'_>) {
    let package = plan.package;
    for workload in &package.workloads {
        let Some(applied) = plan.rule_for("required-labels", workload) else { continue };
        for label in applied.texts("labels") {
            let item = &plan.items[workload.item];
            if item.label(label).is_some() {
                plan.evidence.met(&applied, item);
                continue;
            }
            let path = FieldPath::of(["metadata", "labels"]).key(label);
            plan.fault(&applied, |finding| {
                finding(Code::SecurityPolicyFailed, format!("label `{label}` is missing")).on(item).missing_field(path)
            });
        }
    }
}

fn naming(plan: &mut Plan<'_>) {
    let package = plan.package;
    let workloads = package.workloads.iter().map(|workload| workload.item);
    let namespaces = package.namespaces.declared().filter_map(|name| package.namespaces.position(name));
    let named: Vec<usize> = workloads.chain(namespaces).collect();
    let Some(applied) = plan.rule("naming") else { return };
    let longest = usize::try_from(applied.number("maxLength")).unwrap_or(usize::MAX);
    for item in named.into_iter().map(|position| &plan.items[position]) {
        if unmanaged(item).is_some() || plan.exceptions.covers(&applied.rule.id, item) {
            continue;
        }
        let (name, prefix) = (item.name(), applied.text("prefix"));
        let fault = if !name.starts_with(prefix) {
            format!("name `{name}` does not start with `{prefix}`")
        } else if name.chars().count() > longest {
            format!("name `{name}` is longer than {longest} characters")
        } else {
            plan.evidence.met(&applied, item);
            continue;
        };
        plan.fault(&applied, |finding| {
            finding(Code::SecurityPolicyFailed, fault).on(item).field("metadata.name", name)
        });
    }
}

fn exposed_services(plan: &mut Plan<'_>) {
    let Some(applied) = plan.rule("exposed-services") else { return };
    for item in plan.items.iter().filter(|item| !is_generated(item) && !is_local(item) && unmanaged(item).is_none()) {
        if plan.exceptions.covers(&applied.rule.id, item) {
            continue;
        }
        let spec = value_at(item, &["spec"]);
        if item.is("networking.k8s.io/v1", "Ingress") && list(&spec, "tls").next().is_none() {
            plan.fault(&applied, |finding| {
                let message = "an Ingress without `spec.tls` takes what it serves in the clear".to_owned();
                finding(Code::SecurityPolicyFailed, message).on(item).missing_field("spec.tls")
            });
        }
        if !item.is("v1", "Service") || !matches!(text(&spec, "type"), "LoadBalancer" | "NodePort") {
            continue;
        }
        // Ports and names that by custom are encrypted: HTTPS, SSH, NETCONF over SSH and TLS.
        let encrypted = |port: &Value| {
            let number = port.get("port").and_then(Value::as_i64).unwrap_or_default();
            let name = text(port, "name");
            matches!(number, 22 | 443 | 830 | 6443 | 6513 | 8443) || name.contains("https") || name.contains("tls")
        };
        for (index, port) in list(&spec, "ports").enumerate().filter(|(_, port)| !encrypted(port)) {
            let number = port.get("port").cloned().unwrap_or(json!(null));
            plan.fault(&applied, |finding| {
                let message =
                    format!("port {number} is reachable from outside the cluster, and nothing says it is encrypted");
                let finding = finding(Code::SecurityPolicyFailed, message).on(item);
                finding
                    .field(FieldPath::of(["spec", "ports"]).index(index).key("port"), &number)
                    .hint("serve it by TLS through an Ingress or gateway, and make the Service a ClusterIP")
            });
        }
    }
}
