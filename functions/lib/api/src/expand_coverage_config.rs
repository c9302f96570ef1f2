//! `ExpandCoverageConfig`: the part of a coverage plan a package is for.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::object::Kind;

/// Settings of a run of `expand-coverage`. Also readable from the flat data of a ConfigMap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ExpandCoverageConfig {
    /// An `NFConfig` as YAML text, for a package that holds one radio network function: its cells and networks go into
    /// the package's own `NFConfig`. Package variants are given this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nf_config: Option<String>,
    /// Package of the central unit (control plane) this package's network function belongs to; goes into the
    /// `Dependency` called `cucp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub central_unit: Option<String>,
}

impl Kind for ExpandCoverageConfig {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "ExpandCoverageConfig";
}
