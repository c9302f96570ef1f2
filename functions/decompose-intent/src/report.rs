//! The `IntentReport`: what the demand comes to, which field led to which object, what will not be as the intent says.

use std::collections::BTreeMap;

use porchlight_api::intent_report::{
    DerivedValue, Feasibility, FeasibilityResult, Fulfilment, FulfilmentStatus, IntentReport, NotFulfilledState,
    ReportWarning, Trace,
};
use porchlight_api::network_slice_intent::Sharing;
use porchlight_api::{Object, Quantity};
use porchlight_krm::Code;
use porchlight_sizing::user_plane::{self, DpdkSize};
use porchlight_sizing::{Demand, Figure, Figures, operator};

use crate::objects::{Desired, reference};
use crate::placement::{Instance, Plan};
use crate::problem::{Level, Notice};

/// Scope of values that hold for the slice as a whole.
const SLICE: &str = "slice";

/// The report of one slice.
pub(crate) fn of(plan: &Plan<'_>, desired: &[Desired], notices: &[Notice]) -> Object<IntentReport> {
    let warnings: Vec<&Notice> = notices.iter().filter(|notice| notice.level == Level::Warning).collect();
    let reasons: Vec<String> = warnings
        .iter()
        .filter(|notice| matches!(notice.code, Code::IntentInfeasible | Code::SizingLimitExceeded))
        .map(|notice| notice.message.clone())
        .collect();
    let state = if warnings.is_empty() { NotFulfilledState::Acknowledged } else { NotFulfilledState::Degraded };
    let result = if reasons.is_empty() { FeasibilityResult::Feasible } else { FeasibilityResult::Infeasible };
    let report = IntentReport {
        intent: plan.slice.name.clone(),
        fulfilment: Fulfilment { status: FulfilmentStatus::NotFulfilled, not_fulfilled_state: Some(state) },
        feasibility: Feasibility { result, reasons },
        derived: derived(plan),
        decomposition: decomposition(desired),
        recorded_only: plan.slice.recorded_only.clone(),
        warnings: warnings
            .into_iter()
            .map(|notice| ReportWarning {
                code: notice.code.to_string(),
                field: notice.field.clone(),
                message: notice.message.clone(),
            })
            .collect(),
    };
    Object::new(&plan.slice.name, report)
}

/// Limits that the demand exceeds.
pub(crate) fn limits(plan: &Plan<'_>) -> Vec<Notice> {
    let figures = Figures::get();
    let slice = plan.slice;
    let mut notices = Vec::new();
    for instance in user_planes(plan) {
        let site = instance.site;
        let wire = instance.demand.wire_rate(slice.service.packet_bytes, figures);
        if wire > site.nic_bandwidth {
            notices.push(Notice::warning(
                Code::SizingLimitExceeded,
                slice.service.throughput_field,
                format!(
                    "{} on the wire of N3 at {} is more than its port carries ({}): add sites, lower the weight, or set \
                     nicBandwidth",
                    bit_rate(wire),
                    site.name,
                    bit_rate(site.nic_bandwidth)
                ),
            ));
        }
        for (index, network) in slice.data_networks.iter().enumerate() {
            if instance.pool_prefixes(network).iter().any(|(_, prefix)| prefix.too_small) {
                notices.push(Notice::warning(
                    Code::SizingLimitExceeded,
                    format!("spec.dataNetworks[{index}].pools"),
                    format!(
                        "{} sessions at {} do not fit into {} pool(s) of at most /{}: add pools",
                        instance.demand.sessions,
                        site.name,
                        network.pools.len(),
                        figures.shortest_pool.value
                    ),
                ));
            }
        }
    }
    notices
}

/// One UPF per site: instances at one site carry the same.
fn user_planes<'p, 'a>(plan: &'p Plan<'a>) -> impl Iterator<Item = &'p Instance<'a>> {
    plan.instances.iter().filter(|instance| instance.claims_pools() && instance.ordinal == 1)
}

/// Collects derived values.
#[derive(Default)]
struct Values(Vec<DerivedValue>);

