//! The objects that keep sized workloads within bounds.

mod autoscalers;
mod namespace;

use porchlight_api::capacity_expansion::Guard;
use porchlight_api::infra::LabelSelector;
use porchlight_krm::order::SortedSet;
use porchlight_krm::ownership::Desired;
use porchlight_krm::{Code, FieldPath, Finding, Resource};
use serde::Serialize;

use crate::is_generated;
use crate::planning::Plan;
use crate::targets::TargetKind;

/// Every guard of the package. What is left out, and why, goes to `results`.
pub(crate) fn objects(items: &[Resource], plans: &[Plan], results: &mut Vec<Finding>) -> Vec<Desired> {
    let mut desired = Vec::new();
    for plan in plans.iter().filter(|plan| plan.target.kind == TargetKind::Workload) {
        desired.extend(autoscalers::objects(items, plan, results));
        desired.extend(disruption_budget(items, plan, results));
    }
    desired.extend(priority_classes(items, plans));
    desired.extend(namespace::objects(items, plans, results));
    desired
}

/// An object in a namespace, with one field after the other.
struct Builder(Resource);

impl Builder {
    fn new(api_version: &str, kind: &str, name: &str, namespace: &str) -> Self {
        let mut resource = Resource::new(api_version, kind, name);
        if !namespace.is_empty() {
            resource.set(&FieldPath::of(["metadata", "namespace"]), namespace);
        }
        Self(resource)
    }

    /// `path` has no list in it.
    fn with<T: Serialize + ?Sized>(mut self, path: &str, value: &T) -> Self {
        self.0.set(&FieldPath::of(path.split('.')), value);
        self
    }

    /// As a wish made from `origin`, in the file `<kind>-<name>.yaml` beside it.
    fn beside(self, origin: &Resource) -> Desired {
        let path = origin.file().0.unwrap_or_default();
        let folder = path.rfind('/').map_or("", |end| &path[..=end]);
        let file = format!("{folder}{}-{}.yaml", self.0.kind().to_lowercase(), self.0.name());
        Desired::new(origin.name(), self.0).in_file(file)
    }
}

/// The horizontal autoscaler that a person brought along for a workload.
pub(crate) fn horizontal_autoscaler<'a>(items: &'a [Resource], workload: &Resource) -> Option<&'a Resource> {
    is_brought_along(items, "HorizontalPodAutoscaler", "spec.scaleTargetRef", workload)
}

/// Whether a person brought an object of a kind along that is about a workload: they do not get a second one.
fn is_brought_along<'a>(items: &'a [Resource], kind: &str, target: &str, workload: &Resource) -> Option<&'a Resource> {
    items.iter().filter(|item| item.kind() == kind && !is_generated(item)).find(|item| {
        item.namespace() == workload.namespace()
            && item.str_at(&format!("{target}.kind")) == Some(workload.kind())
            && item.str_at(&format!("{target}.name")) == Some(workload.name())
    })
}

/// One replica cannot be both kept and drained; a budget is for several.
fn disruption_budget(items: &[Resource], plan: &Plan, results: &mut Vec<Finding>) -> Option<Desired> {
    if !plan.wants(Guard::PodDisruptionBudget) {
        return None;
    }
    let item = &items[plan.target.item];
    let (least, most) = plan.replicas();
    let least = if plan.is_autoscaled() { least } else { most };
    if least < 2 {
        let message = "no PodDisruptionBudget: with a single replica it would only keep nodes from being drained";
        results.push(Finding::info(Code::CapacityPlanned, message).on(item));
        return None;
    }
    let selector = FieldPath::of(["spec", "selector"]);
    let labels = |item: &Resource| item.get::<LabelSelector>(&selector).ok().flatten();
    let theirs = |other: &Resource| {
        other.kind() == "PodDisruptionBudget"
            && other.namespace() == item.namespace()
            && !is_generated(other)
            && labels(other) == labels(item)
    };
    // Pods that two budgets are about cannot be evicted at all.
    if items.iter().any(theirs) {
        return None;
    }
    let selector = item.at(&selector)?;
    let mut budget =
        Builder::new("policy/v1", "PodDisruptionBudget", item.name(), item.namespace()).with("spec.maxUnavailable", &1);
    let selector = budget.0.document_mut().import(item.document(), selector);
    budget.0.set_node(&FieldPath::of(["spec", "selector"]), selector);
    Some(budget.beside(item))
}

/// One object per class, however many workloads have it.
fn priority_classes(items: &[Resource], plans: &[Plan]) -> Vec<Desired> {
    let mut names = SortedSet::new();
    let mut desired = Vec::new();
    for plan in plans.iter().filter(|plan| plan.wants(Guard::PriorityClass)) {
        let Some(priority) = &plan.rule.rule.priority_class else { continue };
        let theirs =
            |item: &Resource| item.kind() == "PriorityClass" && item.name() == priority.name && !is_generated(item);
        if items.iter().any(theirs) || !names.insert(&priority.name) {
            continue;
        }
        let class = Builder::new("scheduling.k8s.io/v1", "PriorityClass", &priority.name, "")
            .with("value", &priority.value)
            .with("globalDefault", &false)
            .with("description", &format!("{}: {}", plan.rule.name, priority.source));
        desired.push(Desired { origin: priority.name.clone(), ..class.beside(&items[plan.target.item]) });
    }
    desired
}
