//! `PolicyException`: a rule that does not apply to some objects for a while, and why.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::object::Kind;

/// Spec of a `PolicyException` (ours, local-config). Fields that must be there are optional in the type, so that every
/// missing one is reported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["rules", "target", "reason", "expires"])))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PolicyException {
    /// Rules that do not apply, such as `drop-capabilities`; at least one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Objects they do not apply to. Default: none, which is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<ExceptionTarget>,
    /// Why. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Last day of the exception, `YYYY-MM-DD`. Required; compared with `date` of the configuration, never with a clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Who allowed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// Controls that are not met meanwhile, for the record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<String>,
}

impl Kind for PolicyException {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "PolicyException";
}

/// Objects an exception is for: all that agree with what is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ExceptionTarget {
    /// Kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}
