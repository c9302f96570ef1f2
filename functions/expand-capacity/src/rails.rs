//! Guard rails: what an expansion allows at most, and what a site has. A size beyond them is an error, never cut off.

use porchlight_api::edge_site::EdgeSite;
use porchlight_api::infra::WorkloadCluster;
use porchlight_api::{Kind, Quantity};
use porchlight_krm::order::SortedMap;
use porchlight_krm::{CodedError, Resource};
use porchlight_sizing::in_words;

use crate::planning::{Plan, typed};
use crate::problem::exceeded;
use crate::targets::TargetKind;

/// Everything that goes too far.
pub(crate) fn check(items: &[Resource], plans: &[Plan]) -> Vec<CodedError> {
    let mut errors: Vec<CodedError> = plans.iter().flat_map(|plan| of_plan(items, plan)).collect();
    errors.extend(of_sites(items, plans));
    errors
}

fn of_plan(items: &[Resource], plan: &Plan) -> Vec<CodedError> {
    let object = &plan.target.expansion.object;
    let Some(limits) = &plan.target.expansion.spec.limits else { return Vec::new() };
    let scope = plan.target.scope(items);
    let size = &plan.size;
    let mut errors = Vec::new();
    if let Some(max) = limits.max_replicas.filter(|max| size.instances > *max) {
        let calculation = size.derived.first().and_then(|value| value.calculation.as_deref()).unwrap_or_default();
        let message =
            format!("{scope} needs {} instances ({calculation}), more than the limit of {max}", size.instances);
        errors.push(exceeded(object, "spec.limits.maxReplicas", max, &message));
    }
    for (field, resource, max) in [("maxCpu", "cpu", limits.max_cpu), ("maxMemory", "memory", limits.max_memory)] {
        let Some(max) = max else { continue };
        match size.total(resource) {
            Ok(total) if total <= max => {}
            Ok(total) => {
                let message = format!("{scope} needs {total} {resource} in all, more than the limit of {max}");
                errors.push(exceeded(object, &format!("spec.limits.{field}"), max, &message));
            }
            Err(error) => errors.push(exceeded(object, &format!("spec.limits.{field}"), max, &error.to_string())),
        }
    }
    let metric = porchlight_api::sizing_profile::Metric::Throughput;
    let throughput = plan.demand.planned.metric(metric, 0);
    if let Some(max) =
        limits.max_bandwidth.filter(|max| Quantity::from_integer(throughput).is_ok_and(|bits| bits > *max))
    {
        let message = format!("{scope} is to carry {}, more than the limit of {max}", in_words(metric, throughput));
        errors.push(exceeded(object, "spec.limits.maxBandwidth", max, &message));
    }
    errors
}

/// What the network functions of a cluster need together against what its site has.
fn of_sites(items: &[Resource], plans: &[Plan]) -> Vec<CodedError> {
    let clusters = typed::<WorkloadCluster>(items);
    let only_cluster = match clusters.as_slice() {
        [cluster] => Some(cluster.spec.cluster_name.clone()),
        _ => None,
    };
    let mut errors = Vec::new();
    // The kind may also be written `Edge`.
    let is_site = |item: &&Resource| [EdgeSite::KIND, "Edge"].contains(&item.kind());
    for item in items.iter().filter(|item| item.api_version() == EdgeSite::API_VERSION).filter(is_site) {
        let Ok(Some(site)) = item.get::<EdgeSite>(&porchlight_krm::FieldPath::of(["spec"])) else { continue };
        let (Some(cluster), Some(capacity)) = (&site.cluster, &site.capacity) else { continue };
        let here = plans.iter().filter(|plan| cluster_of(items, plan, only_cluster.as_deref()) == Some(&*cluster.name));
        let mut needs: SortedMap<&str, Quantity> = SortedMap::new();
        for plan in here.filter(|plan| plan.target.kind != TargetKind::PackageVariant) {
            for name in plan.size.limits.keys() {
                let kind = match name.as_str() {
                    "cpu" => "cpu",
                    "memory" => "memory",
                    "hugepages-1Gi" => "hugepages1Gi",
                    name if plan.rule.sriov_resources.iter().any(|resource| resource == name) => "sriovVfs",
                    _ => continue,
                };
                let sum = needs.get(kind).copied().unwrap_or(Quantity::ZERO);
                match plan.size.total(name).and_then(|total| total.checked_add(sum)) {
                    Ok(sum) => {
                        needs.insert(kind, sum);
                    }
                    Err(error) => errors.push(exceeded(item, "spec.capacity", &cluster.name, &error.to_string())),
                }
            }
        }
        let count = |count: i64| Quantity::from_integer(u64::try_from(count).unwrap_or(0)).ok();
        let has = [
            ("cpu", capacity.cpu),
            ("memory", capacity.memory),
            ("hugepages1Gi", capacity.hugepages_1gi.and_then(pages_of_1gi)),
            ("sriovVfs", capacity.sriov_vfs.and_then(count)),
        ];
        for (kind, has) in has {
            let (Some(has), Some(need)) = (has, needs.get(kind)) else { continue };
            if *need > has {
                let message =
                    format!("the network functions at {} need {need} {kind}, the site has {has}", item.name());
                errors.push(exceeded(item, &format!("spec.capacity.{kind}"), has, &message));
            }
        }
    }
    errors
}

/// So many huge pages as an amount of memory.
fn pages_of_1gi(pages: i64) -> Option<Quantity> {
    let page = Quantity::from_bytes(1 << 30).ok()?;
    page.scaled(u64::try_from(pages).unwrap_or(0), 1).ok()
}

/// The cluster a target runs on: that of its package, else the second part of its name (`<nf>-<cluster>`).
fn cluster_of<'a>(items: &'a [Resource], plan: &Plan, only_cluster: Option<&'a str>) -> Option<&'a str> {
    only_cluster.or_else(|| items[plan.target.item].name().split('-').nth(1))
}
