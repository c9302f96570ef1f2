//! Figures of the way between a device and the data network.

use porchlight_api::network_slice_intent::SiteRole;
use porchlight_yaml::serde::FromNode;

/// `data/latency.yaml`.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Latency {
    /// µs per km.
    pub(crate) propagation: Delay,
    /// µs.
    pub(crate) user_plane_processing: Delay,
    pub(crate) distances: Vec<Distance>,
}

/// A delay.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delay {
    pub(crate) value: f64,
    pub(crate) unit: String,
    pub(crate) source: String,
}

/// How far sites of a role are from the antennas.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Distance {
    pub(crate) role: SiteRole,
    pub(crate) km: f64,
    pub(crate) source: String,
}
