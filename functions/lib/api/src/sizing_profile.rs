//! `SizingProfile`: how much of what a network function needs for a demand. Rules are data; every figure names its
//! source.

use porchlight_yaml::order::SortedMap;
use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::Quantity;
use crate::object::Kind;

/// Spec of a `SizingProfile` (ours, local-config).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SizingProfile {
    /// What it stands for, for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What `maxSessions` and `maxSubscribers` of a `Capacity` count. Default `one`, as the operators compare them; the
    /// comment on Nephio's Go type says thousands.
    pub capacity_unit: CapacityUnit,
    /// Mean size of users' packets in bytes, 20–9000, where the demand does not say. Default 700.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet_bytes: Option<u64>,
    /// Resources that are SR-IOV virtual functions, to check against what a site has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sriov_resources: Vec<String>,
    /// Rules; the first that fits the network function and, where it names one, the provider.
    pub rules: Vec<SizingRule>,
}

impl Kind for SizingProfile {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "SizingProfile";
}

/// What the counts of a `Capacity` count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum CapacityUnit {
    /// Single sessions and subscribers.
    #[default]
    One,
    /// Thousands of them.
    Thousand,
}

/// How one network function is sized. Either `steps` or `linear` says how large an instance is; a rule with neither
/// knows only how many there are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SizingRule {
    /// Network function: `amf`, `smf`, `upf`, `cucp`, `cuup`, `du`, or a name of one's own for plain workloads.
    pub nf_type: String,
    /// Only for this `spec.provider`; default any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Where the rule comes from.
    pub source: String,
    /// What one instance can carry; the metric that needs the most instances decides how many there are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub per_instance: Vec<InstanceLimit>,
    /// Fewest instances, at least 1. Default 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_instances: Option<u64>,
    /// Most instances the network function can have. Default 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_instances: Option<u64>,
    /// Sizes of an instance, smallest first; the first whose every bound holds. The last has no bound.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<SizingStep>,
    /// Size of an instance that grows with its load.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linear: Option<LinearSize>,
    /// Pools of a data network that the provider uses. Default all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pools_per_data_network: Option<u64>,
    /// For plain workloads: container that does the work. Default the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// For plain workloads: when to add replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoscaling: Option<Autoscaling>,
    /// For plain workloads: how important they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_class: Option<Priority>,
}

/// A load on a network function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Metric {
    /// Uplink bit/s.
    MaxUplinkThroughput,
    /// Downlink bit/s.
    MaxDownlinkThroughput,
    /// bit/s of both directions.
    Throughput,
    /// Packets per second of both directions.
    PacketRate,
    /// bit/s on the wire of N3, both directions: users' packets in GTP-U in Ethernet.
    WireRate,
    /// PDU sessions.
    MaxSessions,
    /// Registered subscribers.
    MaxSubscribers,
    /// Peer network functions.
    #[serde(rename = "maxNFConnections")]
    MaxNfConnections,
    /// Cells.
    Cells,
    /// Workers of the instance, see `linear.workers`.
    Workers,
}

/// What one instance can carry of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstanceLimit {
    /// Metric.
    pub metric: Metric,
    /// Most of it, above 0.
    pub at_most: Quantity,
    /// Where the figure comes from.
    pub source: String,
}

/// One size of an instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SizingStep {
    /// Upper bounds that must all hold; a metric that is not known counts as 0.
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<Metric, Quantity>"))]
    pub at_most: SortedMap<Metric, Quantity>,
    /// Limits, and requests too: `cpu`, `memory`, `hugepages-1Gi`, device resources.
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, Quantity>"))]
    pub resources: SortedMap<String, Quantity>,
    /// Requests that are lower than the limits.
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, Quantity>"))]
    pub requests: SortedMap<String, Quantity>,
}

/// A size that grows with the load.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LinearSize {
    /// Workers of an instance: the most that any of these asks for, at least 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workers: Vec<WorkerRate>,
    /// Resources, limits and requests alike.
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, LinearResource>"))]
    pub resources: SortedMap<String, LinearResource>,
}

/// What one worker can carry of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkerRate {
    /// Metric.
    pub metric: Metric,
    /// Most of it, above 0.
    pub per_worker: Quantity,
    /// Where the figure comes from.
    pub source: String,
}

/// `base + Σ each · ⌈(metric − above) / per⌉`, rounded up to a multiple of `step`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinearResource {
    /// What an instance without load needs.
    pub base: Quantity,
    /// What load adds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<LinearTerm>,
    /// Granularity, above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Quantity>,
    /// Where the figures come from.
    pub source: String,
}

/// What a load adds to a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinearTerm {
    /// Metric.
    pub metric: Metric,
    /// So much of it is free. Default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<Quantity>,
    /// For every begun so much, above 0. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Quantity>,
    /// So much more.
    pub each: Quantity,
}

/// When to add replicas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Autoscaling {
    /// Resource that a horizontal autoscaler watches: `cpu` or `memory`.
    pub resource: String,
    /// Mean use of its requests to keep, 1–100 %.
    pub target_percent: u64,
    /// Where the figures come from.
    pub source: String,
}

/// How important a workload is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Priority {
    /// Name of the `PriorityClass`, a DNS label; not one of Kubernetes' own (`system-…`).
    pub name: String,
    /// −2147483648 to 1000000000; higher goes first.
    pub value: i64,
    /// Where the figure comes from.
    pub source: String,
}
