//! `ValidateSpecializationConfig`: what `validate-specialization` asks of a package.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::object::Kind;

/// Settings of a run of `validate-specialization`. Also readable from the flat data of a ConfigMap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ValidateSpecializationConfig {
    /// The package is a blueprint: what its specialisation will replace (placeholders, injection points, readiness gates,
    /// intents nobody decomposed yet) is information instead of an error. Default false.
    pub blueprint: bool,
    /// Warnings are errors. Default false.
    pub strict: bool,
    /// Objects that others bring: `Kind/name`, `*` for any part of a name. References to them do not dangle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external_references: Vec<String>,
    /// How policies that a workload lacks are reported. Default `warning`.
    pub policy_coverage: Reporting,
}

impl Kind for ValidateSpecializationConfig {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "ValidateSpecializationConfig";
}

/// How findings of a group are reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Reporting {
    /// They fail the package.
    Error,
    /// Somebody should look.
    #[default]
    Warning,
    /// Not at all.
    Off,
}
