//! `CoveragePlan`: sites, cells and their relations as a coverage expansion came out. Written by the function, read by
//! people, by `porchlight coverage plot` and by the function itself: what is planned once stays.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::intent_report::{DerivedValue, ReportWarning, Trace};
use crate::network_slice_intent::{NfType, PlmnId, Snssai};
use crate::object::Kind;

/// Spec of a `CoveragePlan` (ours, local-config).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CoveragePlan {
    /// Names of the expansions it was made from.
    pub expansions: Vec<String>,
    /// Networks of the cells.
    pub plmns: Vec<PlmnId>,
    /// Slices of the cells.
    pub slices: Vec<Snssai>,
    /// Distance between sites that neighbour relations follow, in metres.
    pub isd_metres: f64,
    /// Cells of sites that are at most that far apart can be neighbours, in metres.
    pub neighbour_radius_metres: f64,
    /// A physical cell identity comes again only beyond this distance, in metres.
    pub reuse_distance_metres: f64,
    /// Carriers, in the order of the expansion.
    pub carriers: Vec<PlannedCarrier>,
    /// Sites, sorted by name.
    pub sites: Vec<PlannedSite>,
    /// gNBs, sorted by identity.
    pub gnbs: Vec<PlannedGnb>,
    /// Network functions, sorted by name.
    pub network_functions: Vec<PlannedFunction>,
    /// Radio units, sorted by name.
    pub radio_units: Vec<PlannedRadioUnit>,
    /// Cells, sorted by name.
    pub cells: Vec<PlannedCell>,
    /// What the numbers come from.
    pub derived: Vec<DerivedValue>,
    /// From field of the expansion to generated objects.
    pub decomposition: Vec<Trace>,
    /// What will not be as the expansion says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<ReportWarning>,
}

impl Kind for CoveragePlan {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "CoveragePlan";
}

/// A carrier with everything that follows from band, bandwidth and subcarrier spacing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedCarrier {
    /// NR band number.
    pub band: u16,
    /// `FDD` or `TDD`.
    pub duplex: String,
    /// NR-ARFCN of the downlink carrier's centre.
    #[serde(rename = "arfcnDL")]
    pub arfcn_dl: u32,
    /// NR-ARFCN of the uplink carrier's centre.
    #[serde(rename = "arfcnUL")]
    pub arfcn_ul: u32,
    /// Frequency of the downlink carrier's centre in kHz.
    #[serde(rename = "frequencyDLKHz")]
    pub frequency_dl_khz: u64,
    /// Channel bandwidth in MHz.
    #[serde(rename = "channelBandwidthMHz")]
    pub channel_bandwidth_mhz: u16,
    /// Subcarrier spacing in kHz.
    #[serde(rename = "scsKHz")]
    pub scs_khz: u16,
    /// Physical resource blocks of the channel (TS 38.104 §5.3.2).
    pub resource_blocks: u16,
}

/// A radio site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedSite {
    /// Its name.
    pub site: String,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Workload cluster that hosts its network functions.
    pub cluster: String,
    /// Tracking area code, 24 bits.
    pub tac: u32,
}

/// A gNB: what one central unit serves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedGnb {
    /// gNB identity.
    pub gnb_id: u32,
    /// Its bits, 22–32.
    pub gnb_id_length: u8,
    /// Workload cluster of its central unit.
    pub cluster: String,
}

/// A radio network function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedFunction {
    /// Its name, which is also that of its package.
    pub function: String,
    /// `cucp`, `cuup` or `du`.
    pub nf_type: NfType,
    /// gNB it belongs to.
    pub gnb_id: u32,
    /// Workload cluster it runs on.
    pub cluster: String,
}

/// A radio unit and what it hangs on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedRadioUnit {
    /// `<site>/<unit>`.
    pub unit: String,
    /// The unit (`<site>/<unit>`) of the cascade before it; absent: the distributed unit itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

/// A cell (TS 28.541 NRCellDU).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedCell {
    /// `<site>-<sector>`, and `-<carrier>` where there are several; both count from 1.
    pub cell: String,
    /// Its site.
    pub site: String,
    /// Its sector, from 1.
    pub sector: u8,
    /// Its carrier: position in `carriers`, from 1.
    pub carrier: u8,
    /// Direction in degrees clockwise from north.
    pub azimuth_degrees: f64,
    /// Half-power beam width in degrees.
    pub beam_width_degrees: f64,
    /// NR cell identity, 36 bits: gNB identity, then cell identity inside the gNB (TS 38.413 §9.3.1.7).
    pub cell_id: u64,
    /// gNB identity.
    pub gnb_id: u32,
    /// Cell identity inside the gNB.
    pub cell_local_id: u32,
    /// Physical cell identity, 0–1007.
    pub physical_cell_id: u16,
    /// Tracking area code.
    pub tac: u32,
    /// NR band number.
    pub band: u16,
    /// NR-ARFCN of the downlink carrier's centre.
    #[serde(rename = "arfcnDL")]
    pub arfcn_dl: u32,
    /// Subcarrier spacing in kHz.
    #[serde(rename = "scsKHz")]
    pub scs_khz: u16,
    /// Physical resource blocks.
    pub resource_blocks: u16,
    /// Radio unit, as `<site>/<unit>`.
    pub radio_unit: String,
    /// Distributed unit: name of its network function.
    pub distributed_unit: String,
    /// Cells with a neighbour relation to this one, sorted; relations go both ways.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub neighbours: Vec<String>,
}
