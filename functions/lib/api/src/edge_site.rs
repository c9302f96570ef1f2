//! `EdgeSite`: a place with a cluster, and what it can carry.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::Quantity;
use crate::network_slice_intent::SiteRole;
use crate::object::Kind;

/// Spec of an `EdgeSite` (ours, local-config). The kind may also be written `Edge`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EdgeSite {
    /// Name of the site; default the object's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_id: Option<String>,
    /// Where it stands between the data network and the antennas. Default `edge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_type: Option<SiteRole>,
    /// Where it stands on earth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Region, for people and labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Availability zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// Its workload cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<EdgeCluster>,
    /// What the cluster can carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<EdgeCapacity>,
    /// Delay to other places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<EdgeLatency>,
}

impl Kind for EdgeSite {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "EdgeSite";
}

/// A place on the WGS 84 ellipsoid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Degrees north, −90 to 90.
    #[serde(alias = "lat")]
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    #[serde(alias = "lon")]
    pub longitude: f64,
    /// Metres above the ellipsoid.
    #[serde(default, alias = "alt", skip_serializing_if = "Option::is_none")]
    pub altitude: Option<f64>,
}

/// The workload cluster of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EdgeCluster {
    /// Name of the cluster. Nephio's blueprints break on dashes in it.
    pub name: String,
    /// Attachment types its nodes offer. Default `macvlan`, `ipvlan`, `sriov`, as Nephio's workload cluster package.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cnis: Vec<String>,
    /// Node interface for secondary networks. Default `eth1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_interface: Option<String>,
    /// Porch repository of the cluster; default its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
}

/// What a cluster can carry (O2 IMS resource pools).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EdgeCapacity {
    /// Processor time, such as `64` or `1500m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Quantity>,
    /// Memory, such as `256Gi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Quantity>,
    /// Huge pages of 1 GiB: their number.
    #[serde(rename = "hugepages1Gi", skip_serializing_if = "Option::is_none")]
    pub hugepages_1gi: Option<i64>,
    /// SR-IOV virtual functions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sriov_vfs: Option<i64>,
    /// Ports.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nics: Vec<Nic>,
}

/// A port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Nic {
    /// Gbit/s, above 0.
    pub speed_gbps: f64,
}

/// Delay to other places (TS 28.541 latency split).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EdgeLatency {
    /// One way to the core site, in ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_core: Option<f64>,
    /// One way to the regional site, in ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_regional: Option<f64>,
    /// One way over the fronthaul, in µs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fronthaul_one_way_us: Option<f64>,
}
