//! Namespaces: no object stays in `default`, and Pod Security levels are as strict as the network functions allow.

use porchlight_krm::{Code, FieldPath, Finding};
use porchlight_yaml::json::json;
use serde_json::Value;

use crate::data::Level;
use crate::package::namespaces::{is_namespaced, subjects};
use crate::package::workloads::Workload;
use crate::package::{is_generated, unmanaged};
use crate::plan::Plan;

pub(super) fn run(plan: &mut Plan<'_>) {
    not_default(plan);
    for namespace in plan.package.namespaces.declared() {
        pod_security(plan, namespace);
    }
}

fn not_default(plan: &mut Plan<'_>) {
    let Some(applied) = plan.rule("namespace-not-default") else { return };
    let items = plan.items;
    let affected = items.iter().enumerate().filter(|(_, item)| {
        is_namespaced(item) == Some(true)
            && matches!(item.namespace(), "" | "default")
            && !is_generated(item)
            && unmanaged(item).is_none()
    });
    let affected: Vec<usize> = affected.map(|(position, _)| position).collect();
    let Some(home) = plan.package.namespaces.home().map(str::to_owned) else {
        let staying = affected.iter().filter(|position| !crate::package::is_local(&items[**position])).count();
        if staying > 0 {
            let message = format!(
                "{staying} object(s) are in namespace `default`, and the package declares no single namespace to put them in"
            );
            let finding = Finding::warning(Code::SecurityPolicyFailed, message).tag("rule", &applied.rule.id);
            plan.findings
                .push(finding.hint("add a Namespace to the package, or set `namespace` in the functionConfig"));
            plan.evidence.found(&applied);
        }
        return;
    };
    for position in affected {
        if !plan.exceptions.covers(&applied.rule.id, &items[position]) {
            plan.set(&applied, position, FieldPath::of(["metadata", "namespace"]), json!(home));
        }
    }
    // Accounts that move are still the ones their bindings mean.
    for (position, item) in items.iter().enumerate().filter(|(_, item)| item.kind().ends_with("Binding")) {
        if is_generated(item) || unmanaged(item).is_some() {
            continue;
        }
        for (index, namespace, name) in subjects(item) {
            let moves = namespace == "default"
                && items.iter().any(|other| {
                    other.is("v1", "ServiceAccount")
                        && other.name() == name
                        && matches!(other.namespace(), "" | "default")
                });
            if moves {
                let path = FieldPath::of(["subjects"]).index(index).key("namespace");
                plan.set(&applied, position, path, json!(home));
            }
        }
    }
}

/// Levels of one Namespace object. What is audited and warned about is raised. What is enforced is raised only where the
/// configuration allows it, as it stops pods (nephio-domain F.3); a namespace that enforces nothing yet gets `baseline` where
/// that stops none of its pods.
fn pod_security(plan: &mut Plan<'_>, namespace: &str) {
    let Some(applied) = plan.rule_in("pod-security-labels", namespace) else { return };
    let Some(position) = plan.package.namespaces.position(namespace) else { return };
    let (enforce, audit) = match Level::parse(applied.text("level")) {
        Some(level) => (level, level),
        None => needed(plan, namespace),
    };
    let label = |mode: &str| FieldPath::of(["metadata", "labels"]).key(format!("pod-security.kubernetes.io/{mode}"));
    let mut modes = vec![("audit", audit), ("warn", audit)];
    let enforced = plan.items[position].label("pod-security.kubernetes.io/enforce").map(str::to_owned);
    if plan.config.allow_enforce_tighten {
        modes.push(("enforce", enforce));
    } else if enforced.is_none() && all_fit_baseline(plan, namespace) {
        modes.push(("enforce", enforce.min(Level::Baseline)));
    } else if enforced.as_deref().and_then(Level::parse).unwrap_or(Level::Privileged) < enforce {
        let message = format!(
            "enforces {}, and would do with `{}`: `allowEnforceTighten: true` in the functionConfig enforces that",
            enforced.map_or_else(|| "no Pod Security level".to_owned(), |level| format!("`{level}`")),
            enforce.as_str()
        );
        plan.note(position, &applied.rule.id, message);
    }
    let version = applied.text("version").to_owned();
    for (mode, level) in modes {
        let item = &plan.items[position];
        // No label is the same as the loosest one.
        let current = item.label(&format!("pod-security.kubernetes.io/{mode}")).and_then(Level::parse);
        if current.unwrap_or(Level::Privileged) >= level {
            plan.evidence.met(&applied, item);
            continue;
        }
        plan.set(&applied, position, label(mode), json!(level.as_str()));
        let version_label = format!("{mode}-version");
        if item.label(&format!("pod-security.kubernetes.io/{version_label}")).is_none() {
            plan.set(&applied, position, label(&version_label), json!(version));
        }
    }
}

/// Whether the pods of a namespace are all known, as no operator makes any, and `baseline` admits each.
fn all_fit_baseline(plan: &Plan<'_>, namespace: &str) -> bool {
    let package = plan.package;
    let mut workloads = package.workloads.iter().filter(|workload| workload.namespace == namespace).peekable();
    workloads.peek().is_some()
        && workloads.all(Workload::fits_baseline)
        && !package.functions.iter().any(|function| function.namespace == namespace)
}

/// What the pods of a namespace allow: the level to enforce and the one to audit.
fn needed(plan: &Plan<'_>, namespace: &str) -> (Level, Level) {
    let mut levels = Vec::new();
    for function in plan.package.functions.iter().filter(|function| function.namespace == namespace) {
        let role = function.role.map(|role| role.pod_security);
        levels.push(role.map_or((Level::Privileged, Level::Baseline), |role| (role.enforce, role.audit)));
    }
    for workload in plan.package.workloads.iter().filter(|workload| workload.namespace == namespace) {
        let host =
            ["hostNetwork", "hostPID", "hostIPC"].iter().any(|key| workload.pod.get(*key) == Some(&Value::Bool(true)));
        let privileged = workload.containers.iter().any(|container| container.security("privileged") == true);
        levels.push(match workload.role {
            Some(role) => (role.pod_security.enforce, role.pod_security.audit),
            None if host || privileged => (Level::Privileged, Level::Baseline),
            None => (Level::Baseline, Level::Restricted),
        });
    }
    let least = |pick: fn(&(Level, Level)) -> Level| levels.iter().map(pick).min();
    // Pods that nobody knows yet: nothing is refused, everything told.
    (least(|level| level.0).unwrap_or(Level::Baseline), least(|level| level.1).unwrap_or(Level::Restricted))
}
