//! Where a slice runs and what it is made of: sites, network functions, blueprints.

use std::fmt;

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::Quantity;
use crate::edge_site::Location;
use crate::porch::Upstream;

/// A site that carries part of the slice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Site {
    /// Name, a DNS label without dots.
    pub name: String,
    /// Default `edge`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<SiteRole>,
    /// Workload cluster; default the site's name. Nephio's blueprints break on dashes in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Share of the traffic relative to the other sites, 0–1000000. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
    /// Porch repository of the cluster; default the cluster's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Bit rate of one user-plane port, such as `25G`; default from the function's sizing data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nic_bandwidth: Option<Quantity>,
    /// Kilometres of fibre between the antennas and the site, 0–20000; default by role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_km: Option<f64>,
    /// Measured one-way delay between the antennas and the site in milliseconds, from 0, instead of a distance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<f64>,
    /// Where it stands on earth; the planning of cells gives each radio site to the nearest one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// Where a site stands between the data network and the antennas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum SiteRole {
    /// Central.
    Core,
    /// One per region.
    Regional,
    /// Close to the antennas.
    #[default]
    Edge,
    /// At the antennas.
    FarEdge,
}

impl SiteRole {
    /// Every role, from the centre outwards.
    pub const ALL: [Self; 4] = [Self::Core, Self::Regional, Self::Edge, Self::FarEdge];

    /// The text of the field.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Regional => "regional",
            Self::Edge => "edge",
            Self::FarEdge => "farEdge",
        }
    }
}

/// Which network functions a slice adds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Topology {
    /// Default `core`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<TopologyProfile>,
    /// Instead of a profile: exactly these. Leave out what already exists, such as a shared AMF.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network_functions: Vec<NfType>,
    /// Order in which network functions hand traffic or control on, such as `[du, cuup, upf]`: each must know the next.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub service_chain: Vec<NfType>,
}

/// Presets of network functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TopologyProfile {
    /// AMF, SMF, UPF.
    #[default]
    Core,
    /// CU-CP, CU-UP, DU.
    Ran,
    /// Both.
    E2e,
}

/// Network functions that can be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum NfType {
    /// Access and mobility management.
    Amf,
    /// Session management.
    Smf,
    /// User plane.
    Upf,
    /// Central unit, control plane.
    Cucp,
    /// Central unit, user plane.
    Cuup,
    /// Distributed unit.
    Du,
}

impl NfType {
    /// Every type, in the order objects are emitted.
    pub const ALL: [Self; 6] = [Self::Amf, Self::Smf, Self::Upf, Self::Cucp, Self::Cuup, Self::Du];

    /// The text of the field; also the first part of NFDeployment names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Amf => "amf",
            Self::Smf => "smf",
            Self::Upf => "upf",
            Self::Cucp => "cucp",
            Self::Cuup => "cuup",
            Self::Du => "du",
        }
    }
}

impl fmt::Display for NfType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A blueprint package in a Porch repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Blueprint {
    /// Porch repository.
    pub repo: String,
    /// Package in it.
    pub package: String,
    /// Published revision: a number from 1, or `v<number>` as older Porch wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
    /// Workspace; what Porch really selects by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_name: Option<String>,
}

/// A package revision as people write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Revision {
    /// `3`
    Number(i64),
    /// `v3`
    Text(String),
}

impl From<&Blueprint> for Upstream {
    fn from(Blueprint { repo, package, revision, workspace_name }: &Blueprint) -> Self {
        let revision = revision.as_ref().and_then(Revision::number).and_then(|number| i32::try_from(number).ok());
        Self { repo: repo.clone(), package: package.clone(), revision, workspace_name: workspace_name.clone() }
    }
}

impl Revision {
    /// The revision number; `None` when there is none in it or it is below 1.
    pub fn number(&self) -> Option<u32> {
        let number = match self {
            Self::Number(number) => u32::try_from(*number).ok(),
            Self::Text(text) => text.strip_prefix('v').unwrap_or(text).parse().ok(),
        };
        number.filter(|number| *number > 0)
    }
}

/// In which form network functions are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Placement {
    /// One `PackageVariant` per network function and site; the blueprints hold the network functions.
    #[default]
    #[serde(rename = "packageVariant", alias = "packagevariant")]
    PackageVariant,
    /// The network functions themselves, in this package.
    #[serde(rename = "inPackage", alias = "inpackage")]
    InPackage,
}
