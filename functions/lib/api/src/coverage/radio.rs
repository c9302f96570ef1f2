//! What a radio network is planned by: surroundings, targets, carriers, ranges of identities.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

/// Kind of surroundings (Report ITU-R M.2412, test environments).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Environment {
    /// Inside buildings.
    IndoorHotspot,
    /// City centres.
    DenseUrban,
    /// Cities.
    #[default]
    UrbanMacro,
    /// Around cities.
    Suburban,
    /// The country.
    Rural,
}

impl Environment {
    /// The text of the field.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IndoorHotspot => "indoorHotspot",
            Self::DenseUrban => "denseUrban",
            Self::UrbanMacro => "urbanMacro",
            Self::Suburban => "suburban",
            Self::Rural => "rural",
        }
    }
}

/// What users are to get (TS 28.312 radio targets). Only `areaPercent` changes the plan; a plan makes no link budget.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CoverageTargets {
    /// SS-RSRP at the cell edge in dBm, −156 to −31 (TS 38.133 §10.1.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rsrp_dbm: Option<f64>,
    /// SS-SINR at the cell edge in dB, −23 to 40 (TS 38.133 §10.1.16).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sinr_db: Option<f64>,
    /// Share of the area to be covered in percent, above 0 to 100. Default 95.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area_percent: Option<f64>,
    /// Downlink rate of a user in Mbit/s, above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dl_user_mbps: Option<f64>,
    /// Uplink rate of a user in Mbit/s, above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ul_user_mbps: Option<f64>,
}

/// A carrier every sector has (TS 28.541 NRCellDU, NRSectorCarrier).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Carrier {
    /// NR band, as `n78` or `78` (TS 38.104 table 5.2-1, 5.2-2).
    pub band: Band,
    /// NR-ARFCN of the downlink carrier's centre; default the lowest that fits into the band.
    #[serde(rename = "arfcnDL", skip_serializing_if = "Option::is_none")]
    pub arfcn_dl: Option<i64>,
    /// NR-ARFCN of the uplink carrier's centre; default the downlink's in TDD, the band's duplex distance away in FDD.
    #[serde(rename = "arfcnUL", skip_serializing_if = "Option::is_none")]
    pub arfcn_ul: Option<i64>,
    /// Channel bandwidth in MHz (TS 38.104 table 5.3.2-1, 5.3.2-2).
    #[serde(rename = "channelBandwidthMHz")]
    pub channel_bandwidth_mhz: i64,
    /// Subcarrier spacing in kHz: 15, 30, 60 or 120.
    #[serde(rename = "scsKHz")]
    pub scs_khz: i64,
    /// Downlink layers, 1–8. Default 4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layers: Option<i64>,
    /// Configured maximum transmit power in dBm, 0–70.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tx_power_dbm: Option<f64>,
    /// TDD pattern of one period, such as `DDDSU`: D downlink, S special, U uplink slot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tdd_pattern: Option<String>,
}

/// A band as people write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Band {
    /// `78`
    Number(i64),
    /// `n78`
    Text(String),
}

impl Default for Band {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl Band {
    /// The number of the band; `None` when the text is no band.
    pub fn number(&self) -> Option<u16> {
        match self {
            Self::Number(number) => u16::try_from(*number).ok(),
            Self::Text(text) => {
                let digits = text.strip_prefix('n').unwrap_or(text);
                digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
            }
        }
    }
}

impl std::fmt::Display for Band {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(out),
            Self::Text(text) => out.write_str(text),
        }
    }
}

/// Rules of identities and numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PlanRules {
    /// Sectors of a site that lists none, 1–6. Default 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sectors_per_site: Option<i64>,
    /// Physical cell identities that may be used, within 0–1007 (TS 38.211 §7.4.2.1). Default all the provider takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pci_range: Option<IdentityRange>,
    /// Whether carriers on other frequencies may use the same physical cell identities. Default `perFrequency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pci_reuse: Option<PciReuse>,
    /// First tracking area code, 0–16777215; every cluster gets its own. Default 1. Not with `area.taiList`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tac_start: Option<i64>,
    /// Bits of the gNB identity, 22–32 (TS 38.413 §9.3.1.6). Default 24.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gnb_id_length: Option<i64>,
    /// First gNB identity, from 0. Default 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gnb_id_start: Option<i64>,
    /// First cell identity inside a gNB, from 0. Default 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell_id_start: Option<i64>,
    /// Which cells make a gNB. Default `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gnb_scope: Option<GnbScope>,
    /// Cells a distributed unit carries, 1–64. Default 6; the provider may take fewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cells_per_du: Option<i64>,
}

/// A range of identities; both ends belong to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IdentityRange {
    /// First.
    pub start: i64,
    /// Last.
    pub end: i64,
}

/// Where a physical cell identity may be used again at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum PciReuse {
    /// On another frequency: devices tell cells apart by frequency and identity.
    #[default]
    PerFrequency,
    /// Nowhere within the reuse distance, whatever the frequency.
    AcrossFrequencies,
}

/// Which cells make a gNB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum GnbScope {
    /// Those of one cluster, as many as a central unit takes.
    #[default]
    Cluster,
    /// Those of one site.
    Site,
}
