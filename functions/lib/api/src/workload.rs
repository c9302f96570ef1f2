//! `workload.nephio.org/v1alpha1`: what reaches the workload cluster, and the RAN parameter objects that travel inside
//! `NFConfig`.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::network_slice_intent::PlmnId;
use crate::object::{Kind, ObjectRef};
use crate::req::Capacity;

const API_VERSION: &str = "workload.nephio.org/v1alpha1";

/// `NFDeployment`: one instance of a network function. Nephio's functions fill interfaces, networks and capacity from
/// the `req.nephio.org` objects of the package.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct NFDeployment {
    /// Which operator takes it, such as `upf.free5gc.io`.
    pub provider: String,
    /// Filled by Nephio's nfdeploy-fn from the `Capacity` of the package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
    /// Parameter objects, typically an `NFConfig`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters_refs: Vec<ObjectRef>,
}

impl Kind for NFDeployment {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "NFDeployment";
}

/// `NFConfig`: a bag of provider parameter objects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct NFConfig {
    /// Embedded objects; upstream gives them no schema.
    pub config_refs: Vec<ConfigRef>,
}

impl Kind for NFConfig {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "NFConfig";
}

/// The embedded objects we write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[serde(untagged)]
pub enum ConfigRef {
    /// PLMN as the OAI core operators read it.
    CorePlmn(crate::Object<crate::cellular::Plmn>),
    /// Identity of an AMF, for the OAI AMF.
    ServedGuami(crate::Object<crate::cellular::ServedGuami>),
    /// PLMN as the OAI RAN operators read it.
    RanPlmn(crate::Object<RanPlmn>),
    /// A cell, for the OAI RAN operators.
    RanConfig(crate::Object<RanConfig>),
    /// Image of the OAI RAN network functions.
    OaiConfig(crate::Object<OaiConfig>),
}

/// `RANConfig`: one NR cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct RanConfig {
    /// NR cell identity, 36 bits, in libconfig notation (`12345678L`): a string.
    pub cell_identity: String,
    /// 0–503 by the CRD, though NR has 0–1007 (TS 38.211 §7.4.2.1).
    #[serde(rename = "physicalCellID")]
    pub physical_cell_id: u16,
    /// Tracking area code, 24 bits.
    pub tac: u32,
    /// NR band number.
    pub downlink_frequency_band: u16,
    /// Numerology index: 0 = 15 kHz, 1 = 30, 2 = 60, 3 = 120. Not kHz.
    pub downlink_sub_carrier_spacing: u8,
    /// Physical resource blocks (51 = 20 MHz at 30 kHz).
    pub downlink_carrier_bandwidth: u16,
    /// NR band number; equals the downlink's in TDD.
    pub uplink_frequency_band: u16,
    /// Numerology index.
    pub uplink_sub_carrier_spacing: u8,
    /// Physical resource blocks.
    pub uplink_carrier_bandwidth: u16,
}

impl Kind for RanConfig {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "RANConfig";
}

/// `PLMN` in the RAN's spelling: the list is called `PLMNInfo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
pub struct RanPlmn {
    /// The OAI RAN operators read the first entry and its first slice only.
    #[serde(rename = "PLMNInfo")]
    pub plmn_info: Vec<RanPlmnInfo>,
}

impl Kind for RanPlmn {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "PLMN";
}

/// One PLMN of a gNB.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
pub struct RanPlmnInfo {
    /// The network.
    #[serde(rename = "plmnID")]
    pub plmn_id: PlmnId,
    /// Tracking area code, 24 bits.
    pub tac: u32,
    /// Slices.
    pub nssai: Vec<Nssai>,
}

/// A slice identity (TS 23.003 §28.4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
pub struct Nssai {
    /// Six hexadecimal digits; `ffffff` says there is none.
    pub sd: String,
    /// Slice/service type, 0–255.
    pub sst: u8,
}

/// `OAIConfig`: which image an OAI RAN network function runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
pub struct OaiConfig {
    /// Image reference.
    pub image: String,
}

impl Kind for OaiConfig {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "OAIConfig";
}
