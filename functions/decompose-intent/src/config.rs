//! functionConfig: defaults for intents that leave something open, and the part of an intent a package is for.

use porchlight_api::network_slice_intent::{NfType, Placement};
use serde::Deserialize;

/// Settings of a run. Also readable from the flat data of a ConfigMap.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Config {
    /// Placement of intents that do not say. Default `packageVariant`.
    pub placement: Placement,
    /// An intent as YAML text, for a package that holds one network function of it instead of the intent itself:
    /// package variants are given this. Needs `networkFunction` and `site`.
    pub intent: Option<String>,
    /// The network function this package is for.
    pub network_function: Option<NfType>,
    /// The site this package is for.
    pub site: Option<String>,
    /// Which of several instances at the site. Default 1.
    pub instance: Option<u64>,
}
