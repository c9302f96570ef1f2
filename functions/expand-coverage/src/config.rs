//! functionConfig: the part of a plan a package is for.

use serde::Deserialize;

/// Settings of a run. Also readable from the flat data of a ConfigMap.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Config {
    /// An `NFConfig` as YAML text, for a package that holds one radio network function: its cells and networks go into
    /// the package's own `NFConfig`. Package variants are given this.
    pub nf_config: Option<String>,
    /// Package of the central unit (control plane) this package's network function belongs to; goes into the
    /// `Dependency` called `cucp`.
    pub central_unit: Option<String>,
}
