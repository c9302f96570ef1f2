//! A user plane on dedicated cores: the built-in profile `linear-dpdk`.

use porchlight_api::Quantity;
use porchlight_api::sizing_profile::SizingRule;

use crate::demand::Demand;
use crate::load::Load;
use crate::profile;
use crate::size::{self, Wishes};

/// What one instance needs, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DpdkSize {
    /// Cores that forward packets.
    pub workers: u64,
    /// Cores in all.
    pub cpus: u64,
    /// Memory beside the huge pages.
    pub memory: String,
    /// Huge pages of 1Gi, as memory.
    pub hugepages: String,
    /// SR-IOV virtual functions.
    pub virtual_functions: u64,
    /// Which rule says so: `<profile>/<network function>`.
    pub rule: String,
    /// How the cores come about.
    pub calculation: String,
    /// Where the rule comes from.
    pub source: String,
}

/// What a DPDK user plane needs for a demand that one instance carries.
#[must_use]
pub fn dpdk_size(demand: Demand, packet_bytes: u64) -> DpdkSize {
    let profile = profile::named("linear-dpdk").expect("invariant: the profile is built in");
    let rule = profile::rule(&profile.spec, "upf", None).expect("invariant: the profile has a rule for user planes");
    let one_instance = SizingRule { per_instance: Vec::new(), ..rule.clone() };
    let load = Load {
        uplink: Some(demand.uplink),
        downlink: Some(demand.downlink),
        sessions: Some(demand.sessions),
        packet_bytes,
        ..Load::default()
    };
    let name = format!("{}/upf", profile.metadata.name);
    let Ok(size) = size::size(&one_instance, &name, "", load, Wishes::default()) else { return DpdkSize::default() };
    let limit = |resource: &str| size.limits.get(resource).copied().unwrap_or(Quantity::ZERO);
    let cpu = size.derived.iter().find(|value| value.name == "cpu");
    DpdkSize {
        workers: size::workers(rule, load),
        cpus: limit("cpu").ceil().unwrap_or(0),
        memory: limit("memory").to_string(),
        hugepages: limit("hugepages-1Gi").to_string(),
        virtual_functions: profile.spec.sriov_resources.iter().filter_map(|name| limit(name).ceil()).sum(),
        rule: name,
        calculation: cpu.and_then(|value| value.calculation.clone()).unwrap_or_default(),
        source: rule.source.clone(),
    }
}
