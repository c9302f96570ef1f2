//! Words of other intent models and what they say in the typed fields of an intent.

use porchlight_api::network_slice_intent::SliceType;
use porchlight_krm::order::SortedMap;
use porchlight_yaml::serde::FromNode;
use serde::Deserialize;
use serde_json::Value;

use super::Domain;

/// A target of an expectation, or an attribute of a slice template.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Term {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    /// Path below `spec`; none: the term is known and recorded.
    pub(crate) field: Option<String>,
    #[serde(default)]
    pub(crate) reads: Reads,
    #[serde(default)]
    pub(crate) unit: String,
    /// Which conditions fit.
    #[serde(default)]
    pub(crate) bound: Bound,
    /// For [`Reads::Choice`]: the typed value of each text.
    #[serde(default)]
    pub(crate) choices: SortedMap<String, Value>,
    pub(crate) source: String,
}

impl Term {
    /// Whether a text names the term.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

/// Kind of value a term takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Reads {
    /// Any number.
    #[default]
    Number,
    /// A whole number.
    Count,
    /// A number of kbit/s.
    BitRate,
    /// A number of kbit/s, guaranteed, or `guaThpt` and `maxThpt`.
    Throughput,
    /// Whole numbers.
    List,
    /// One of some texts.
    Choice,
}

/// The side of a value a condition may bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Bound {
    Upper,
    Lower,
    #[default]
    Exact,
}

impl Bound {
    /// Conditions of TS 28.312 that say it.
    pub(crate) fn conditions(self) -> &'static [&'static str] {
        match self {
            Self::Upper => &["IS_LESS_THAN", "IS_EQUAL_TO_OR_LESS_THAN", "IS_EQUAL_TO"],
            Self::Lower => &["IS_GREATER_THAN", "IS_EQUAL_TO_OR_GREATER_THAN", "IS_EQUAL_TO"],
            Self::Exact => &["IS_EQUAL_TO"],
        }
    }
}

/// Type of an expectation's object.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObjectType {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    /// Network functions that delivering it takes.
    pub(crate) domain: Option<Domain>,
    pub(crate) source: String,
}

/// A context of an expectation.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContextTerm {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    pub(crate) means: Option<Meaning>,
    pub(crate) source: String,
}

/// What a context says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Meaning {
    Plmns,
    TrackingAreas,
    Polygons,
    DataNetworks,
    Start,
    End,
    MobilityLevel,
    Sharing,
    Sst,
    UeGroup,
}

/// A slice template with values.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NestPreset {
    pub(crate) name: String,
    pub(crate) slice_type: SliceType,
    pub(crate) attributes: SortedMap<String, Value>,
    pub(crate) source: String,
}

/// The understood part of TMF921.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Tmf921 {
    pub(crate) source: String,
    pub(crate) ignored: Vec<String>,
    pub(crate) expression_types: Vec<String>,
    pub(crate) ignored_in_expression: Vec<String>,
    pub(crate) intent_types: Vec<String>,
    pub(crate) ignored_in_intent: Vec<String>,
    pub(crate) expectation_lists: Vec<String>,
    pub(crate) expectation_types: Vec<String>,
    pub(crate) ignored_in_expectation: Vec<String>,
    pub(crate) condition_fields: Vec<String>,
    pub(crate) condition_types: Vec<String>,
    pub(crate) comparisons: SortedMap<String, String>,
    pub(crate) units: Vec<Unit>,
}

/// How many of a target's unit a unit is.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unit {
    pub(crate) name: String,
    pub(crate) of: String,
    pub(crate) value: f64,
}
