//! `AuditExposureConfig`: what `audit-exposure` refuses.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::object::Kind;

/// Settings of a run of `audit-exposure`. Also readable from the flat data of a ConfigMap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AuditExposureConfig {
    /// Least severity that fails the package. Default `HIGH`.
    pub fail_on: FailOn,
    /// Objects that are exposed on purpose: `Kind/name`, `*` for any part of a name. Their findings are information.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<String>,
}

impl Kind for AuditExposureConfig {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "AuditExposureConfig";
}

/// Least severity that fails a package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum FailOn {
    /// Open to the world on every port, or in full control of a cluster.
    Critical,
    /// Open to the world on a port of administration, or a way out of a container.
    #[default]
    High,
    /// Open to the world, or more rights than needed.
    Medium,
    /// Worth closing.
    Low,
    /// Nothing fails.
    None,
}
