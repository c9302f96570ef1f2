//! Secrets do not belong in a package that is kept in git, nor in the environment of a process.

use porchlight_krm::Code;
use serde_json::Value;

use crate::package::{is_generated, is_local, list, text, value_at};
use crate::plan::Plan;

pub(super) fn run(plan: &mut Plan<'_>) {
    let package = plan.package;
    if let Some(applied) = plan.rule("plain-secrets") {
        for item in plan.items.iter().filter(|item| item.is("v1", "Secret") && !is_generated(item) && !is_local(item)) {
            let filled = ["data", "stringData"].into_iter().find(|key| {
                value_at(item, &[*key]).as_object().is_some_and(|entries| {
                    entries.values().any(|value| value.as_str().is_some_and(|text| !text.is_empty()))
                })
            });
            let Some(key) = filled.filter(|_| !plan.exceptions.covers(&applied.rule.id, item)) else { continue };
            plan.fault(&applied, |finding| {
                // The value stays out of the finding: results are kept and shown.
                finding(Code::SecurityPolicyFailed, "a Secret with its value is part of the package".to_owned())
                    .on(item)
                    .missing_field(key)
                    .hint("let an external secret store fill it (External Secrets, Sealed Secrets, Vault)")
            });
        }
    }
    for workload in &package.workloads {
        let Some(applied) = plan.rule_for("plain-secrets", workload) else { continue };
        for container in &workload.containers {
            for (index, variable) in list(&container.value, "env").enumerate() {
                let Some(secret) = variable.pointer("/valueFrom/secretKeyRef/name").and_then(Value::as_str) else {
                    continue;
                };
                let name = text(variable, "name");
                let item = &plan.items[workload.item];
                let path = container.path.key("env").index(index).key("valueFrom");
                plan.fault(&applied, |finding| {
                    let message =
                        format!("variable `{name}` holds a value of Secret `{secret}`: mount the Secret as a file");
                    finding(Code::SecurityPolicyFailed, message).on(item).missing_field(path)
                });
            }
        }
    }
}
