//! Admission: the same rules for pods that operators make, which no render sees.

use porchlight_yaml::json::json;
use serde_json::Value;

use crate::package::workloads::Workload;
use crate::plan::Plan;

/// Rule, CEL expression over the pod, message. An expression is left out where a role of the namespace needs otherwise.
const CHECKS: [(&str, &str, &str); 5] = [
    (
        "no-privileged",
        "variables.containers.all(c, !has(c.securityContext) || !has(c.securityContext.privileged) || \
         !c.securityContext.privileged)",
        "privileged containers are not allowed",
    ),
    (
        "no-host-namespaces",
        "(!has(object.spec.hostPID) || !object.spec.hostPID) && (!has(object.spec.hostIPC) || !object.spec.hostIPC) && \
         (!has(object.spec.hostNetwork) || !object.spec.hostNetwork)",
        "pods must not share processes, IPC or network with their host",
    ),
    (
        "no-privilege-escalation",
        "variables.containers.all(c, has(c.securityContext) && has(c.securityContext.allowPrivilegeEscalation) && \
         !c.securityContext.allowPrivilegeEscalation)",
        "allowPrivilegeEscalation must be false",
    ),
    (
        "run-as-non-root",
        "(has(object.spec.securityContext) && has(object.spec.securityContext.runAsNonRoot) && \
         object.spec.securityContext.runAsNonRoot) || variables.containers.all(c, has(c.securityContext) && \
         has(c.securityContext.runAsNonRoot) && c.securityContext.runAsNonRoot)",
        "runAsNonRoot must be true",
    ),
    (
        "no-host-path",
        "!has(object.spec.volumes) || object.spec.volumes.all(v, !has(v.hostPath))",
        "hostPath volumes are not allowed",
    ),
];

/// Containers of every sort that a pod has.
const CONTAINERS: &str = "object.spec.containers + (has(object.spec.initContainers) ? object.spec.initContainers : []) + \
                          (has(object.spec.ephemeralContainers) ? object.spec.ephemeralContainers : [])";

pub(super) fn run(plan: &mut Plan<'_>) {
    for namespace in plan.package.used_namespaces() {
        if !plan.package.namespaces.is_own(&namespace) {
            continue;
        }
        let Some(applied) = plan.rule_in("admission-policy", &namespace) else { continue };
        let roles = |rule: &str| {
            let functions = plan.package.functions.iter().filter(|function| function.namespace == namespace);
            let needs = functions.filter_map(|function| function.role).any(|role| role.needs.contains_key(rule));
            let workloads = plan.package.workloads.iter().filter(|workload| workload.namespace == namespace);
            needs || workloads.into_iter().any(|workload: &Workload| workload.need(rule).is_some())
        };
        let validations: Vec<Value> = CHECKS
            .iter()
            .filter(|(rule, _, _)| !roles(rule))
            .map(|(_, expression, message)| json!({ "expression": expression, "message": message }))
            .collect();
        if validations.is_empty() {
            continue;
        }
        let name = format!("pod-security-{namespace}");
        let policy = json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicy",
            "metadata": { "name": name },
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": {
                    "resourceRules": [{
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": ["CREATE", "UPDATE"],
                        "resources": ["pods", "pods/ephemeralcontainers"],
                    }],
                },
                "variables": [{ "name": "containers", "expression": CONTAINERS }],
                "validations": validations,
            },
        });
        plan.make(&applied, &policy);
        let actions = match applied.text("action") {
            "Deny" => json!(["Deny", "Audit"]),
            action => json!([action]),
        };
        let binding = json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": { "name": name },
            "spec": {
                "policyName": name,
                "validationActions": actions,
                "matchResources": {
                    "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": namespace } },
                },
            },
        });
        plan.make(&applied, &binding);
    }
}
