//! Roles that hand out more than they have to. Told, never rewritten.

use porchlight_krm::{Code, Resource};
use serde_json::Value;

use crate::package::{is_generated, is_local, list, text, value_at};
use crate::plan::Plan;
use crate::resolution::Applied;

pub(super) fn run(plan: &mut Plan<'_>) {
    let Some(applied) = plan.rule("rbac-lint") else { return };
    for item in plan.items {
        if item.api_version() != "rbac.authorization.k8s.io/v1" || is_generated(item) || is_local(item) {
            continue;
        }
        if plan.exceptions.covers(&applied.rule.id, item) {
            continue;
        }
        let root = value_at(item, &[]);
        match item.kind() {
            "Role" | "ClusterRole" => {
                for (index, rule) in list(&root, "rules").enumerate() {
                    role_rule(plan, &applied, item, index, rule);
                }
            }
            "RoleBinding" | "ClusterRoleBinding" => binding(plan, &applied, item, &root),
            _ => {}
        }
    }
}

fn report(plan: &mut Plan<'_>, applied: &Applied, item: &Resource, field: String, current: &str, message: String) {
    plan.fault(applied, |finding| finding(Code::SecurityPolicyFailed, message).on(item).field(field, current));
}

fn role_rule(plan: &mut Plan<'_>, applied: &Applied, item: &Resource, index: usize, rule: &Value) {
    let of = |key: &str| list(rule, key).filter_map(Value::as_str).collect::<Vec<_>>();
    let (verbs, resources, groups) = (of("verbs"), of("resources"), of("apiGroups"));
    for (key, values) in [("verbs", &verbs), ("resources", &resources), ("apiGroups", &groups)] {
        if values.contains(&"*") {
            let message = format!("`rules[{index}].{key}` is a wildcard: name the {key} that are needed");
            report(plan, applied, item, format!("rules[{index}].{key}"), "*", message);
        }
    }
    let risky = [
        (&["escalate", "bind", "impersonate"][..], None, "lets its holder take more rights than it has (CIS 5.1.8)"),
        (&["get", "list", "watch", "*"], Some("secrets"), "reads Secrets"),
        (
            &["create", "*"],
            Some("pods"),
            "creates pods, and with them takes any ServiceAccount of the namespace (CIS 5.1.4)",
        ),
        (
            &["create", "update", "patch", "delete", "*"],
            Some("mutatingwebhookconfigurations"),
            "changes what the API server admits",
        ),
        (
            &["create", "update", "patch", "delete", "*"],
            Some("validatingwebhookconfigurations"),
            "changes what the API server admits",
        ),
        (&["create", "*"], Some("serviceaccounts/token"), "makes tokens of other accounts (CIS 5.1.13)"),
    ];
    for (bad, resource, message) in risky {
        let Some(verb) = verbs.iter().find(|verb| bad.contains(*verb)) else { continue };
        if resource.is_some_and(|resource| !resources.contains(&resource)) {
            continue;
        }
        if resource == Some("secrets") && (item.kind() != "ClusterRole" || !of("resourceNames").is_empty()) {
            continue;
        }
        report(plan, applied, item, format!("rules[{index}].verbs"), verb, format!("`rules[{index}]` {message}"));
    }
}

fn binding(plan: &mut Plan<'_>, applied: &Applied, item: &Resource, root: &Value) {
    let role = root.pointer("/roleRef/name").and_then(Value::as_str).unwrap_or_default();
    if role == "cluster-admin" {
        let message = "binds `cluster-admin`: give a role with the rights that are needed (CIS 5.1.1)".to_owned();
        report(plan, applied, item, "roleRef.name".to_owned(), role, message);
    }
    for (index, subject) in list(root, "subjects").enumerate() {
        let name = text(subject, "name");
        let wide =
            matches!(name, "system:masters" | "system:unauthenticated" | "system:anonymous" | "system:authenticated");
        if wide {
            let message = format!("gives rights to `{name}`, which is everybody of its sort");
            report(plan, applied, item, format!("subjects[{index}].name"), name, message);
        } else if text(subject, "kind") == "ServiceAccount" && name == "default" {
            let message = "gives rights to the account that every pod without one runs as (CIS 5.1.5)".to_owned();
            report(plan, applied, item, format!("subjects[{index}].name"), name, message);
        }
    }
}