impl Values {
    #[expect(clippy::needless_pass_by_value, reason = "callers pass numbers and texts alike")]
    fn add(&mut self, scope: &str, name: &str, value: impl ToString, rule: &str, source: &str) {
        self.0.push(DerivedValue {
            name: name.to_owned(),
            scope: scope.to_owned(),
            value: value.to_string(),
            rule: rule.to_owned(),
            source: source.to_owned(),
        });
    }

    /// A value that figures of the sizing data gave.
    fn sized(&mut self, scope: &str, name: &str, value: impl ToString, figures: &[(&str, &Figure)]) {
        let rules: Vec<&str> = figures.iter().map(|(rule, _)| *rule).collect();
        let mut sources: Vec<&str> = figures.iter().map(|(_, figure)| figure.source.as_str()).collect();
        sources.dedup();
        self.add(scope, name, value, &rules.join(", "), &sources.join("; "));
    }
}

fn derived(plan: &Plan<'_>) -> Vec<DerivedValue> {
    let slice = plan.slice;
    let service = &slice.service;
    let figures = Figures::get();
    let mut values = Values::default();
    let defaults = slice.rules.source.as_str();
    let written = slice.spec.service.as_ref();
    let five_qi: Vec<String> = service.five_qi.iter().map(ToString::to_string).collect();
    let sharing = match slice.sharing {
        Sharing::Shared => "SHARED",
        Sharing::NonShared => "NON_SHARED",
    };
    let mut stated_or_default = |name: &str, value: String, field: &str, is_stated: bool| {
        let (rule, source) = if is_stated { ("stated", field) } else { ("sliceType", defaults) };
        values.add(SLICE, name, value, rule, source);
    };
    let stated_type = slice.spec.slice_type.is_some();
    stated_or_default("sliceType", slice.slice_type.to_string(), "spec.sliceType", stated_type);
    stated_or_default("snssai", slice.snssai(), "spec.snssai", slice.spec.snssai.is_some());
    stated_or_default("sharing", sharing.to_owned(), "spec.sharing", slice.spec.sharing.is_some());
    let stated_five_qi = written.is_some_and(|service| !service.five_qi.is_empty());
    stated_or_default("fiveQi", five_qi.join(", "), "spec.service.fiveQi", stated_five_qi);
    let stated_availability = written.is_some_and(|service| service.availability_percent.is_some());
    let availability = format!("{} %", service.availability_percent);
    stated_or_default("availability", availability, "spec.service.availabilityPercent", stated_availability);
    if let Some(latency) = service.latency_ms {
        let stated = written.is_some_and(|service| service.latency.is_some());
        stated_or_default("latency", format!("{latency} ms"), "spec.service.latency", stated);
    }
    for imported in &slice.imported {
        let rule = format!("{} at {}", imported.term, imported.at);
        values.add(SLICE, &imported.field, &imported.value, &rule, &imported.source);
    }
    let headroom = ("headroom", &figures.headroom);
    values.sized(SLICE, "subscribers", plan.demand.subscribers, &[headroom]);
    let per_device =
        [("sessionsPerDevice", &figures.sessions_per_device), ("attachRatio", &figures.attach_ratio), headroom];
    let session_figures = if service.sessions.is_some() { &per_device[2..] } else { &per_device[..] };
    values.sized(SLICE, "sessions", plan.demand.sessions, session_figures);
    values.sized(SLICE, "downlink", bit_rate(plan.demand.downlink), &[headroom]);
    values.sized(SLICE, "uplink", bit_rate(plan.demand.uplink), &[headroom]);
    values.add(SLICE, "packetRate", packet_rate(plan.demand, service.packet_bytes), "meanPacketBytes", defaults);
    for instance in user_planes(plan) {
        site_values(instance, &mut values);
    }
    for instance in plan.instances.iter().filter(|instance| instance.ordinal == 1) {
        pod(instance, &mut values);
    }
    values.0
}

fn packet_rate(demand: Demand, packet_bytes: u64) -> String {
    format!("{} packets/s", demand.packets_per_second(packet_bytes))
}

