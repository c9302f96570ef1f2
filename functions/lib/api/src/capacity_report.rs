//! `CapacityReport`: which numbers a capacity planning came to, and which rule gave each. Written by functions, read by
//! people and by later steps; stays in the package.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::intent_report::DerivedValue;
use crate::object::Kind;

/// Spec of a `CapacityReport`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CapacityReport {
    /// Every number with its rule and source; the scope is the sized object.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<DerivedValue>,
}

impl Kind for CapacityReport {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "CapacityReport";
}
