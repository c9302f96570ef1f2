//! `NetworkSliceIntent`: what a network slice is for. Names follow TS 28.312 (intent) and TS 28.541 (ServiceProfile).
//!
//! Numbers are wider here than their valid ranges (`sst: 300` reads), so that whoever validates an intent can report
//! every problem with its field instead of stopping at the first one the types refuse.

mod expectation;
mod placement;
mod service;

use std::fmt;

use porchlight_yaml::order::SortedMap;
use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::coverage::Area;
use crate::infra::LabelSelector;
use crate::object::Kind;

pub use expectation::{
    Expectation, ExpectationContext, ExpectationObject, ExpectationTarget, ExpectationVerb, Nest, Tmf921Intent,
};
pub use placement::{Blueprint, NfType, Placement, Revision, Site, SiteRole, Topology, TopologyProfile};
pub use service::{Latency, MobilityLevel, Rate, Service, Throughput};

/// Longest intent name: it becomes part of package, namespace and variant names.
pub const MAX_NAME: usize = 20;

/// Spec of a `NetworkSliceIntent`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NetworkSliceIntent {
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_label: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `DEACTIVATED` removes everything generated from the intent. Default `ACTIVATED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_state: Option<AdminState>,
    /// 1–100, the higher value wins a conflict with another intent of the package. Default 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// Whether losing a conflict is all right. Default false: then it is a warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preemptible: Option<bool>,
    /// Kind of slice; default from `snssai.sst`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slice_type: Option<SliceType>,
    /// Slice identity; `sst` defaults from `sliceType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snssai: Option<Snssai>,
    /// Networks that offer the slice, at least one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plmns: Vec<PlmnId>,
    /// Data networks; default one IPv4 network called `internet`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_networks: Vec<DataNetwork>,
    /// What users get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// Whether network functions may serve other slices too. Default by slice type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Sharing>,
    /// Name of a shared network slice subnet, a DNS label of at most 20 characters: slices of a package that name the
    /// same one have one AMF, SMF, CU or DU between them where their kinds allow it. Default none: each slice has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_subnet: Option<String>,
    /// Sharing per domain; default from `sharing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isolation: Option<Isolation>,
    /// Where the slice is available.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Area>,
    /// Sites that carry the slice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<Site>,
    /// Instead of `sites`: labels of the `WorkloadCluster` objects in the package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_selector: Option<LabelSelector>,
    /// Which network functions the slice adds. Default: the core's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topology: Option<Topology>,
    /// Preset of providers and blueprints: `free5gc` (default) or `oai`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// Provider per network function, overriding the stack's.
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<NfType, String>"))]
    pub providers: SortedMap<NfType, String>,
    /// Blueprint package per network function, overriding the provider's.
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<NfType, Blueprint>"))]
    pub blueprints: SortedMap<NfType, Blueprint>,
    /// Package variants (default) or network functions in this package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<Placement>,
    /// Radio resource shares; default by slice type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ran: Option<Ran>,
    /// Names of policy profiles. Recorded; policy injection reads them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// Expectations in TS 28.312 form; they fill in what the typed fields leave open and must agree with the rest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expectations: Vec<Expectation>,
    /// A GSMA NG.116 network slice type, to the same effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nest: Option<Nest>,
    /// A TM Forum TMF921 intent, to the same effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tmf921: Option<Tmf921Intent>,
    /// When the slice is wanted. Acts where the configuration of the function tells the time; functions have no clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validity: Option<Validity>,
}

impl Kind for NetworkSliceIntent {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "NetworkSliceIntent";
}

/// TS 28.312 intentAdminState.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum AdminState {
    /// Decompose it.
    #[default]
    Activated,
    /// Take back what it generated.
    Deactivated,
}

/// Kind of slice, one per standardised SST (TS 23.501 table 5.15.2.2-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SliceType {
    /// Enhanced mobile broadband, SST 1.
    #[serde(rename = "eMBB")]
    Embb,
    /// Ultra-reliable low-latency communication, SST 2.
    #[serde(rename = "URLLC")]
    Urllc,
    /// Massive machine-type communication (MIoT), SST 3.
    #[serde(rename = "mMTC", alias = "MIoT")]
    Mmtc,
    /// Vehicle to everything, SST 4.
    V2X,
    /// High-performance machine-type communication, SST 5.
    #[serde(rename = "HMTC")]
    Hmtc,
    /// High data rate with low latency, SST 6.
    #[serde(rename = "HDLLC")]
    Hdllc,
    /// Any other; `snssai.sst` is then required.
    #[serde(rename = "custom")]
    Custom,
}

impl SliceType {
    /// Every type with a standardised SST.
    pub const STANDARD: [Self; 6] = [Self::Embb, Self::Urllc, Self::Mmtc, Self::V2X, Self::Hmtc, Self::Hdllc];

    /// The standardised SST; `None` for [`SliceType::Custom`].
    pub fn sst(self) -> Option<u8> {
        Self::STANDARD.iter().position(|&standard| standard == self).and_then(|index| u8::try_from(index + 1).ok())
    }

