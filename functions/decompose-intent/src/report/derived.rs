//! The numbers a slice comes to, each with the rule that gave it and where that comes from.

use porchlight_api::intent_report::DerivedValue;
use porchlight_api::network_slice_intent::{NfType, Placement, Sharing};
use porchlight_sizing::user_plane::{self, DpdkSize};
use porchlight_sizing::{Demand, Figure, Figures, operator, quota};

use super::{Around, bit_rate, user_planes};
use crate::conflicts::Granted;
use crate::data::Data;
use crate::latency::{CorePath, millis};
use crate::placement::{Instance, Load, Plan, capacity_object};
use crate::slice::RrmShares;

/// Scope of values that hold for the slice as a whole.
const SLICE: &str = "slice";

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
            calculation: None,
            source: source.to_owned(),
        });
    }

    /// A value with its calculation.
    fn calculated(&mut self, scope: &str, name: &str, value: String, rule: &str, calculation: &str, source: &str) {
        self.add(scope, name, value, rule, source);
        if let Some(last) = self.0.last_mut() {
            last.calculation = Some(calculation.to_owned());
        }
    }

    /// A value of the slice that the intent states in a field, or that a rule with a source gave.
    fn stated_or(&mut self, name: &str, value: String, field: (&str, bool), rule: (&str, &str)) {
        let (rule, source) = if field.1 { ("stated", field.0) } else { rule };
        self.add(SLICE, name, value, rule, source);
    }

    /// A value that figures of the sizing data gave.
    fn sized(&mut self, scope: &str, name: &str, value: impl ToString, figures: &[(&str, &Figure)]) {
        let rules: Vec<&str> = figures.iter().map(|(rule, _)| *rule).collect();
        let mut sources: Vec<&str> = figures.iter().map(|(_, figure)| figure.source.as_str()).collect();
        sources.dedup();
        self.add(scope, name, value, &rules.join(", "), &sources.join("; "));
    }
}

