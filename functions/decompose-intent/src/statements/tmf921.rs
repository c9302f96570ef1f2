//! TMF921: the part of a TM Forum intent that says something about a slice. What is not understood is refused with its
//! path, since an expectation left out would be a promise broken unnoticed.

use porchlight_api::network_slice_intent::NetworkSliceIntent;
use porchlight_yaml::json::json;
use serde_json::{Map, Value};

use super::{Collector, expectations};
use crate::data::{Data, Term, Tmf921};

const ROOT: &str = "spec.tmf921";

pub(super) fn read(spec: &NetworkSliceIntent, collector: &mut Collector<'_>) {
    let Some(intent) = &spec.tmf921 else { return };
    let rules = &Data::get().tmf921;
    let mut has_expression = false;
    for (key, value) in &intent.0 {
        let at = format!("{ROOT}.{key}");
        match key.as_str() {
            "name" => state_text("userLabel", value, &at, collector),
            "description" => state_text("description", value, &at, collector),
            "priority" => state_priority(value, &at, collector),
            "validFor" => state_validity(value, &at, collector),
            "isBundle" if value == &Value::Bool(false) => {}
            "expression" => {
                has_expression = true;
                read_expression(value, &at, rules, collector);
            }
            _ => accept(key, value, &rules.ignored, ROOT, collector),
        }
    }
    if !has_expression {
        collector.invalid(&format!("{ROOT}.expression"), &Value::Null, "TMF921 intents have an expression".to_owned());
    }
}

/// Refuses a field that is not one of those that say nothing about the slice.
fn accept(key: &str, value: &Value, ignored: &[String], at: &str, collector: &mut Collector<'_>) {
    if !ignored.iter().any(|name| name == key) {
        let message = "not in the part of TMF921 that is understood here: remove it, or say it in a typed field";
        collector.invalid(&format!("{at}.{key}"), value, message.to_owned());
    }
}

fn source() -> &'static str {
    &Data::get().tmf921.source
}

/// Labels and descriptions of the intent itself come first.
fn state_text(field: &str, value: &Value, at: &str, collector: &mut Collector<'_>) {
    match value.as_str() {
        Some(text) => collector.preset(field, json!(text), at, field, source()),
        None => collector.invalid(at, value, "expected a text".to_owned()),
    }
}

fn state_priority(value: &Value, at: &str, collector: &mut Collector<'_>) {
    let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
    match number {
        Some(number) => collector.state("priority", json!(number), at, "priority", source()),
        None => collector.invalid(at, value, "expected a number from 1 to 100; the higher one wins".to_owned()),
    }
}

fn state_validity(value: &Value, at: &str, collector: &mut Collector<'_>) {
    for (key, time) in value.as_object().into_iter().flatten() {
        let at = format!("{at}.{key}");
        match (key.as_str(), time.is_string()) {
            ("startDateTime", true) => collector.state("validity.start", time.clone(), &at, key, source()),
            ("endDateTime", true) => collector.state("validity.end", time.clone(), &at, key, source()),
            _ => collector.invalid(&at, time, "expected startDateTime and endDateTime (RFC 3339)".to_owned()),
        }
    }
}

fn read_expression(value: &Value, at: &str, rules: &Tmf921, collector: &mut Collector<'_>) {
    let Some(expression) = mapping(value, at, collector) else { return };
    if !is_type(expression, &rules.expression_types, at, collector) {
        return;
    }
    for (key, value) in expression {
        let at_key = format!("{at}.{key}");
        if key == "expressionValue" {
            read_intent(value, &at_key, rules, collector);
        } else {
            accept(key, value, &rules.ignored_in_expression, at, collector);
        }
    }
}

fn read_intent(value: &Value, at: &str, rules: &Tmf921, collector: &mut Collector<'_>) {
    let Some(intent) = mapping(value, at, collector) else { return };
    if !is_type(intent, &rules.intent_types, at, collector) {
        return;
    }
    for (key, value) in intent {
        if !rules.expectation_lists.contains(key) {
            accept(key, value, &rules.ignored_in_intent, at, collector);
            continue;
        }
        let single = std::slice::from_ref(value);
        let (list, is_list) = value.as_array().map_or((single, false), |list| (list.as_slice(), true));
        for (index, expectation) in list.iter().enumerate() {
            let at = if is_list { format!("{at}.{key}[{index}]") } else { format!("{at}.{key}") };
            read_expectation(expectation, &at, rules, collector);
        }
    }
}

