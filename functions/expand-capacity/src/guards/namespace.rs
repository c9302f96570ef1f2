//! Guards of whole namespaces: `ResourceQuota` and `LimitRange`.

use porchlight_api::Quantity;
use porchlight_api::capacity_expansion::Guard;
use porchlight_api::quantity::QuantityError;
use porchlight_krm::order::{Gather, SortedMap};
use porchlight_krm::ownership::Desired;
use porchlight_krm::{Code, FieldPath, Finding, Resource};
use porchlight_sizing::{Figures, quota};
use serde::Serialize;

use super::Builder;
use crate::is_generated;
use crate::planning::Plan;
use crate::scale_out::instance_name;
use crate::targets::TargetKind;
use crate::workload;

/// Name of both objects.
const NAME: &str = "capacity";

type Amounts = SortedMap<String, Quantity>;

/// Pods of one target in a namespace.
struct Pods<'a> {
    plan: &'a Plan,
    most: u64,
    limits: Amounts,
    requests: Amounts,
    /// The largest container.
    largest: Amounts,
}

/// The guards of every namespace with sized pods.
pub(super) fn objects(items: &[Resource], plans: &[Plan], results: &mut Vec<Finding>) -> Vec<Desired> {
    let mut namespaces: SortedMap<String, Vec<Pods<'_>>> = SortedMap::new();
    for plan in plans {
        for (namespace, pods) in pods_of(items, plan) {
            namespaces.entry(namespace).or_default().push(pods);
        }
    }
    let mut desired = Vec::new();
    for (namespace, pods) in namespaces {
        if pods.iter().any(|pods| pods.plan.wants(Guard::ResourceQuota)) {
            desired.extend(resource_quota(items, &namespace, &pods, results));
        }
        if pods.iter().any(|pods| pods.plan.wants(Guard::LimitRange)) {
            desired.extend(limit_range(items, &namespace, &pods));
        }
    }
    desired
}

/// The pods of a target, by namespace: each further network function has one of its own.
fn pods_of<'a>(items: &[Resource], plan: &'a Plan) -> Vec<(String, Pods<'a>)> {
    let item = &items[plan.target.item];
    let namespace = item.namespace();
    match plan.target.kind {
        TargetKind::PackageVariant => Vec::new(),
        TargetKind::Workload => vec![(namespace.to_owned(), of_workload(item, plan))],
        TargetKind::NetworkFunction => {
            let base = if namespace.is_empty() { item.name() } else { namespace };
            let pods = |ordinal| {
                let namespace = if ordinal == 1 { namespace.to_owned() } else { instance_name(base, ordinal) };
                let (limits, requests) = (plan.size.limits.clone(), plan.size.requests.clone());
                (namespace, Pods { plan, most: 1, largest: limits.clone(), limits, requests })
            };
            (1..=plan.size.instances).map(pods).collect()
        }
    }
}

/// A pod of a workload: the sized container as planned, the others as they are, or with the defaults of the limit range.
fn of_workload<'a>(item: &Resource, plan: &'a Plan) -> Pods<'a> {
    let sized = plan.container(item);
    let (_, wanted) = plan.amounts(item);
    let group = |group: &str| -> Amounts {
        let prefix = format!("{}{group}.", workload::prefix(sized));
        wanted.iter().filter_map(|(name, amount)| Some((name.strip_prefix(&prefix)?.to_owned(), *amount))).gather()
    };
    let (mut limits, mut requests) = (group("limits"), group("requests"));
    let mut largest = limits.clone();
    let containers = FieldPath::of(["spec", "template", "spec", "containers"]);
    let mut index = 0;
    while item.at(&containers.index(index)).is_some() {
        if index != sized {
            let resources = containers.index(index).key("resources");
            let own_limits = item.get::<Amounts>(&resources.key("limits")).ok().flatten().unwrap_or_default();
            let own_requests = item.get::<Amounts>(&resources.key("requests")).ok().flatten().unwrap_or_default();
            for (resource, default) in defaults() {
                let limit = own_limits.get(resource).or_else(|| own_requests.get(resource)).copied().unwrap_or(default);
                let request =
                    own_requests.get(resource).or_else(|| own_limits.get(resource)).copied().unwrap_or(default);
                raise(&mut limits, resource, limit);
                raise(&mut requests, resource, request);
                let most = largest.entry(resource.to_owned()).or_insert(limit);
                *most = limit.max(*most);
            }
        }
        index += 1;
    }
    let most = plan.replicas().1.max(wanted.get("replicas").and_then(|replicas| replicas.ceil()).unwrap_or(1));
    Pods { plan, most, limits, requests, largest }
}

fn raise(amounts: &mut Amounts, resource: &str, amount: Quantity) {
    let sum = amounts.entry(resource.to_owned()).or_insert(Quantity::ZERO);
    *sum = amount.checked_add(*sum).unwrap_or(*sum);
}

