//! `cellular.nephio.org/v1alpha1`: parameter objects the OAI core operators read inside `NFConfig`.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::network_slice_intent::PlmnId;
use crate::object::Kind;

const API_VERSION: &str = "cellular.nephio.org/v1alpha1";

/// `PLMN` in the core's spelling: the list is called `plmnInfo` and each slice lists its data networks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct Plmn {
    /// Networks; the operators use them all.
    pub plmn_info: Vec<PlmnInfo>,
}

impl Kind for Plmn {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "PLMN";
}

/// One PLMN of a core network function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
pub struct PlmnInfo {
    /// The network.
    #[serde(rename = "plmnID")]
    pub plmn_id: PlmnId,
    /// Tracking area code, 24 bits.
    pub tac: u32,
    /// Slices with their data networks.
    pub nssai: Vec<Slice>,
}

/// One slice of a PLMN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct Slice {
    /// Slice/service type, 0–255.
    pub sst: u8,
    /// Six hexadecimal digits; `ffffff` says there is none.
    pub sd: String,
    /// Data networks of the slice.
    pub dnn_info: Vec<DnnInfo>,
}

/// One data network of a slice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct DnnInfo {
    /// The DNN.
    pub name: String,
    /// `ipv4`, `ipv6` or `ipv4v6`.
    pub session_type: String,
    /// Resolver told to UEs; the SMF uses that of the very first data network for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<String>,
    /// UE addresses in CIDR notation; read by SMF and UPF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet: Option<String>,
}

/// `ServedGUAMI`: identities of an AMF. Its spec is a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(transparent)]
pub struct ServedGuami(pub Vec<Guami>);

impl Kind for ServedGuami {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "ServedGUAMI";
}

/// Globally unique AMF identity (TS 23.003 §2.10.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
pub struct Guami {
    /// Region, set and pointer.
    #[serde(rename = "amfID")]
    pub amf_id: AmfId,
    /// The network.
    #[serde(rename = "plmnID")]
    pub plmn_id: PlmnId,
}

/// AMF identity inside a PLMN; hexadecimal texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
pub struct AmfId {
    /// 6 bits; distinct within the set.
    #[serde(rename = "amfPointer")]
    pub pointer: String,
    /// 8 bits.
    #[serde(rename = "amfRegionID")]
    pub region: String,
    /// 10 bits.
    #[serde(rename = "amfSetID")]
    pub set: String,
}
