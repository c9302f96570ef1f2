//! `PolicyConfig`: which profiles `inject-policy` applies, and how.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::object::Kind;

/// Spec of a `PolicyConfig`. Every field has a default; an absent configuration is a valid one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PolicyConfig {
    /// Profiles to apply: built in (`baseline`, `oran-zero-trust`, `qos-slice`, `operational-ha`, `hipaa`, `pci-dss`,
    /// `soc-2`) or `PolicyProfile`s of the package. Those of the package apply whether they are named or not, and so
    /// do those that intents of the package name. Default `baseline`.
    pub profiles: Vec<String>,
    /// The day it counts as, `YYYY-MM-DD`: exceptions that expired before it do not hold. Without it an exception is an
    /// error, as a function has no clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Whether a conflict between profiles, an expired exception or an object of the user in the way is an error instead
    /// of a warning. Default false.
    pub strict: bool,
    /// Namespace of the package where its objects do not tell. Default: the one Namespace it declares, else the one all
    /// its workloads are in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Whether the Pod Security level that is enforced may be raised; otherwise only what is audited and warned about is,
    /// and a namespace that enforces nothing gets `baseline` where that stops none of its pods. Default false.
    pub allow_enforce_tighten: bool,
}

impl Default for PolicyConfig {
    fn default() -> Self {
        Self {
            profiles: vec!["baseline".to_owned()],
            date: None,
            strict: false,
            namespace: None,
            allow_enforce_tighten: false,
        }
    }
}

impl Kind for PolicyConfig {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "PolicyConfig";
}