/// What a container gets that says nothing, so that a quota admits it.
fn defaults() -> [(&'static str, Quantity); 2] {
    let figures = Figures::get();
    [
        ("cpu", Quantity::from_milli(figures.container_cpu.value).unwrap_or(Quantity::ZERO)),
        ("memory", Quantity::from_bytes(figures.container_memory.value).unwrap_or(Quantity::ZERO)),
    ]
}

/// Name of a quota's entry for a resource; none where a quota cannot count it.
fn quota_name(group: &str, resource: &str) -> Option<String> {
    match (group, resource) {
        (_, "cpu" | "memory") => Some(format!("{group}.{resource}")),
        // Kubernetes counts requests only for resources that cannot be overcommitted.
        ("requests", _) => Some(format!("requests.{resource}")),
        _ => None,
    }
}

fn hard(pods: &[Pods<'_>]) -> Result<Amounts, QuantityError> {
    let figures = Figures::get();
    let mut hard = Amounts::new();
    let mut count = 0_u64;
    for pods in pods {
        count = count.saturating_add(pods.most);
        for (group, amounts) in [("limits", &pods.limits), ("requests", &pods.requests)] {
            for (resource, amount) in amounts {
                let Some(name) = quota_name(group, resource) else { continue };
                let all = amount.scaled(pods.most, 1)?;
                let sum = hard.get(&name).copied();
                hard.insert(name, sum.map_or(Ok(all), |sum| sum.checked_add(all))?);
            }
        }
    }
    for (name, amount) in &mut hard {
        let with_room = quota::requests(*amount, figures)?;
        // Pages and devices are whole.
        let is_divisible = name.ends_with(".cpu") || name.ends_with(".memory");
        *amount = if is_divisible { with_room } else { with_room.with_value(with_room.ceil().unwrap_or(u64::MAX))? };
    }
    hard.insert("count/pods".to_owned(), Quantity::from_integer(quota::pods(count, figures))?);
    Ok(hard)
}

/// A namespace of a further instance has a folder.
fn in_folder_of(namespace: &str, wish: Desired, origin: &Resource) -> Desired {
    if namespace == origin.namespace() {
        return wish;
    }
    let path = wish.path.clone().unwrap_or_default();
    let (folder, file) = path.rsplit_once('/').map_or(("", path.as_str()), |(folder, file)| (folder, file));
    let slash = if folder.is_empty() { "" } else { "/" };
    let path = format!("{folder}{slash}{namespace}/{file}");
    wish.in_file(path)
}

/// A quota that leaves room for the most replicas and an update. Where there is one already, it is only compared.
fn resource_quota(
    items: &[Resource],
    namespace: &str,
    pods: &[Pods<'_>],
    results: &mut Vec<Finding>,
) -> Option<Desired> {
    let origin = &items[pods.first()?.plan.target.item];
    let hard = match hard(pods) {
        Ok(hard) => hard,
        Err(error) => {
            results.push(Finding::error(Code::CapacityInvalid, error.to_string()).on(origin));
            return None;
        }
    };
    let theirs: Vec<&Resource> = items
        .iter()
        .filter(|item| item.is("v1", "ResourceQuota") && item.namespace() == namespace && !is_generated(item))
        .collect();
    for item in &theirs {
        for (name, need) in &hard {
            let path = FieldPath::of(["spec", "hard"]).key(name);
            let has = item.get::<Quantity>(&path).ok().flatten().filter(|has| has < need);
            if let Some(has) = has {
                let message = format!("the quota leaves no room for what is planned: {name} {need}");
                let finding = Finding::warning(Code::SizingLimitExceeded, message).on(item);
                results.push(finding.field(path, has).proposing(need));
            }
        }
    }
    if !theirs.is_empty() {
        return None;
    }
    let quota = Builder::new("v1", "ResourceQuota", NAME, namespace).with("spec.hard", &hard);
    Some(in_folder_of(namespace, quota.beside(origin), origin))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContainerLimits {
    r#type: &'static str,
    max: Amounts,
    default: Amounts,
    default_request: Amounts,
}

/// No container above the largest sized one, and something for those that say nothing.
fn limit_range(items: &[Resource], namespace: &str, pods: &[Pods<'_>]) -> Option<Desired> {
    let origin = &items[pods.first()?.plan.target.item];
    let theirs = |item: &&Resource| item.is("v1", "LimitRange") && item.namespace() == namespace && !is_generated(item);
    if items.iter().any(|item| theirs(&item)) {
        return None;
    }
    let mut max = Amounts::new();
    for (resource, amount) in pods.iter().flat_map(|pods| &pods.largest) {
        if ["cpu", "memory"].contains(&resource.as_str()) {
            let most = max.entry(resource.clone()).or_insert(*amount);
            *most = (*most).max(*amount);
        }
    }
    let default: Amounts = defaults()
        .into_iter()
        .map(|(resource, default)| (resource.to_owned(), max.get(resource).map_or(default, |max| default.min(*max))))
        .gather();
    let limits = ContainerLimits { r#type: "Container", max, default_request: default.clone(), default };
    let range = Builder::new("v1", "LimitRange", NAME, namespace).with("spec.limits", &[limits]);
    Some(in_folder_of(namespace, range.beside(origin), origin))
}
