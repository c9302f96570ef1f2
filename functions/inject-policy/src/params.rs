//! Parameters of rules: whether a value fits, and which of two is the stricter one.

use std::cmp::Ordering;

use serde_json::Value;

use crate::data::{ParamSpec, Shape, Strict};

/// What is wrong with a value, in words that follow the name of the parameter.
pub(crate) fn check(spec: &ParamSpec, value: &Value) -> Result<(), String> {
    let fits = match spec.shape {
        Shape::Choice => value.as_str().is_some_and(|text| spec.values.iter().any(|known| known == text)),
        Shape::Flag => value.is_boolean(),
        Shape::Number => value.as_u64().is_some(),
        Shape::Text => value.is_string(),
        Shape::Texts => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        Shape::Map => value.as_object().is_some_and(|entries| entries.values().all(Value::is_string)),
    };
    if fits { Ok(()) } else { Err(format!("expected {}, found `{value}`", expected(spec))) }
}

fn expected(spec: &ParamSpec) -> String {
    match spec.shape {
        Shape::Choice => format!("one of `{}`", spec.values.join("`, `")),
        Shape::Flag => "`true` or `false`".to_owned(),
        Shape::Number => "a whole number of at least 0".to_owned(),
        Shape::Text => "text".to_owned(),
        Shape::Texts => "a list of texts".to_owned(),
        Shape::Map => "texts by name".to_owned(),
    }
}

/// `Greater` where `left` is the stricter value; `Equal` where they are the same or neither is stricter.
pub(crate) fn strictness(spec: &ParamSpec, left: &Value, right: &Value) -> Ordering {
    let count = |value: &Value| value.as_array().map_or(0, Vec::len);
    let rank = |value: &Value| spec.values.iter().position(|known| Some(known.as_str()) == value.as_str());
    match spec.strict {
        None => Ordering::Equal,
        Some(Strict::Last) => rank(left).cmp(&rank(right)),
        Some(Strict::Yes) => left.as_bool().cmp(&right.as_bool()),
        Some(Strict::No) => right.as_bool().cmp(&left.as_bool()),
        Some(Strict::Higher) => left.as_u64().cmp(&right.as_u64()),
        Some(Strict::Lower) => right.as_u64().cmp(&left.as_u64()),
        Some(Strict::More) => count(left).cmp(&count(right)),
        Some(Strict::Fewer) => count(right).cmp(&count(left)),
    }
}

/// A value as a person writes it: texts without quotes.
pub(crate) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
