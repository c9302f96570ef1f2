//! Availability and precedence: disruption budgets, spread over nodes and zones, priority classes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::data::Data;
use crate::package::workloads::Workload;
use crate::package::{is_generated, list, value_at};
use crate::plan::Plan;

pub(super) fn run(plan: &mut Plan<'_>) {
    let package = plan.package;
    for workload in &package.workloads {
        if matches!(workload.kind.as_str(), "Deployment" | "StatefulSet" | "ReplicaSet") {
            disruption_budget(plan, workload);
            spread(plan, workload);
        }
    }
    priorities(plan);
}

fn disruption_budget(plan: &mut Plan<'_>, workload: &Workload) {
    let Some(applied) = plan.rule_for("pod-disruption-budget", workload) else { return };
    let Some(selector) = workload.pod_selector() else { return };
    let budget = plan.items.iter().position(|item| {
        item.is("policy/v1", "PodDisruptionBudget")
            && !is_generated(item)
            && value_at(item, &["spec", "selector", "matchLabels"]).as_object().is_some_and(|labels| {
                labels.iter().all(|(key, value)| workload.pod_labels.get(key).map(String::as_str) == value.as_str())
            })
    });
    if let Some(position) = budget {
        plan.evidence.met(&applied, &plan.items[position]);
        return plan.note(
            position,
            &applied.rule.id.clone(),
            "the package's own PodDisruptionBudget holds; none is added",
        );
    }
    if workload.replicas < 2 && !applied.flag("singleReplicas") {
        let message = format!(
            "no PodDisruptionBudget for {} replica(s): it would block every drain of the node",
            workload.replicas
        );
        return plan.note(workload.item, &applied.rule.id.clone(), message);
    }
    let object = json!({
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": { "name": workload.name, "namespace": workload.namespace },
        "spec": { "maxUnavailable": 1, "selector": selector },
    });
    plan.make(&applied, &object);
}

fn spread(plan: &mut Plan<'_>, workload: &Workload) {
    if workload.replicas < 2 {
        return;
    }
    let Some(applied) = plan.rule_for("topology-spread", workload) else { return };
    let Some(selector) = workload.pod_selector() else { return };
    if list(&workload.pod, "topologySpreadConstraints").next().is_some() {
        return plan.evidence.met(&applied, &plan.items[workload.item]);
    }
    let constraint = |key: &str, otherwise: &str| json!({ "maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": otherwise, "labelSelector": selector });
    let constraints = json!([
        constraint("kubernetes.io/hostname", "DoNotSchedule"),
        constraint("topology.kubernetes.io/zone", "ScheduleAnyway"),
    ]);
    plan.set(&applied, workload.item, workload.pod_path.key("topologySpreadConstraints"), constraints);
}

fn priorities(plan: &mut Plan<'_>) {
    let package = plan.package;
    let mut classes: BTreeSet<&str> = BTreeSet::new();
    for workload in &package.workloads {
        let Some(role) = workload.role else { continue };
        let Some(applied) = plan.rule_for("priority-classes", workload) else { continue };
        if workload.pod.get("priorityClassName").is_some_and(Value::is_string) {
            plan.evidence.met(&applied, &plan.items[workload.item]);
            continue;
        }
        classes.insert(&role.priority_class);
        plan.set(&applied, workload.item, workload.pod_path.key("priorityClassName"), json!(role.priority_class));
    }
    classes
        .extend(package.functions.iter().filter_map(|function| function.role).map(|role| role.priority_class.as_str()));
    let Some(applied) = plan.rule("priority-classes") else { return };
    for class in Data::get().priority_classes.iter().filter(|class| classes.contains(class.name.as_str())) {
        let object = json!({
            "apiVersion": "scheduling.k8s.io/v1",
            "kind": "PriorityClass",
            "metadata": { "name": class.name },
            "value": class.value,
            "globalDefault": false,
            "description": class.description,
        });
        plan.make(&applied, &object);
    }
}
