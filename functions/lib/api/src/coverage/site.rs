//! Radio sites as people list them.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use super::{GeoCoordinate, Tac};

/// A radio site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CoverageSite {
    /// Name, a DNS label without dots.
    pub name: String,
    /// Where it stands; default the place of the `EdgeSite` of that name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<GeoCoordinate>,
    /// `EdgeSite` (or its cluster) that hosts its network functions; default the `EdgeSite` of that name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Tracking area of its cells; default by `area.taiList` or `plan.tacStart`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tac: Option<Tac>,
    /// Sectors; default `plan.sectorsPerSite`, spread evenly from north.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<Sector>,
    /// Radio units; default one per sector, each on the distributed unit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub radio_units: Vec<RadioUnit>,
}

/// A sector of a site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Sector {
    /// Direction of the antenna in degrees clockwise from north, 0 to below 360.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azimuth_degrees: Option<f64>,
    /// Horizontal half-power beam width in degrees, above 0 to 360. Default 65; 360 for the only sector of a
    /// site where no direction is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beam_width_degrees: Option<f64>,
    /// Identities that are fixed already, in the order of the carriers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<CellIdentity>,
}

/// Identities of a cell that the plan has to keep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CellIdentity {
    /// Physical cell identity, 0–1007.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pci: Option<i64>,
    /// NR cell identity, 36 bits: 0–68719476735.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell_id: Option<i64>,
}

/// An O-RU and what it hangs on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RadioUnit {
    /// Name, unique in the site.
    pub name: String,
    /// Sectors it serves, counted from 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<i64>,
    /// Unit of the cascade it is connected to, as `<unit>` of this site or `<site>/<unit>`; default the distributed unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}
