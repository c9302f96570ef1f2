//! What users of a slice get.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::Quantity;

/// What users get (TS 28.541 ServiceProfile).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Service {
    /// Devices registered at the same time.
    #[serde(rename = "maxNumberOfUEs", skip_serializing_if = "Option::is_none")]
    pub max_number_of_ues: Option<i64>,
    /// Sessions open at the same time; default from the number of devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_number_of_pdu_sessions: Option<i64>,
    /// Bit rates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throughput: Option<Throughput>,
    /// One-way delay between device and data network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// Microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jitter_us: Option<f64>,
    /// Percent of packets delivered in time, above 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reliability_percent: Option<f64>,
    /// Percent of time, above 0 to 100; default by slice type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_percent: Option<f64>,
    /// Milliseconds an application survives without a packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub survival_time_ms: Option<f64>,
    /// Mean size of the users' packets in bytes; default by slice type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet_size_bytes: Option<i64>,
    /// Percent of devices active at the same time, above 0 to 100. Default 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity_factor_percent: Option<f64>,
    /// Devices per km².
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term_density_per_km2: Option<f64>,
    /// Fastest device, km/h.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ue_speed_kmh: Option<f64>,
    /// Default `NOMADIC`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobility_level: Option<MobilityLevel>,
    /// 5QI values (TS 23.501 table 5.7.4-1, or 128–254 for operator-specific ones); default by slice type.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub five_qi: Vec<i64>,
}

/// Bit rates of the slice as a whole and of one device.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Throughput {
    /// Downlink of the slice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dl_per_slice: Option<Rate>,
    /// Uplink of the slice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ul_per_slice: Option<Rate>,
    /// Downlink of one device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dl_per_ue: Option<Rate>,
    /// Uplink of one device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ul_per_ue: Option<Rate>,
}

/// A bit rate, bit/s.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Rate {
    /// Rate the slice must always carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guaranteed: Option<Quantity>,
    /// Rate it is dimensioned for; default `guaranteed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Quantity>,
}

/// One-way delays in milliseconds, above 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Latency {
    /// Downlink.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dl_ms: Option<f64>,
    /// Uplink.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ul_ms: Option<f64>,
}

/// TS 28.541 uEMobilityLevel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MobilityLevel {
    /// Does not move.
    Stationary,
    /// Moves between uses.
    Nomadic,
    /// Moves inside an area.
    RestrictedMobility,
    /// Moves anywhere.
    FullMobility,
}