fn site_values(instance: &Instance<'_>, values: &mut Values) {
    let figures = Figures::get();
    let (slice, site, demand) = (instance.slice, &instance.site.name, instance.demand);
    let packet_bytes = slice.service.packet_bytes;
    let weight = format!("{}.weight", instance.site.field);
    values.add(site, "downlink", bit_rate(demand.downlink), "weight", &weight);
    values.add(site, "uplink", bit_rate(demand.uplink), "weight", &weight);
    values.add(site, "sessions", demand.sessions, "weight", &weight);
    let margins = [("poolMargin", &figures.pool_margin), ("poolReserved", &figures.pool_reserved)];
    for network in &slice.data_networks {
        for (name, prefix) in instance.pool_prefixes(network) {
            values.sized(site, &format!("pool {}/{name}", network.name), format!("/{}", prefix.length), &margins);
        }
    }
    values.add(site, "packetRate", packet_rate(demand, packet_bytes), "meanPacketBytes", &slice.rules.source);
    let wire = demand.wire_rate(packet_bytes, figures);
    let wire = format!("{} of {}", bit_rate(wire), bit_rate(instance.site.nic_bandwidth));
    let overheads = [
        ("gtpOverhead", &figures.gtp_overhead),
        ("ethernetOverhead", &figures.ethernet_overhead),
        ("nicBandwidth", &figures.nic_bandwidth),
    ];
    values.sized(site, "wireRate", wire, &overheads);
    let DpdkSize { workers, cpus, memory, hugepages, virtual_functions } =
        user_plane::dpdk_size(demand, packet_bytes, figures);
    let memory = Quantity::from_bytes(memory).map_or_else(|error| error.to_string(), |memory| memory.to_string());
    let dpdk = format!(
        "{workers} workers, {cpus} CPU, {memory} memory, {hugepages}Gi hugepages, {virtual_functions} VFs per instance"
    );
    let figures = [
        ("dpdkWorkerRate", &figures.dpdk_worker_rate),
        ("dpdkWorkerPackets", &figures.dpdk_worker_packets),
        ("dpdkMemory", &figures.dpdk_memory),
    ];
    values.sized(site, "upf on dedicated cores", dpdk, &figures);
}

/// The pod the provider's operator starts, where it sets resources at all.
fn pod(instance: &Instance<'_>, values: &mut Values) {
    let Some(operator) = operator::of(&instance.function.provider) else { return };
    let Some(size) = operator.pod_size(&instance.capacity) else { return };
    let name = format!("{} pod", instance.function.nf);
    let cpu = size.cpu.ceil_milli().map_or_else(|| size.cpu.to_string(), |milli| format!("{milli}m"));
    let value = format!("{cpu} CPU, {} memory", size.memory);
    values.add(&instance.site.name, &name, value, "operator-reference", &operator.source);
}

fn bit_rate(bits: u64) -> String {
    let quantity = Quantity::from_integer(bits).map_or_else(|_| bits.to_string(), |quantity| quantity.to_string());
    format!("{quantity} bit/s")
}

/// Sections of the intent in the order of its schema.
const SECTIONS: [&str; 12] = [
    "metadata.name",
    "spec.sliceType",
    "spec.snssai",
    "spec.plmns",
    "spec.dataNetworks",
    "spec.service",
    "spec.coverage",
    "spec.sites",
    "spec.siteSelector",
    "spec.topology",
    "spec.stack",
    "spec.providers",
];

/// Turns "object from fields" into "field to objects".
fn decomposition(desired: &[Desired]) -> Vec<Trace> {
    let mut by_field: BTreeMap<(usize, &str), Vec<String>> = BTreeMap::new();
    for object in desired {
        for field in &object.derived_from {
            let section = SECTIONS.iter().position(|section| field.starts_with(section)).unwrap_or(SECTIONS.len());
            by_field.entry((section, field)).or_default().push(reference(&object.resource));
        }
    }
    by_field.into_iter().map(|((_, field), objects)| Trace { field: field.to_owned(), objects }).collect()
}
