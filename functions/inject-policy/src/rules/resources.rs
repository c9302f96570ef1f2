//! Fair shares of a namespace: ResourceQuota and LimitRange.

use porchlight_api::Quantity;
use porchlight_krm::{Code, FieldPath, Finding};
use porchlight_yaml::json::json;
use serde_json::{Map, Value};

use crate::package::workloads::Workload;
use crate::package::{is_generated, value_at};
use crate::params::shown;
use crate::plan::Plan;
use crate::resolution::{Applied, TARGET_CONFLICT};

pub(super) fn run(plan: &mut Plan<'_>) {
    for namespace in plan.package.used_namespaces() {
        if plan.package.namespaces.is_own(&namespace) {
            limit_range(plan, &namespace);
            quota(plan, &namespace);
        }
    }
}

/// An object of the user that does the same for the namespace: it stays, as two would both hold.
fn of_the_user(plan: &mut Plan<'_>, applied: &Applied, kind: &str, namespace: &str) -> Option<usize> {
    let found = plan.items.iter().position(|item| {
        item.is("v1", kind) && !is_generated(item) && plan.package.namespaces.of_object(item.namespace()) == namespace
    });
    if let Some(position) = found {
        plan.evidence.met(applied, &plan.items[position]);
        plan.note(position, &applied.rule.id.clone(), format!("the package's own {kind} holds; none is added"));
    }
    found
}

fn limit_range(plan: &mut Plan<'_>, namespace: &str) {
    let Some(applied) = plan.rule_in("limit-range", namespace) else { return };
    if of_the_user(plan, &applied, "LimitRange", namespace).is_some() {
        return;
    }
    let object = json!({
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": { "name": "container-defaults", "namespace": namespace },
        "spec": {
            "limits": [{
                "type": "Container",
                "defaultRequest": { "cpu": applied.text("cpuRequest"), "memory": applied.text("memoryRequest") },
                "default": { "cpu": applied.text("cpuLimit"), "memory": applied.text("memoryLimit") },
            }],
        },
    });
    plan.make(&applied, &object);
}

/// What the pods of a namespace ask for together.
#[derive(Default)]
struct Demand {
    pods: u64,
    requests: Sum,
    limits: Sum,
}

/// CPU and memory of all pods, and of the largest one.
#[derive(Default)]
struct Sum {
    all: [u64; 2],
    largest: [u64; 2],
}

impl Sum {
    fn add(&mut self, index: usize, pod: u64, replicas: u64) {
        self.all[index] = self.all[index].saturating_add(pod.saturating_mul(replicas));
        self.largest[index] = self.largest[index].max(pod);
    }
}

const RESOURCES: [&str; 2] = ["cpu", "memory"];

fn quota(plan: &mut Plan<'_>, namespace: &str) {
    let Some(applied) = plan.rule_in("resource-quota", namespace) else { return };
    let own = of_the_user(plan, &applied, "ResourceQuota", namespace);
    let demand = match (Demand::of(plan, namespace), own) {
        (Ok(demand), None) => demand,
        (Err(why), None) => return unknown(plan, &applied, namespace, why),
        (Ok(demand), Some(quota)) => return too_small(plan, &applied, quota, &demand),
        (Err(_), Some(_)) => return,
    };
    if demand.pods == 0 {
        return;
    }
    let surge = applied.number("surgePercent").saturating_add(100);
    // An update starts a pod before it stops one, so there must be room for the largest beside all the others, however
    // small the margin.
    let grown = |all: u64, largest: u64| all.saturating_mul(surge).div_ceil(100).max(all.saturating_add(largest));
    let mut hard = Map::new();
    for (side, sum) in [("requests", &demand.requests), ("limits", &demand.limits)] {
        for (index, resource) in RESOURCES.iter().enumerate() {
            hard.insert(format!("{side}.{resource}"), written(index, grown(sum.all[index], sum.largest[index])));
        }
    }
    hard.insert("pods".to_owned(), Value::String(grown(demand.pods, 1).to_string()));
    let object = json!({
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": { "name": "package-quota", "namespace": namespace },
        "spec": { "hard": hard },
    });
    plan.make(&applied, &object);
}