    /// The type an SST stands for; [`SliceType::Custom`] for operator-specific values.
    pub fn from_sst(sst: u8) -> Self {
        Self::STANDARD.into_iter().find(|standard| standard.sst() == Some(sst)).unwrap_or(Self::Custom)
    }

    /// The text of the field.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Embb => "eMBB",
            Self::Urllc => "URLLC",
            Self::Mmtc => "mMTC",
            Self::V2X => "V2X",
            Self::Hmtc => "HMTC",
            Self::Hdllc => "HDLLC",
            Self::Custom => "custom",
        }
    }
}

impl fmt::Display for SliceType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Slice identity (TS 23.003 §28.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Snssai {
    /// Slice/service type, 0–255.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sst: Option<i64>,
    /// Slice differentiator: six hexadecimal digits as text. Absent, like `ffffff`: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sd: Option<String>,
}

/// PLMN identity (TS 23.003 §2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlmnId {
    /// Mobile country code: three digits as text.
    pub mcc: String,
    /// Mobile network code: two or three digits as text.
    pub mnc: String,
}

/// A data network the slice gives access to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataNetwork {
    /// DNN, at most 63 characters here: it names an object.
    pub name: String,
    /// Default `ipv4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_type: Option<SessionType>,
    /// Resolver told to UEs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<String>,
    /// UE address pools; default one called `pool1`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<Pool>,
    /// Network instance of N6; default by slice type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_instance: Option<String>,
}

/// PDU session types (TS 23.501 §5.6.10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SessionType {
    /// IPv4.
    #[default]
    Ipv4,
    /// IPv6.
    Ipv6,
    /// Both.
    Ipv4v6,
}

impl SessionType {
    /// The text of the field.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Ipv4v6 => "ipv4v6",
        }
    }
}

/// A UE address pool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pool {
    /// Name.
    pub name: String,
    /// Prefix length to claim, 8–30 for IPv4, 8–64 for IPv6; default from the number of sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_length: Option<i64>,
    /// The addresses themselves in CIDR notation, for core functions that are told instead of asking the address
    /// management (OAI).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

/// TS 28.541 networkSliceSharingIndicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sharing {
    /// Network functions may serve other slices.
    Shared,
    /// Network functions serve this slice alone.
    NonShared,
}

/// Sharing per domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Isolation {
    /// Levels.
    pub per_domain: IsolationPerDomain,
}

/// Isolation level of each domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct IsolationPerDomain {
    /// Core network functions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub core: Option<IsolationLevel>,
    /// Radio network functions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ran: Option<IsolationLevel>,
    /// Networks between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport: Option<IsolationLevel>,
}

/// How isolated a domain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum IsolationLevel {
    /// For this slice alone.
    Dedicated,
    /// Together with others.
    Shared,
}

/// Radio resources of the slice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Ran {
    /// Shares of the physical resource blocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rrm_policy: Option<RrmPolicy>,
}

/// TS 28.541 RRMPolicyRatio, percent; dedicated ≤ min ≤ max ≤ 100.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RrmPolicy {
    /// Guaranteed when needed. Default 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Never exceeded. Default 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// Reserved even when idle. Default 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dedicated: Option<i64>,
}

/// Service start and end, RFC 3339.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Validity {
    /// From.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Until.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slice_types_and_ssts_are_one_to_one() {
        for sst in 1..=6 {
            assert_eq!(SliceType::from_sst(sst).sst(), Some(sst));
        }
        assert_eq!(SliceType::from_sst(200), SliceType::Custom);
        assert_eq!(SliceType::Custom.sst(), None);
    }

    #[test]
    fn texts_agree_with_serde() {
        for slice_type in SliceType::STANDARD {
            assert_eq!(serde_json::to_value(slice_type).unwrap(), slice_type.as_str());
        }
        for nf in NfType::ALL {
            assert_eq!(serde_json::to_value(nf).unwrap(), nf.as_str());
        }
        for role in SiteRole::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
    }

    #[test]
    fn revisions_are_read_in_both_notations() {
        assert_eq!(Revision::Number(3).number(), Some(3));
        assert_eq!(Revision::Text("v3".to_owned()).number(), Some(3));
        assert_eq!(Revision::Text("main".to_owned()).number(), None);
        assert_eq!(Revision::Number(0).number(), None);
    }

    #[test]
    fn an_empty_spec_serialises_to_nothing() {
        assert_eq!(serde_json::to_string(&NetworkSliceIntent::default()).unwrap(), "{}");
    }

    #[test]
    fn unknown_fields_are_refused() {
        let error = serde_json::from_str::<NetworkSliceIntent>(r#"{"slicetype": "eMBB"}"#).unwrap_err().to_string();
        assert!(error.contains("unknown field `slicetype`"), "{error}");
    }

    #[test]
    fn the_schema_knows_the_fields() {
        let schema = schemars::schema_for!(NetworkSliceIntent);
        let properties = schema.get("properties").and_then(|properties| properties.as_object()).unwrap();
        for field in ["snssai", "plmns", "dataNetworks", "service", "sites", "placement"] {
            assert!(properties.contains_key(field), "{field}");
        }
        assert_eq!(schema.get("additionalProperties"), Some(&serde_json::Value::Bool(false)));
    }
}
