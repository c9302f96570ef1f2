//! Other forms in which a slice can be asked for: TS 28.312 expectations, a GSMA NEST, a TM Forum intent. They are read
//! into the typed fields of the intent and must not contradict them.

use porchlight_yaml::order::SortedMap;
use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One TS 28.312 IntentExpectation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Expectation {
    /// Identifies the expectation inside the intent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expectation_id: Option<String>,
    /// `DELIVER` asks for the network functions of the object, `ENSURE` for a property of what is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expectation_verb: Option<ExpectationVerb>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expectation_object: Option<ExpectationObject>,
    /// The same as a list, as the Release 18 OpenAPI has it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expectation_objects: Vec<ExpectationObject>,
    /// What is to be reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expectation_targets: Vec<ExpectationTarget>,
    /// Under which conditions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expectation_contexts: Vec<ExpectationContext>,
}

/// TS 28.312 expectationVerb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum ExpectationVerb {
    /// Bring it about.
    Deliver,
    /// Keep it so.
    Ensure,
}

/// TS 28.312 ExpectationObject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ExpectationObject {
    /// `RAN_SubNetwork`, `5GC_SubNetwork`, `Radio_Service`, `Edge_Service_Support` or `Service_Support`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// Distinguished name of an existing object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_instance: Option<String>,
    /// What else tells it apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub object_contexts: Vec<ExpectationContext>,
}

/// TS 28.312 ExpectationTarget.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ExpectationTarget {
    /// Name, such as `DlLatency`.
    pub target_name: String,
    /// Condition, such as `IS_LESS_THAN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_condition: Option<String>,
    /// Bound in the unit of the standard: kbit/s, ms, counts, percent.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub target_value_range: Value,
    /// Conditions of this target alone: one, or a list.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub target_contexts: Value,
}

/// TS 28.312 Context.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ExpectationContext {
    /// Name, such as `PLMN`.
    pub context_attribute: String,
    /// Condition, such as `IS_ALL_OF`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_condition: Option<String>,
    /// Value or values.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub context_value_range: Value,
}

/// GSMA NG.116: a network slice type (NEST), that is a generic slice template (GST) with values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Nest {
    /// Name of a preset; what it says yields to whatever the intent says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Values by the attribute names of NG.116, parts of an attribute after a colon and a blank, such as
    /// `Downlink throughput per network slice: Maximum downlink throughput`; in the units of NG.116 (kbit/s, percent).
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, Value>"))]
    pub attributes: SortedMap<String, Value>,
}

/// A TM Forum TMF921 intent as its API carries it. Only a part of what TMF921 allows is understood; anything else is
/// refused.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Tmf921Intent(pub serde_json::Map<String, Value>);
