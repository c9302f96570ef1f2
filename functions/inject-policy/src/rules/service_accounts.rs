//! Tokens for the Kubernetes API, only for those with rights in it.

use porchlight_krm::FieldPath;
use porchlight_yaml::json::json;

use crate::package::{is_generated, is_local, unmanaged};
use crate::plan::Plan;

pub(super) fn run(plan: &mut Plan<'_>) {
    let package = plan.package;
    let mut accounts = Vec::new();
    for (position, item) in plan.items.iter().enumerate() {
        if !item.is("v1", "ServiceAccount") || is_generated(item) || is_local(item) {
            continue;
        }
        let namespace = package.namespaces.of_object(item.namespace());
        accounts.push((namespace.clone(), item.name().to_owned()));
        if package.access.has_rights(&namespace, item.name()) || unmanaged(item).is_some() {
            continue;
        }
        let Some(applied) = plan.rule_in("service-account-token", &namespace) else { continue };
        if !plan.exceptions.covers(&applied.rule.id, item) {
            plan.set(&applied, position, FieldPath::of(["automountServiceAccountToken"]), json!(false));
        }
    }
    for workload in &package.workloads {
        let account = workload.service_account();
        if package.access.has_rights(&workload.namespace, account) {
            continue;
        }
        let Some(applied) = plan.rule_for("service-account-token", workload) else { continue };
        if account != "default" && !accounts.contains(&(workload.namespace.clone(), account.to_owned())) {
            let message =
                format!("account `{account}` is not of this package, so its rights are unknown; the token stays");
            plan.note(workload.item, &applied.rule.id.clone(), message);
            continue;
        }
        plan.set(&applied, workload.item, workload.pod_path.key("automountServiceAccountToken"), json!(false));
    }
}
