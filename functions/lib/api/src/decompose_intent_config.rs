//! `DecomposeIntentConfig`: defaults for intents that leave something open, and the part of an intent a package is for.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::network_slice_intent::{NfType, Placement};
use crate::object::Kind;

/// Settings of a run of `decompose-intent`. Also readable from the flat data of a ConfigMap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DecomposeIntentConfig {
    /// Placement of intents that do not say. Default `packageVariant`.
    pub placement: Placement,
    /// An intent as YAML text, for a package that holds one network function of it instead of the intent itself:
    /// package variants are given this. Needs `networkFunction` and `site`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// The network function this package is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_function: Option<NfType>,
    /// The site this package is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Which of several instances at the site. Default 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<u64>,
    /// The shared subnet this package's network function belongs to; `intent` then holds all intents that share it, and
    /// `site` is the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_subnet: Option<String>,
    /// The time (RFC 3339) that the validity of intents is compared with. Functions have no clock: without it, validity
    /// is recorded only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
}

impl Kind for DecomposeIntentConfig {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "DecomposeIntentConfig";
}
