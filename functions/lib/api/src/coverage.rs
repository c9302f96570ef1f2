//! Where a slice is to be available: tracking areas, polygons, cells. Part of the intent, and the hand-over to the
//! planning of sites and cells.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::network_slice_intent::PlmnId;
use crate::object::Kind;

/// `CoverageExpansion` (ours, local-config): an area to be turned into sites and cells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CoverageExpansion {
    /// The area.
    pub area: Area,
    /// Clusters that may host the radio units of the area.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
}

impl Kind for CoverageExpansion {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "CoverageExpansion";
}

/// An area, described in one or more ways (TS 28.541 coverageArea, coverageAreaTAList).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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

/// Tracking area identity (TS 23.003 §28.6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tai {
    /// The network.
    pub plmn_id: PlmnId,
    /// Tracking area code, 24 bits: 0–16777215, or six hexadecimal digits as text.
    pub tac: Tac,
}

/// A tracking area code as people write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GeoCoordinate {
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
}
