//! Horizontal and vertical autoscalers.

use porchlight_api::capacity_expansion::Guard;
use porchlight_krm::ownership::Desired;
use porchlight_krm::{Code, Finding, Resource};
use serde::Serialize;

use super::{Builder, horizontal_autoscaler, is_brought_along};
use crate::planning::Plan;

const HORIZONTAL: &str = "HorizontalPodAutoscaler";
const VERTICAL: &str = "VerticalPodAutoscaler";

/// A reference to the workload.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WorkloadRef<'a> {
    api_version: &'a str,
    kind: &'a str,
    name: &'a str,
}

/// `autoscaling/v2 MetricSpec` of the type `Resource`.
#[derive(Serialize)]
struct ResourceMetric<'a> {
    r#type: &'static str,
    resource: MetricSource<'a>,
}

#[derive(Serialize)]
struct MetricSource<'a> {
    name: &'a str,
    target: MetricTarget,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MetricTarget {
    r#type: &'static str,
    average_utilization: u64,
}

/// The autoscalers of a workload.
pub(super) fn objects(items: &[Resource], plan: &Plan, results: &mut Vec<Finding>) -> Vec<Desired> {
    let item = &items[plan.target.item];
    let mut desired = Vec::new();
    desired.extend(horizontal(plan, item, results));
    desired.extend(vertical(items, plan, item, results));
    desired
}

fn horizontal(plan: &Plan, item: &Resource, results: &mut Vec<Finding>) -> Option<Desired> {
    if !plan.wants(Guard::HorizontalPodAutoscaler) || plan.has_autoscaler {
        return None;
    }
    let (least, most) = plan.replicas();
    if !plan.is_autoscaled() {
        let message = if plan.rule.rule.autoscaling.is_none() {
            format!("no {HORIZONTAL}: the rule {} says nothing about autoscaling", plan.rule.name)
        } else {
            format!(
                "no {HORIZONTAL}: the demand of today and the planned one need the same number of replicas ({most})"
            )
        };
        results.push(Finding::info(Code::CapacityPlanned, message).on(item));
        return None;
    }
    let autoscaling = plan.rule.rule.autoscaling.as_ref()?;
    if item.str_at("spec.replicas").is_some() {
        let message = format!("the {HORIZONTAL} keeps the number of replicas: better remove `spec.replicas`");
        let finding = Finding::info(Code::CapacityPlanned, message).on(item);
        results.push(finding.field("spec.replicas", item.str_at("spec.replicas").unwrap_or_default()));
    }
    let metric = ResourceMetric {
        r#type: "Resource",
        resource: MetricSource {
            name: &autoscaling.resource,
            target: MetricTarget { r#type: "Utilization", average_utilization: autoscaling.target_percent },
        },
    };
    let scaler = Builder::new("autoscaling/v2", HORIZONTAL, item.name(), item.namespace())
        .with("spec.scaleTargetRef", &workload(item))
        .with("spec.minReplicas", &least)
        .with("spec.maxReplicas", &most)
        .with("spec.metrics", &[metric]);
    Some(scaler.beside(item))
}

fn workload(item: &Resource) -> WorkloadRef<'_> {
    WorkloadRef { api_version: item.api_version(), kind: item.kind(), name: item.name() }
}

/// Both autoscalers on one resource would work against each other: then the vertical one only recommends.
fn vertical(items: &[Resource], plan: &Plan, item: &Resource, results: &mut Vec<Finding>) -> Option<Desired> {
    if !plan.wants(Guard::VerticalPodAutoscaler) {
        return None;
    }
    let theirs = horizontal_autoscaler(items, item);
    let is_contended = plan.is_autoscaled() || theirs.is_some_and(scales_on_a_resource);
    if let Some(vertical) = is_brought_along(items, VERTICAL, "spec.targetRef", item) {
        let mode = vertical.str_at("spec.updatePolicy.updateMode").unwrap_or("Auto");
        if is_contended && mode != "Off" {
            let message = format!("a {HORIZONTAL} scales on the same resource: recommend only");
            let finding = Finding::warning(Code::CapacityPlanned, message).on(vertical);
            results.push(finding.field("spec.updatePolicy.updateMode", mode).proposing("Off"));
        }
        return None;
    }
    let mode = if is_contended { "Off" } else { "Initial" };
    if is_contended {
        let message = format!("the {VERTICAL} only recommends: a {HORIZONTAL} scales on the same resource");
        results.push(Finding::info(Code::CapacityPlanned, message).on(item));
    }
    let scaler = Builder::new("autoscaling.k8s.io/v1", VERTICAL, item.name(), item.namespace())
        .with("spec.targetRef", &workload(item))
        .with("spec.updatePolicy.updateMode", mode);
    Some(scaler.beside(item))
}

/// A horizontal autoscaler without metrics scales on CPU.
fn scales_on_a_resource(scaler: &Resource) -> bool {
    let metrics = (0..).map_while(|index| scaler.str_at(&format!("spec.metrics[{index}].type")));
    let types: Vec<&str> = metrics.collect();
    types.is_empty() || types.contains(&"Resource") || types.contains(&"ContainerResource")
}
