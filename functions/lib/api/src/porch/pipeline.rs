//! Functions that a variant adds to the pipeline of its package.

use std::collections::BTreeMap;

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

/// Functions a variant adds, before those of the blueprint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Pipeline {
    /// Checks, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub validators: Vec<Function>,
    /// Changes, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mutators: Vec<Function>,
}

/// One function of a pipeline, as in a Kptfile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Function {
    /// Name; must not contain a dot, or Porch adds the function again whenever it changes the package.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Image to run.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image: String,
    /// Program to run; Porch does not allow it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub exec: String,
    /// Tag of the image, or a constraint on it such as `>=0.4 <1.0`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// File of the downstream package that holds the function's configuration.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub config_path: String,
    /// Flat configuration.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub config_map: BTreeMap<String, String>,
    /// Which resources the function gets; all where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub selectors: Vec<Selector>,
    /// Which of them it does not get.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<Selector>,
}

/// Conditions on a resource, all of which must hold; one that is absent allows anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Selector {
    /// Group and version.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    /// Kind.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// Name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Namespace.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// Labels it has to have.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations it has to have.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}