pub(super) fn of(plan: &Plan<'_>, around: &Around<'_, '_>) -> Vec<DerivedValue> {
    let slice = plan.slice;
    let service = &slice.service;
    let figures = Figures::get();
    let mut values = Values::default();
    let defaults = slice.rules.source.as_str();
    let five_qi: Vec<String> = service.five_qi.iter().map(ToString::to_string).collect();
    let sharing = match slice.sharing {
        Sharing::Shared => "SHARED",
        Sharing::NonShared => "NON_SHARED",
    };
    let written = slice.spec.service.as_ref();
    let mut identity = |name, value: String, field, is_stated| {
        values.stated_or(name, value, (field, is_stated), ("sliceType", defaults));
    };
    identity("sliceType", slice.slice_type.to_string(), "spec.sliceType", slice.spec.slice_type.is_some());
    identity("snssai", slice.snssai(), "spec.snssai", slice.spec.snssai.is_some());
    identity("sharing", sharing.to_owned(), "spec.sharing", slice.spec.sharing.is_some());
    let is_stated = written.is_some_and(|service| !service.five_qi.is_empty());
    let by_latency = service.five_qi != slice.rules.five_qi;
    let rule =
        if by_latency { ("tighterFiveQi", Data::get().five_qi.source.as_str()) } else { ("sliceType", defaults) };
    values.stated_or("fiveQi", five_qi.join(", "), ("spec.service.fiveQi", is_stated), rule);
    let is_stated = written.is_some_and(|service| service.availability_percent.is_some());
    let availability = format!("{} %", service.availability_percent);
    let field = ("spec.service.availabilityPercent", is_stated);
    values.stated_or("availability", availability, field, ("sliceType", defaults));
    if let Some(latency) = service.latency_ms {
        let is_stated = written.is_some_and(|service| service.latency.is_some());
        let field = ("spec.service.latency", is_stated);
        values.stated_or("latency", millis(latency), field, ("sliceType", defaults));
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
    radio(plan, around, &mut values);
    let own = plan.instances.iter().filter(|instance| instance.subnet().is_none());
    for instance in own.chain(around.shared.iter().copied()).filter(|instance| instance.ordinal == 1) {
        pod(instance, &mut values);
    }
    for instance in &around.shared {
        let slices: Vec<&str> = instance.slices.iter().map(|slice| slice.name.as_str()).collect();
        let name = format!("shared {}", instance.function.nf);
        let value = format!("{} with {}", capacity(instance), slices.join(", "));
        values.add(&instance.site.cluster, &name, value, "sharedSubnet", "spec.sharedSubnet");
    }
    values.0
}

fn packet_rate(demand: Demand, packet_bytes: u64) -> String {
    format!("{} packets/s", demand.packets_per_second(packet_bytes))
}

fn site_values(instance: &Instance<'_>, values: &mut Values) {
    let figures = Figures::get();
    let (slice, site, demand) = (instance.slice, &instance.site.name, instance.site_demand);
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
    instances(instance, values);
    if let Some(path) = CorePath::of(&slice.service, instance.site) {
        let value = format!("{} of {}", millis(path.ms), millis(path.budget_ms));
        values.calculated(site, "corePath", value, "latency", &path.text, &path.source);
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
    let dpdk = user_plane::dpdk_size(instance.demand, packet_bytes);
    let DpdkSize { workers, cpus, memory, hugepages, virtual_functions, .. } = &dpdk;
    let size = format!(
        "{workers} workers, {cpus} CPU, {memory} memory, {hugepages} hugepages, {virtual_functions} VFs per instance"
    );
    values.calculated(site, "upf on dedicated cores", size, &dpdk.rule, &dpdk.calculation, &dpdk.source);
}

/// Shares of the radio resources, where the slice has any.
fn radio(plan: &Plan<'_>, around: &Around<'_, '_>, values: &mut Values) {
    let text =
        |shares: RrmShares| format!("dedicated {} %, min {} %, max {} %", shares.dedicated, shares.min, shares.max);
    let slice = plan.slice;
    if !slice.has(NfType::Du) {
        return;
    }
    let is_stated = slice.spec.ran.as_ref().is_some_and(|ran| ran.rrm_policy.is_some());
    let default = ("dedicatedRadioPercent", slice.rules.source.as_str());
    values.stated_or("rrmPolicyRatio", text(slice.rrm), ("spec.ran.rrmPolicy", is_stated), default);
    for Granted { cluster, shares, .. } in &around.granted {
        values.add(
            cluster,
            "rrmPolicyRatio",
            text(*shares),
            "conflicts",
            "TS 28.541 RRMPolicyRatio: minimum shares add up to 100 % at most",
        );
    }
}

/// What a network function declares to carry.
fn capacity(instance: &Instance<'_>) -> String {
    let fields = capacity_object(instance.function.nf).fields.iter();
    let values = fields.map(|field| field.of(&instance.capacity).to_string());
    values.collect::<Vec<_>>().join("/")
}

/// How many user planes a site gets.
fn instances(instance: &Instance<'_>, values: &mut Values) {
    let Load { instances, rule, calculation, source } = &instance.load;
    let count = (instances + instance.spare).to_string();
    let (mut rule, mut source) = (rule.clone(), source.clone());
    let mut calculation = format!("{calculation} = {instances}");
    if instance.spare > 0 {
        rule.push_str(", redundantInstances");
        calculation.push_str(&format!(" + {} spare", instance.spare));
        source = format!("{source}; {}", Figures::get().redundant_instances.source);
    }
    values.calculated(&instance.site.name, "upf instances", count, &rule, &calculation, &source);
}

/// What each of several instances declares, the peers it is to have, the pod the provider's operator starts, and the
/// quota that leaves room for it.
fn pod(instance: &Instance<'_>, values: &mut Values) {
    let nf = instance.function.nf;
    let site = instance.site_name();
    if instance.load.instances > 1 {
        let each = instance.demand;
        let source = &instance.load.source;
        let share = format!("ceil({} sessions / {})", instance.site_demand.sessions, instance.load.instances);
        values.calculated(site, "sessions per instance", each.sessions.to_string(), "upf instances", &share, source);
        values.add(site, "downlink per instance", bit_rate(each.downlink), "upf instances", source);
        values.add(site, "uplink per instance", bit_rate(each.uplink), "upf instances", source);
    }
    if let Some(peers) = instance.capacity.max_nf_connections {
        values.add(site, &format!("{nf} peers"), peers, "upf instances", "the UPFs of the slices it serves");
    }
    let Some(operator) = operator::of(&instance.function.provider) else { return };
    let Some(size) = operator.pod_size(&instance.capacity) else { return };
    let cpu = size.cpu.ceil_milli().map_or_else(|| size.cpu.to_string(), |milli| format!("{milli}m"));
    let value = format!("{cpu} CPU, {} memory", size.memory);
    values.add(site, &format!("{nf} pod"), value, "operator-reference", operator.source());
    let figures = Figures::get();
    if let (Ok(cpu), Ok(memory)) = (quota::requests(size.cpu, figures), quota::requests(size.memory, figures))
        && instance.slice.placement == Placement::InPackage
    {
        let value = format!("{} pods, {cpu} CPU, {memory} memory", quota::pods(1, figures));
        values.sized(site, &format!("{nf} quota"), value, &[("quotaSurge", &figures.quota_surge)]);
    }
}
