//! Availability and precedence: disruption budgets, spread over nodes and zones, priority classes.

use porchlight_krm::PathStep;
use porchlight_krm::order::SortedSet;
use porchlight_yaml::json::json;
use serde_json::Value;

use crate::data::Data;
use crate::package::workloads::Workload;
use crate::package::{is_generated, list, text, value_at};
use crate::plan::Plan;
use crate::resolution::TARGET_CONFLICT;

pub(super) fn run(plan: &mut Plan<'_>) {
    let package = plan.package;
    for workload in &package.workloads {
        if matches!(workload.kind.as_str(), "Deployment" | "StatefulSet" | "ReplicaSet") {
            disruption_budget(plan, workload);
            spread(plan, workload);
        }
        nodes(plan, workload);
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
        if blocks_drains(&value_at(&plan.items[position], &["spec"]), workload.replicas) {
            let message =
                "this PodDisruptionBudget lets no pod go, so the nodes of its pods cannot be drained and updated";
            let finding = plan.conflict(message).on(&plan.items[position]).missing_field("spec");
            let finding = finding.tag("rule", &applied.rule.id).tag("conflict", TARGET_CONFLICT);
            plan.findings.push(finding.hint("write `maxUnavailable: 1`, or have more replicas than `minAvailable`"));
        }
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

/// Whether a budget never lets a pod of so many go.
fn blocks_drains(budget: &Value, replicas: u64) -> bool {
    let least = &budget["minAvailable"];
    let most = &budget["maxUnavailable"];
    least.as_u64().is_some_and(|least| least >= replicas) || *least == "100%" || *most == 0 || *most == "0%"
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

/// The nodes that pods are for, by labels of the nodes, and the taints of these that pods put up with.
fn nodes(plan: &mut Plan<'_>, workload: &Workload) {
    let Some(applied) = plan.rule_for("node-affinity", workload) else { return };
    let labels = applied.params.get("labels").and_then(Value::as_object).cloned().unwrap_or_default();
    let own = workload.pod.pointer("/affinity/nodeAffinity").is_some_and(|affinity| !affinity.is_null());
    if own && !labels.is_empty() {
        plan.note(workload.item, &applied.rule.id, "its own node affinity holds; none is added");
        plan.evidence.met(&applied, &plan.items[workload.item]);
    } else if !labels.is_empty() {
        let expressions: Vec<Value> =
            labels.iter().map(|(key, value)| json!({ "key": key, "operator": "In", "values": [value] })).collect();
        let path = workload.pod_path.key("affinity").key("nodeAffinity");
        let path = path.key("requiredDuringSchedulingIgnoredDuringExecution").key("nodeSelectorTerms");
        plan.set(&applied, workload.item, path, json!([{ "matchExpressions": expressions }]));
    }
    for taint in applied.texts("tolerations") {
        let (what, effect) = taint.rsplit_once(':').unwrap_or((taint, ""));
        let (key, value) = what.split_once('=').map_or((what, None), |(key, value)| (key, Some(value)));
        if list(&workload.pod, "tolerations").any(|known| text(known, "key") == key) {
            plan.evidence.met(&applied, &plan.items[workload.item]);
            continue;
        }
        let mut toleration = json!({ "key": key, "operator": if value.is_some() { "Equal" } else { "Exists" } });
        for (field, text) in [("value", value.unwrap_or_default()), ("effect", effect)] {
            if !text.is_empty() {
                toleration[field] = text.into();
            }
        }
        let step = PathStep::Match { key: "key".to_owned(), value: key.to_owned() };
        plan.set(&applied, workload.item, workload.pod_path.key("tolerations").join(step), toleration);
    }
}

fn priorities(plan: &mut Plan<'_>) {
    let package = plan.package;
    let mut classes: SortedSet<&str> = SortedSet::new();
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
