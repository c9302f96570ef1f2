//! `PolicyProfile`: rules that belong together, such as a security baseline or what a law asks for.
//!
//! A rule names one of the rules `inject-policy` knows and says how strictly and with which parameters it applies. Which
//! rules and parameters there are is data of that function (`functions/inject-policy/data/rules.yaml`), so parameters
//! have no type here; the function checks them.

use porchlight_yaml::order::SortedMap;
use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::object::Kind;

/// Priority of a profile that does not say.
pub const DEFAULT_PRIORITY: i64 = 500;

/// Spec of a `PolicyProfile` (ours, local-config).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyProfile {
    /// What the profile is about.
    #[serde(alias = "type")]
    pub category: PolicyCategory,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// 0–1000, the higher value wins a conflict. Default 500.
    #[serde(default = "default_priority")]
    pub priority: i64,
    /// Profiles whose rules this one starts from; its own rules of the same name replace theirs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extends: Vec<String>,
    /// Catalogues whose control ids are written on what the profile injects (`NSA-CISA`, `CIS`, `O-RAN-WG11`,
    /// `O-RAN-WG4`, `HIPAA`, `PCI-DSS`, `SOC-2`, `3GPP`, `KUBERNETES`). Default: those of the profiles it extends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frameworks: Vec<String>,
    /// Which objects the profile is for. Default: all of the package.
    #[serde(default, skip_serializing_if = "PolicySelector::is_empty")]
    pub selector: PolicySelector,
    /// The rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<PolicyRule>,
}

fn default_priority() -> i64 {
    DEFAULT_PRIORITY
}

impl Kind for PolicyProfile {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "PolicyProfile";
}

/// What a profile is about (requirements §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PolicyCategory {
    /// Isolation, least privilege, provenance.
    Security,
    /// Priorities and resources of slices.
    Qos,
    /// What a law or standard asks for.
    Compliance,
    /// Availability and fair shares.
    Operational,
}

/// Which objects a profile is for. What is given must hold; an empty selector takes every object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PolicySelector {
    /// Kinds, such as `Deployment`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Namespaces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// Labels that must have exactly these values.
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, String>"))]
    pub labels: SortedMap<String, String>,
    /// Roles of network functions, such as `upf` or `du`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nf_types: Vec<String>,
}

impl PolicySelector {
    /// True where every object is meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    /// How many things the selector asks for: of two profiles that tie otherwise, the one that asks for more wins.
    #[must_use]
    pub fn specificity(&self) -> usize {
        [!self.kinds.is_empty(), !self.namespaces.is_empty(), !self.nf_types.is_empty()]
            .into_iter()
            .filter(|&given| given)
            .count()
            + self.labels.len()
    }
}

/// One rule of a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyRule {
    /// Name of the rule, such as `default-deny`.
    pub id: String,
    /// How strictly it applies. Default `enforce`.
    #[serde(default)]
    pub mode: PolicyMode,
    /// Control ids to write on what the rule injects, beside those of the profile's frameworks: `ACME-7@2026`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<String>,
    /// Parameters of the rule; those left out have the rule's defaults.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, serde_json::Value>"))]
    pub params: SortedMap<String, serde_json::Value>,
}

/// How strictly a rule applies, the loosest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PolicyMode {
    /// Not at all; takes back what a profile of lower priority asks for.
    Off,
    /// Findings only, nothing is changed.
    Audit,
    /// Objects and fields are injected; a check that fails is an error.
    #[default]
    Enforce,
}
