//! Parameters of rules: whether a value fits, and which of two is the stricter one.

use std::cmp::Ordering;
use std::net::IpAddr;

use porchlight_yaml::json::text;
use serde_json::Value;

use crate::data::{Data, ParamSpec, Shape, Strict};

/// What is wrong with a value, in words that follow the name of the parameter.
pub(crate) fn check(spec: &ParamSpec, value: &Value) -> Result<(), String> {
    let fits = match spec.shape {
        Shape::Choice => value.as_str().is_some_and(|text| spec.values.iter().any(|known| known == text)),
        Shape::Flag => value.is_boolean(),
        Shape::Number => value.as_u64().is_some(),
        Shape::Text => value.is_string(),
        Shape::Texts => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        Shape::Prefixes => {
            value.as_array().is_some_and(|items| items.iter().all(|item| item.as_str().is_some_and(is_prefix)))
        }
        Shape::Peers => value.as_object().is_some_and(|entries| {
            entries.iter().all(|(name, value)| is_interface(name) && value.as_str().is_some_and(are_prefixes))
        }),
        Shape::Map => value.as_object().is_some_and(|entries| entries.values().all(Value::is_string)),
    };
    if fits { Ok(()) } else { Err(format!("expected {}, found `{}`", expected(spec), text(value))) }
}

fn is_prefix(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    // `+8` and `08` are numbers to Rust, and no lengths to Kubernetes.
    length.parse::<u8>().is_ok_and(|number| number <= longest && number.to_string() == length)
}

fn are_prefixes(text: &str) -> bool {
    prefixes(text).count() > 0 && prefixes(text).all(is_prefix)
}

/// Prefixes of a text, separated by commas.
pub(crate) fn prefixes(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|prefix| !prefix.is_empty())
}

fn is_interface(name: &str) -> bool {
    Data::get().interfaces.iter().any(|interface| interface.name == name)
}

fn expected(spec: &ParamSpec) -> String {
    match spec.shape {
        Shape::Choice => format!("one of `{}`", spec.values.join("`, `")),
        Shape::Flag => "`true` or `false`".to_owned(),
        Shape::Number => "a whole number of at least 0".to_owned(),
        Shape::Text => "text".to_owned(),
        Shape::Texts => "a list of texts".to_owned(),
        Shape::Map => "texts by name".to_owned(),
        Shape::Prefixes => "a list of prefixes such as `10.0.0.0/8` or `fd00::/8`".to_owned(),
        Shape::Peers => "prefixes by interface, such as `e2: \"10.1.0.0/16, 10.2.0.0/16\"`".to_owned(),
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
    value.as_str().map_or_else(|| text(value), str::to_owned)
}
