//! Contexts of TS 28.312 expectations: where, when and for whom.

use porchlight_api::network_slice_intent::{ExpectationContext, NetworkSliceIntent};
use porchlight_yaml::json::json;
use serde_json::{Map, Value};

use super::Collector;
use crate::data::{ContextTerm, Data, Meaning};

fn find(name: &str) -> Option<&'static ContextTerm> {
    let contexts = &Data::get().expectation_contexts;
    contexts.iter().find(|term| term.name == name || term.aliases.iter().any(|alias| alias == name))
}

pub(super) fn is_known(name: &str) -> bool {
    find(name).is_some()
}

/// States what contexts say. `spec` tells the networks that tracking areas belong to.
pub(super) fn read(
    contexts: &[ExpectationContext],
    at: &str,
    spec: &NetworkSliceIntent,
    collector: &mut Collector<'_>,
) {
    for (index, context) in contexts.iter().enumerate() {
        let at = format!("{at}[{index}]");
        let Some(term) = find(&context.context_attribute) else {
            let names: Vec<&str> = Data::get().expectation_contexts.iter().map(|term| term.name.as_str()).collect();
            let message = format!("no such context; there are {}", names.join(", "));
            collector.invalid(&format!("{at}.contextAttribute"), &json!(context.context_attribute), message);
            continue;
        };
        let Some(meaning) = term.means else {
            collector.recorded.push(format!("{at} ({})", term.name));
            continue;
        };
        let value = &context.context_value_range;
        let at = format!("{at}.contextValueRange");
        let mut state = |field: &str, value: Option<Value>, expected: &str| match value {
            Some(value) => collector.state(field, value, &at, &term.name, &term.source),
            None => collector.invalid(&at, &context.context_value_range, format!("{} takes {expected}", term.name)),
        };
        match meaning {
            Meaning::Plmns => state("plmns", list(value, plmn), "PLMNs with mcc and mnc as texts"),
            Meaning::TrackingAreas => {
                state("coverage.taiList", tracking_areas(value, spec), "tracking area codes, and PLMNs in spec.plmns");
            }
            Meaning::Polygons => {
                state("coverage.polygons", list(value, polygon), "areas with convexGeoPolygon: latitude, longitude");
            }
            Meaning::DataNetworks => {
                state("dataNetworks", list(value, |name| name.is_string().then(|| json!({"name": name}))), "DNNs");
            }
            Meaning::Start => state("validity.start", single_text(value), "a time (RFC 3339)"),
            Meaning::End => state("validity.end", single_text(value), "a time (RFC 3339)"),
            Meaning::MobilityLevel => {
                const LEVELS: [&str; 4] = ["STATIONARY", "NOMADIC", "RESTRICTED_MOBILITY", "FULL_MOBILITY"];
                state("service.mobilityLevel", one_of(value, &LEVELS), &LEVELS.join(", "));
            }
            Meaning::Sharing => {
                const LEVELS: [&str; 2] = ["SHARED", "NON_SHARED"];
                state("sharing", one_of(value, &LEVELS), &LEVELS.join(", "));
            }
            Meaning::Sst => state("snssai.sst", single(value).as_i64().map(|sst| json!(sst)), "a number from 0 to 255"),
            Meaning::UeGroup => {
                let group = single(value).as_object();
                let five_qi = group.and_then(|group| group.get("fiveQI").or_else(|| group.get("5QI"))).cloned();
                let snssai = group.and_then(|group| group.get("sNSSAI").or_else(|| group.get("S-NSSAI"))).cloned();
                if five_qi.is_none() && snssai.is_none() {
                    state("service.fiveQi", None, "fiveQI, sNSSAI or both");
                }
                if let Some(five_qi) = five_qi {
                    state("service.fiveQi", list(&five_qi, |value| value.as_i64().map(|value| json!(value))), "a 5QI");
                }
                for (key, value) in snssai.as_ref().and_then(Value::as_object).into_iter().flatten() {
                    let known = ["sst", "sd"].contains(&key.as_str()).then(|| value.clone());
                    state(&format!("snssai.{key}"), known, "an sNSSAI of sst and sd");
                }
            }
        }
    }
}

/// The only value of a list of one, or the value itself.
fn single(value: &Value) -> &Value {
    match value.as_array().map(Vec::as_slice) {
        Some([only]) => only,
        _ => value,
    }
}

fn single_text(value: &Value) -> Option<Value> {
    single(value).as_str().map(|text| json!(text))
}

fn one_of(value: &Value, allowed: &[&str]) -> Option<Value> {
    let text = single(value).as_str()?.to_ascii_uppercase().replace(['-', ' '], "_");
    allowed.contains(&text.as_str()).then(|| json!(text))
}

/// Every value in the typed form; none where one does not fit or there is none.
fn list(value: &Value, typed: impl Fn(&Value) -> Option<Value>) -> Option<Value> {
    let values: Vec<Value> = match value {
        Value::Array(values) => values.iter().map(typed).collect::<Option<_>>()?,
        single => vec![typed(single)?],
    };
    (!values.is_empty()).then_some(Value::Array(values))
}

fn plmn(value: &Value) -> Option<Value> {
    let part = |key: &str| value.get(key)?.as_str();
    Some(json!({"mcc": part("mcc")?, "mnc": part("mnc")?}))
}

/// Tracking areas of every network of the slice.
fn tracking_areas(value: &Value, spec: &NetworkSliceIntent) -> Option<Value> {
    let codes = list(value, |code| (code.is_i64() || code.is_string()).then(|| code.clone()))?;
    let areas: Vec<Value> = spec
        .plmns
        .iter()
        .flat_map(|plmn| {
            let plmn = json!({"mcc": plmn.mcc, "mnc": plmn.mnc});
            codes.as_array().into_iter().flatten().map(move |code| json!({"plmnId": plmn, "tac": code}))
        })
        .collect();
    (!areas.is_empty()).then_some(Value::Array(areas))
}

/// TS 28.623 GeoArea: an area, or its corners alone.
fn polygon(value: &Value) -> Option<Value> {
    let corners = value.get("convexGeoPolygon").unwrap_or(value).as_array()?;
    let corner = |corner: &Value| {
        let part = |key: &str| {
            let value = corner.get(key)?;
            value.as_f64().or_else(|| value.as_str()?.parse().ok()).map(|degrees| json!(degrees))
        };
        let degrees = [("latitude".to_owned(), part("latitude")?), ("longitude".to_owned(), part("longitude")?)];
        Some(Value::Object(Map::from_iter(degrees)))
    };
    corners.iter().map(corner).collect::<Option<Vec<Value>>>().map(Value::Array)
}
