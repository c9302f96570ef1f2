//! Where a slice is to be available: tracking areas, polygons, cells. Part of the intent, and the hand-over to the
//! planning of sites and cells.

mod plan;
mod radio;
mod site;

use porchlight_yaml::order::SortedMap;
use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::infra::LabelSelector;
use crate::network_slice_intent::{Blueprint, NfType, PlmnId, Snssai};
use crate::object::Kind;

pub use plan::{CoveragePlan, PlannedCarrier, PlannedCell, PlannedFunction, PlannedGnb, PlannedRadioUnit, PlannedSite};
pub use radio::{Band, Carrier, CoverageTargets, Environment, GnbScope, IdentityRange, PciReuse, PlanRules};
pub use site::{CellIdentity, CoverageSite, RadioUnit, Sector};

/// `CoverageExpansion` (ours, local-config): an area or a list of sites to be turned into cells. The kind may also be
/// written `Coverage`.
///
/// Numbers are wider here than their ranges, so that every fault of an expansion can be reported with its field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CoverageExpansion {
    /// The area. Polygons become sites where no sites are listed.
    #[serde(skip_serializing_if = "Area::is_empty")]
    pub area: Area,
    /// Radio sites as they stand. Without them and without polygons, the `EdgeSite`s of the package are the sites.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<CoverageSite>,
    /// `EdgeSite`s that host the radio network functions, by name of the site or of its cluster; default all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// Instead of `clusters`: labels of the `EdgeSite`s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_selector: Option<LabelSelector>,
    /// Networks the cells belong to; default those of `area.taiList`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plmns: Vec<PlmnId>,
    /// Slices the cells serve; default one eMBB slice without differentiator.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slices: Vec<Snssai>,
    /// Kind of surroundings, which gives the distance between sites. Default `urbanMacro`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Distance between sites in metres, instead of the environment's: 5–100000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isd_metres: Option<f64>,
    /// What users are to get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub targets: Option<CoverageTargets>,
    /// Carriers of every sector; default the carrier of the OAI blueprints.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub radio: Vec<Carrier>,
    /// Rules of identities and numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanRules>,
    /// `auto` (default), or relations beyond those between the sectors of a site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neighbours: Option<Neighbours>,
    /// Which operator runs the radio network functions. Default `du.openairinterface.org` and its siblings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<std::collections::BTreeMap<NfType, String>>"))]
    pub providers: Option<SortedMap<NfType, String>>,
    /// Blueprints instead of the providers' own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<std::collections::BTreeMap<NfType, Blueprint>>"))]
    pub blueprints: Option<SortedMap<NfType, Blueprint>>,
    /// Radio network functions to generate; default `cucp`, `cuup` and `du`. An empty list gives the plan alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_functions: Option<Vec<NfType>>,
    /// In which form they are written. Default `packageVariant`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<CoveragePlacement>,
}

impl Kind for CoverageExpansion {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "CoverageExpansion";
}

/// An area, described in one or more ways (TS 28.541 coverageArea, coverageAreaTAList).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Area {
    /// Tracking areas.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tai_list: Vec<Tai>,
    /// Polygons of at least three corners (TS 28.623 GeoArea, convexGeoPolygon).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub polygons: Vec<Vec<GeoCoordinate>>,
    /// NR cell identities, 36 bits: 0–68719476735.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cell_ids: Vec<i64>,
}

impl Area {
    /// Whether nothing is described.
    pub fn is_empty(&self) -> bool {
        self.tai_list.is_empty() && self.polygons.is_empty() && self.cell_ids.is_empty()
    }
}

/// How neighbour relations come about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Neighbours {
    /// `auto`: cells whose sites are near each other and of which one looks at the other.
    Mode(NeighbourMode),
    /// Exactly these, in both directions.
    List(Vec<NeighbourRelation>),
}

/// The text form of [`Neighbours`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum NeighbourMode {
    /// By place and direction.
    #[default]
    Auto,
}

/// A relation between two cells (TS 28.541 NRCellRelation). A site stands for all its cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NeighbourRelation {
    /// Name of a site or cell.
    pub from: String,
    /// Name of a site or cell.
    pub to: String,
}

/// In which form radio network functions are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum CoveragePlacement {
    /// One `PackageVariant` per network function.
    #[default]
    PackageVariant,
    /// One `PackageVariantSet` per kind of network function, with a target for each.
    PackageVariantSet,
    /// `NFDeployment` and `NFConfig` of each network function, in this package.
    InPackage,
}

/// Tracking area identity (TS 23.003 §28.6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tai {
    /// The network.
    pub plmn_id: PlmnId,
    /// Tracking area code, 24 bits: 0–16777215, or six hexadecimal digits as text.
    pub tac: Tac,
}

/// A tracking area code as people write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Tac {
    /// Decimal.
    Number(i64),
    /// Six hexadecimal digits.
    Hex(String),
}

impl Tac {
    /// The code; `None` when it is outside 24 bits or not six hexadecimal digits.
    pub fn value(&self) -> Option<u32> {
        match self {
            Self::Number(value) => u32::try_from(*value).ok().filter(|value| *value < 1 << 24),
            Self::Hex(text) if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                u32::from_str_radix(text, 16).ok()
            }
            Self::Hex(_) => None,
        }
    }
}

/// A point on the WGS 84 ellipsoid.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GeoCoordinate {
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
}