/// A quota of the user that its own workloads outgrow: it holds, as it is the safer of the two (nephio-domain F.6, 1 and 3).
fn too_small(plan: &mut Plan<'_>, applied: &Applied, quota: usize, demand: &Demand) {
    let item = &plan.items[quota];
    let hard = value_at(item, &["spec", "hard"]);
    let quantity = |key: &str| {
        let value = hard.get(key)?;
        shown(value).parse::<Quantity>().ok()
    };
    let mut needs =
        vec![("pods".to_owned(), quantity("pods").and_then(Quantity::ceil), demand.pods, demand.pods.to_string())];
    for (side, sum) in [("requests", &demand.requests), ("limits", &demand.limits)] {
        for (index, resource) in RESOURCES.iter().enumerate() {
            let key = format!("{side}.{resource}");
            let limit = quantity(&key).map(|quantity| amount(index, quantity));
            needs.push((key, limit, sum.all[index], shown(&written(index, sum.all[index]))));
        }
    }
    for (key, limit, needed, text) in needs {
        if limit.is_none_or(|limit| needed <= limit) {
            continue;
        }
        let current = shown(hard.get(&key).unwrap_or(&Value::Null));
        let message = format!(
            "the workloads of the namespace can grow to `{key}: {text}`, this quota ends at `{current}`; the quota holds"
        );
        let finding = plan.conflict(message).on(item);
        let finding = finding.field(FieldPath::of(["spec", "hard"]).key(&key), current).proposing(text);
        let finding = finding.tag("rule", &applied.rule.id).tag("conflict", TARGET_CONFLICT);
        plan.findings.push(finding.hint("raise the quota, or let the workloads have fewer replicas"));
    }
}

fn unknown(plan: &mut Plan<'_>, applied: &Applied, namespace: &str, why: &str) {
    let message = format!("no ResourceQuota for namespace `{namespace}`: {why}");
    let finding = Finding::info(Code::SecurityPolicyFailed, message).tag("rule", &applied.rule.id);
    plan.findings.push(finding.hint("write a ResourceQuota; it is kept as it is"));
}

impl Demand {
    /// What the pods of a namespace ask for; why that is not known, where it is not.
    fn of(plan: &mut Plan<'_>, namespace: &str) -> Result<Self, &'static str> {
        let range = plan.rule_in("limit-range", namespace).or_else(|| plan.rule_in("container-resources", namespace));
        let mut demand = Self::default();
        for workload in plan.package.workloads.iter().filter(|workload| workload.namespace == namespace) {
            if workload.kind == "DaemonSet" {
                return Err("a DaemonSet has as many pods as there are nodes");
            }
            demand
                .add(workload, range.as_ref())
                .ok_or("rule `limit-range` is off, so what pods without requests use is unknown")?;
        }
        for function in plan.package.functions.iter().filter(|function| function.namespace == namespace) {
            let size = function.role.and_then(|role| role.pod_size);
            let size = size.ok_or("what an operator's pods ask for is unknown")?;
            demand.pods += 1;
            for (index, quantity) in [size.cpu, size.memory].into_iter().enumerate() {
                demand.requests.add(index, amount(index, quantity), 1);
                demand.limits.add(index, amount(index, quantity), 1);
            }
        }
        Ok(demand)
    }

    /// `None` where a container states too little, and no range gives it a default.
    fn add(&mut self, workload: &Workload, range: Option<&Applied>) -> Option<()> {
        // Parallel pods of a Job are as its replicas; without a number it is one.
        let replicas = workload.replicas;
        self.pods = self.pods.saturating_add(replicas);
        for (index, resource) in RESOURCES.iter().enumerate() {
            let default = |side: &str| {
                let quantity: Option<Quantity> = range?.text(&format!("{resource}{side}")).parse().ok();
                Some(quantity.map_or(0, |quantity| amount(index, quantity)))
            };
            let mut requests = [0_u64; 2];
            let mut limits = [0_u64; 2];
            for container in &workload.containers {
                let stated = |side: &str| {
                    let value = container.value.get("resources")?.get(side)?.get(*resource)?;
                    Some(amount(index, shown(value).parse().ok()?))
                };
                let limit = match stated("limits") {
                    Some(limit) => limit,
                    None => default("Limit")?.max(stated("requests").unwrap_or(0)),
                };
                let request = match stated("requests").or_else(|| stated("limits")) {
                    Some(request) => request,
                    None => default("Request")?,
                };
                let slot = usize::from(container.init);
                if container.init {
                    requests[slot] = requests[slot].max(request);
                    limits[slot] = limits[slot].max(limit);
                } else {
                    requests[slot] = requests[slot].saturating_add(request);
                    limits[slot] = limits[slot].saturating_add(limit);
                }
            }
            // A pod needs what its containers need together, or its most demanding init container.
            self.requests.add(index, requests[0].max(requests[1]), replicas);
            self.limits.add(index, limits[0].max(limits[1]), replicas);
        }
        Some(())
    }
}

/// Thousandths of a CPU, or bytes.
fn amount(index: usize, quantity: Quantity) -> u64 {
    let value = if index == 0 { quantity.ceil_milli() } else { quantity.ceil() };
    value.unwrap_or(u64::MAX)
}

fn written(index: usize, value: u64) -> Value {
    const MEBIBYTE: u64 = 1 << 20;
    let text = if index == 0 { format!("{value}m") } else { format!("{}Mi", value.div_ceil(MEBIBYTE)) };
    Value::String(text)
}