fn read_expectation(value: &Value, at: &str, rules: &Tmf921, collector: &mut Collector<'_>) {
    let Some(expectation) = mapping(value, at, collector) else { return };
    if !is_type(expectation, &rules.expectation_types, at, collector) {
        return;
    }
    for (key, value) in expectation {
        if rules.condition_fields.contains(key) {
            read_condition(value, &format!("{at}.{key}"), rules, collector);
        } else {
            accept(key, value, &rules.ignored_in_expectation, at, collector);
        }
    }
}

fn read_condition(value: &Value, at: &str, rules: &Tmf921, collector: &mut Collector<'_>) {
    let Some(condition) = mapping(value, at, collector) else { return };
    if !is_type(condition, &rules.condition_types, at, collector) {
        return;
    }
    for (key, value) in condition.iter().filter(|(key, _)| !["@type", "@id"].contains(&key.as_str())) {
        let at_key = format!("{at}.{key}");
        match rules.comparisons.get(key) {
            Some(comparison) => read_comparison(value, comparison, &at_key, rules, collector),
            None => accept(key, value, &[], at, collector),
        }
    }
}

/// `{property: DlLatency, value: {"@value": 10, "quan:unit": ms}}`
fn read_comparison(value: &Value, condition: &str, at: &str, rules: &Tmf921, collector: &mut Collector<'_>) {
    let Some(comparison) = mapping(value, at, collector) else { return };
    for (key, value) in comparison.iter().filter(|(key, _)| !["property", "value"].contains(&key.as_str())) {
        accept(key, value, &[], at, collector);
    }
    let property = comparison.get("property").cloned().unwrap_or_default();
    let term = property.as_str().and_then(|name| find(name.rsplit(':').next().unwrap_or(name)));
    let Some(term) = term else {
        let names: Vec<&str> = targets().map(|term| term.name.as_str()).collect();
        let message = format!("no such property; there are {}", names.join(", "));
        collector.invalid(&format!("{at}.property"), &property, message);
        return;
    };
    let value = comparison.get("value").cloned().unwrap_or_default();
    let at_value = format!("{at}.value");
    let Some(scaled) = in_unit_of(term, &value, &at_value, rules, collector) else { return };
    let allowed = term.bound.conditions();
    if !allowed.contains(&condition) {
        let message = format!("{} is bounded the other way: it takes {}", term.name, allowed.join(", "));
        collector.invalid(at, &property, message);
        return;
    }
    expectations::state_value(term, &scaled, &at_value, collector);
}

fn targets() -> impl Iterator<Item = &'static Term> {
    Data::get().expectation_targets.iter().filter(|term| term.field.is_some())
}

fn find(name: &str) -> Option<&'static Term> {
    targets().find(|term| term.is_called(name))
}

/// The number in the unit of the term.
fn in_unit_of(term: &Term, value: &Value, at: &str, rules: &Tmf921, collector: &mut Collector<'_>) -> Option<Value> {
    let Some(typed) = value.as_object() else { return Some(value.clone()) };
    let number = typed.get("@value").cloned().unwrap_or_default();
    let Some(unit) = typed.get("quan:unit").and_then(Value::as_str).filter(|unit| !unit.is_empty()) else {
        return Some(number);
    };
    if unit == term.unit {
        return Some(number);
    }
    let known = rules.units.iter().find(|known| known.name == unit && known.of == term.unit);
    let parsed = number.as_f64().or_else(|| number.as_str()?.trim().parse().ok());
    match (known, parsed) {
        (Some(known), Some(parsed)) => Some(json!(parsed * known.value)),
        (Some(_), None) => Some(number),
        (None, _) => {
            let names: Vec<&str> =
                rules.units.iter().filter(|known| known.of == term.unit).map(|known| known.name.as_str()).collect();
            let names = if names.is_empty() { "no unit".to_owned() } else { names.join(", ") };
            collector.invalid(&format!("{at}.quan:unit"), &json!(unit), format!("{} is given in {names}", term.name));
            None
        }
    }
}

fn mapping<'v>(value: &'v Value, at: &str, collector: &mut Collector<'_>) -> Option<&'v Map<String, Value>> {
    let mapping = value.as_object();
    if mapping.is_none() {
        collector.invalid(at, value, "expected a JSON-LD object".to_owned());
    }
    mapping
}

fn is_type(value: &Map<String, Value>, allowed: &[String], at: &str, collector: &mut Collector<'_>) -> bool {
    let found = value.get("@type").cloned().unwrap_or_default();
    let fits = found.as_str().is_some_and(|found| allowed.iter().any(|name| name == found));
    if !fits {
        collector.invalid(&format!("{at}.@type"), &found, format!("understood here: {}", allowed.join(", ")));
    }
    fits
}
