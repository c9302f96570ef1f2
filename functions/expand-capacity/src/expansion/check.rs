//! Ranges of the fields of an expansion, as `porchlight_api::capacity_expansion` documents them.

use std::ops::RangeInclusive;

use porchlight_api::Quantity;
use porchlight_api::capacity_expansion::{CapacityDemand, Growth, SizeLimits};
use porchlight_krm::CodedError;
use porchlight_sizing::size::MAX_INSTANCES;

use super::Expansion;
use crate::capacity_values::{MOST_COUNTED, rate};
use crate::problem::{invalid, missing};
use crate::profiles::Profiles;

/// Everything that is wrong with an expansion.
pub(super) fn check(expansion: &Expansion, profiles: &Profiles) -> Vec<CodedError> {
    let root = if expansion.object.kind() == "ConfigMap" { "data" } else { "spec" };
    let mut check = Check { expansion, root, errors: Vec::new() };
    check.target();
    if let Err(message) = profiles.has(expansion.profile()) {
        check.add("sizingProfileRef", expansion.profile(), &message);
    }
    if let Some(demand) = &expansion.spec.demand {
        check.demand(demand);
    }
    if let Some(growth) = &expansion.spec.growth {
        check.growth(growth);
    }
    if let Some(limits) = &expansion.spec.limits {
        check.limits(limits);
    }
    check.errors
}

struct Check<'a> {
    expansion: &'a Expansion,
    root: &'static str,
    errors: Vec<CodedError>,
}

impl Check<'_> {
    fn add(&mut self, field: &str, current: impl ToString, message: &str) {
        let field = format!("{}.{field}", self.root);
        self.errors.push(invalid(&self.expansion.object, &field, current, message));
    }

    fn missing(&mut self, field: &str, message: &str) {
        let field = format!("{}.{field}", self.root);
        self.errors.push(missing(&self.expansion.object, &field, message));
    }

    fn target(&mut self) {
        let spec = &self.expansion.spec;
        if let Some(target) = &spec.target_ref {
            if target.kind.is_empty() {
                self.missing("targetRef.kind", "say of which kind the object is, such as `NFDeployment`");
            }
            if target.name.is_empty() {
                self.missing("targetRef.name", "say which object it is about");
            }
            if spec.selector.is_some() {
                self.missing("selector", "keep either `targetRef` or `selector`");
            }
        }
    }

    fn within(&mut self, field: &str, value: Option<u64>, range: RangeInclusive<u64>) {
        if let Some(value) = value.filter(|value| !range.contains(value)) {
            self.add(field, value, &format!("must be {} to {}", range.start(), range.end()));
        }
    }

    fn rate(&mut self, field: &str, value: Option<Quantity>) {
        if let Some((value, Err(message))) = value.map(|value| (value, rate(value))) {
            self.add(field, value, &message);
        }
    }

    fn demand(&mut self, demand: &CapacityDemand) {
        self.rate("demand.dlThroughput", demand.dl_throughput);
        self.rate("demand.ulThroughput", demand.ul_throughput);
        self.rate("demand.dlPerUe", demand.dl_per_ue);
        self.rate("demand.ulPerUe", demand.ul_per_ue);
        self.within("demand.maxSubscribers", demand.max_subscribers, 0..=MOST_COUNTED);
        self.within("demand.maxSessions", demand.max_sessions, 0..=MOST_COUNTED);
        self.within("demand.maxNFConnections", demand.max_nf_connections, 0..=u64::from(u16::MAX));
        self.within("demand.cells", demand.cells, 0..=1_000_000);
        self.within("demand.activityFactorPercent", demand.activity_factor_percent, 1..=100);
        self.within("demand.packetBytes", demand.packet_bytes, 20..=9000);
        if let Some(percent) = demand.availability_percent.filter(|percent| !(0.0..=100.0).contains(percent)) {
            self.add("demand.availabilityPercent", percent, "must be 0 to 100");
        }
        for (field, per_ue) in [("demand.dlPerUe", demand.dl_per_ue), ("demand.ulPerUe", demand.ul_per_ue)] {
            let (Some(per_ue), None) = (per_ue, demand.max_subscribers) else { continue };
            self.add(field, per_ue, "needs `demand.maxSubscribers`, with which it makes a throughput");
        }
    }

    fn growth(&mut self, growth: &Growth) {
        self.within("growth.percent", growth.percent, 0..=1000);
        self.within("growth.horizonMonths", growth.horizon_months, 0..=120);
        self.within("growth.headroomPercent", growth.headroom_percent, 0..=200);
    }

    fn limits(&mut self, limits: &SizeLimits) {
        self.within("limits.minReplicas", limits.min_replicas, 1..=MAX_INSTANCES);
        self.within("limits.maxReplicas", limits.max_replicas, 1..=MAX_INSTANCES);
        if let (Some(min), Some(max)) = (limits.min_replicas, limits.max_replicas)
            && min > max
        {
            self.add("limits.minReplicas", min, &format!("is above `limits.maxReplicas` ({max})"));
        }
        let amounts =
            [("maxCpu", limits.max_cpu), ("maxMemory", limits.max_memory), ("maxBandwidth", limits.max_bandwidth)];
        for (field, amount) in amounts {
            if let Some(amount) = amount.filter(|amount| !amount.is_positive()) {
                self.add(&format!("limits.{field}"), amount, "must be above 0");
            }
        }
    }
}
