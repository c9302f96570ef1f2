//! `CapacityExpansion`: what network functions and plain workloads are to carry, and how far they may grow for it.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::Quantity;
use crate::infra::LabelSelector;
use crate::object::Kind;

/// Spec of a `CapacityExpansion` (ours, local-config). Every field has a default; an empty one sizes what the package
/// already asks for by the reference profile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CapacityExpansion {
    /// The one object it is about: an `NFDeployment`, `Capacity`, `PackageVariant`, `Deployment` or `StatefulSet`.
    /// Default: every `NFDeployment` of the package, and workloads with the annotation
    /// `orchestration.nephio-oran.io/nf-type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_ref: Option<TargetRef>,
    /// Instead of `targetRef`: labels of the `NFDeployment`s, `Deployment`s and `StatefulSet`s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<LabelSelector>,
    /// Which rules of the profile apply, such as `upf`. Default: the annotation `orchestration.nephio-oran.io/nf-type`,
    /// for an `NFDeployment` the first part of its provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nf_type: Option<String>,
    /// What is to be carried, in all, before growth and headroom. Where it says nothing, the object's own `Capacity`
    /// counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demand: Option<CapacityDemand>,
    /// How much more to plan for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth: Option<Growth>,
    /// Larger pods or more of them. Default `auto`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// Guard rails: a size above one of them is an error, never cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<SizeLimits>,
    /// Name of the `SizingProfile`: one of the package, else a built-in one. Default `operator-reference`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sizing_profile_ref: Option<String>,
    /// Whether a computed value may be below the one that is there. Default false: the larger one stays.
    pub allow_shrink: bool,
    /// Objects to write beside the sized ones. Default: all of them for plain workloads, none for network functions,
    /// whose pods an operator makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guards: Option<Vec<Guard>>,
}

impl Kind for CapacityExpansion {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "CapacityExpansion";
}

/// A reference to an object of the package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TargetRef {
    /// Group and version; default those of the kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Namespace; default any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// What is to be carried (TS 28.541 §6.3.3 ServiceProfile: dLThptPerSlice, uLThptPerSlice, maxNumberofUEs,
/// maxNumberofPDUSessions).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CapacityDemand {
    /// Downlink bit/s, above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dl_throughput: Option<Quantity>,
    /// Uplink bit/s, above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ul_throughput: Option<Quantity>,
    /// Subscribers, 0–10000000000. Sessions are derived from them where none are stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_subscribers: Option<u64>,
    /// PDU sessions, 0–10000000000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_sessions: Option<u64>,
    /// Peer network functions, 0–65535. Default for an SMF: the UPFs of the package.
    #[serde(rename = "maxNFConnections", skip_serializing_if = "Option::is_none")]
    pub max_nf_connections: Option<u64>,
    /// Cells, for radio network functions, 0–1000000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cells: Option<u64>,
    /// Downlink bit/s of one subscriber; with `maxSubscribers` it gives `dlThroughput`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dl_per_ue: Option<Quantity>,
    /// Uplink bit/s of one subscriber; with `maxSubscribers` it gives `ulThroughput`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ul_per_ue: Option<Quantity>,
    /// Share of the subscribers that are active at once, 1–100 %. Default 100 (TS 28.541 §6.3.3 activityFactor).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity_factor_percent: Option<u64>,
    /// Mean size of users' packets in bytes, 20–9000. Default from the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet_bytes: Option<u64>,
    /// Availability in %, 0–100. From 99.99 on there is one instance more than the load needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_percent: Option<f64>,
}

/// How much more to plan for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Growth {
    /// Growth of the demand until the horizon, 0–1000 %, applied once. Default 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<u64>,
    /// Months the growth is planned for, 0–120; recorded in the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizon_months: Option<u64>,
    /// Room above the demand, 0–200 %. Default 20 on a stated demand, and none on a `Capacity`, which says what is to
    /// be there already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headroom_percent: Option<u64>,
}

/// Larger pods or more of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Strategy {
    /// One instance; more than one can carry is an error.
    Vertical,
    /// The smallest pod, as many as needed.
    Horizontal,
    /// A larger pod as long as the profile has one, then more of them.
    #[default]
    Auto,
}

/// Guard rails.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SizeLimits {
    /// Fewest instances of a target, at least 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<u64>,
    /// Most instances of a target, 1–1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_replicas: Option<u64>,
    /// Most CPU of a target, all instances together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_cpu: Option<Quantity>,
    /// Most memory of a target, all instances together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_memory: Option<Quantity>,
    /// Most bit/s of a target, both directions and all instances together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bandwidth: Option<Quantity>,
}

/// An object that keeps a sized workload within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Guard {
    /// `autoscaling/v2 HorizontalPodAutoscaler`, from the demand of today to the grown one.
    HorizontalPodAutoscaler,
    /// `autoscaling.k8s.io/v1 VerticalPodAutoscaler`; recommends only where a horizontal one scales on the same resource.
    VerticalPodAutoscaler,
    /// `v1 ResourceQuota` of the namespace: the most replicas of all its sized workloads, and room for an update.
    ResourceQuota,
    /// `v1 LimitRange` of the namespace: no container above the largest sized one.
    LimitRange,
    /// `scheduling.k8s.io/v1 PriorityClass` of the profile's rule.
    PriorityClass,
    /// `policy/v1 PodDisruptionBudget`; none for a single replica, which it would only keep from being drained.
    PodDisruptionBudget,
}

impl Guard {
    /// Every guard.
    pub const ALL: [Self; 6] = [
        Self::HorizontalPodAutoscaler,
        Self::VerticalPodAutoscaler,
        Self::ResourceQuota,
        Self::LimitRange,
        Self::PriorityClass,
        Self::PodDisruptionBudget,
    ];
}
