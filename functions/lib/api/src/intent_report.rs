//! `IntentReport`: what became of an intent (TS 28.312 IntentReport), with the way from each field to each object.
//! Written by functions, read by people and by later steps; stays in the package.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::object::Kind;

/// Spec of an `IntentReport`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IntentReport {
    /// The intent's name.
    pub intent: String,
    /// How far it is.
    pub fulfilment: Fulfilment,
    /// Whether it can be fulfilled; absent where that was not looked at, as for a deactivated intent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feasibility: Option<Feasibility>,
    /// What the demand comes to, per slice and per site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<DerivedValue>,
    /// From intent field to generated objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decomposition: Vec<Trace>,
    /// Fields that no object carries yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recorded_only: Vec<String>,
    /// Where other intents of the package want something else, and who got it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// Network functions in the order they depend on each other; those of one step may start together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deployment_order: Vec<Vec<String>>,
    /// What will not be as the intent says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<ReportWarning>,
}

impl Kind for IntentReport {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "IntentReport";
}

/// TS 28.312 fulfilmentStatus and notFulfilledState. A package can promise, not deliver: the status stays
/// `NOT_FULFILLED` here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fulfilment {
    /// Status.
    pub status: FulfilmentStatus,
    /// State while not fulfilled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_fulfilled_state: Option<NotFulfilledState>,
}

/// TS 28.312 fulfilmentStatus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FulfilmentStatus {
    /// Everything is as the intent says.
    Fulfilled,
    /// Not yet, or not any more.
    NotFulfilled,
}

/// TS 28.312 notFulfilledState.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum NotFulfilledState {
    /// Received and decomposed.
    Acknowledged,
    /// Part of it cannot be as the intent says.
    Degraded,
    /// Deactivated, or not valid yet.
    Suspended,
    /// Not valid any more.
    Terminated,
    /// Cannot be fulfilled.
    FulfilmentFailed,
}

/// TS 28.312 feasibility check result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Feasibility {
    /// Result.
    pub result: FeasibilityResult,
    /// Why not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// TS 28.312 feasibility check result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum FeasibilityResult {
    /// Nothing speaks against it.
    Feasible,
    /// A limit is exceeded.
    Infeasible,
}

/// A number that a function came to, the same shape in every report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DerivedValue {
    /// What it is, such as `sessions`.
    pub name: String,
    /// What it is about: `slice`, the name of a site, or an object as `<Kind>/<name>`.
    pub scope: String,
    /// The value with its unit.
    pub value: String,
    /// Which rule of the function's data gave it.
    pub rule: String,
    /// The calculation, with its numbers: `max(ceil(32400 sessions / 50000), 1)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculation: Option<String>,
    /// Where that rule comes from.
    pub source: String,
}

/// One intent field and what was generated from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Trace {
    /// Field path, such as `spec.plmns[0]`.
    pub field: String,
    /// Objects as `<Kind>/<name>` or `<Kind>/<namespace>/<name>`.
    pub objects: Vec<String>,
}

/// Something that will not be as the intent says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportWarning {
    /// Stable code, such as `PROVIDER_UNSUPPORTED`.
    pub code: String,
    /// Field path in the intent.
    pub field: String,
    /// What and why.
    pub message: String,
}

/// A contradiction between two intents (TS 28.312 intent conflict report).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Conflict {
    /// What contradicts what.
    #[serde(rename = "type")]
    pub conflict_type: ConflictType,
    /// Name of the other intent.
    pub with: String,
    /// Field path in this intent.
    pub field: String,
    /// Name of the intent that gets what it asks for.
    pub winner: String,
    /// Why it is that one.
    pub rule: ConflictRule,
    /// What became of the other's wish.
    pub resolution: String,
}

/// TS 28.312 conflict types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConflictType {
    /// The intents cannot both be had.
    IntentConflict,
    /// Something one of them asks for cannot be had beside the other.
    ExpectationConflict,
    /// One value of them cannot be had beside the other.
    TargetConflict,
}

/// How a conflict was decided, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ConflictRule {
    /// The higher `spec.priority`.
    Priority,
    /// The intent that is about fewer sites, networks and devices.
    Specificity,
    /// The name that comes first.
    Name,
}
