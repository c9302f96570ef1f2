//! GSMA NG.116: slice templates with values.

use porchlight_api::network_slice_intent::NetworkSliceIntent;
use porchlight_yaml::json::json;

use super::Collector;
use crate::data::Data;

pub(super) fn read(spec: &NetworkSliceIntent, collector: &mut Collector<'_>) {
    let Some(nest) = &spec.nest else { return };
    let data = Data::get();
    for (name, value) in &nest.attributes {
        let at = format!("spec.nest.attributes.{name}");
        match data.nest_attributes.iter().find(|term| term.is_called(name)) {
            Some(term) => collector.state_term(term, value, &at, false),
            None => {
                let names = data.nest_attributes.iter().filter(|term| term.field.is_some());
                let names: Vec<&str> = names.map(|term| term.name.as_str()).collect();
                collector.invalid(&at, value, format!("no such attribute; used are {}", names.join(", ")));
            }
        }
    }
    let Some(name) = &nest.preset else { return };
    let at = "spec.nest.preset";
    let Some(preset) = data.nests.iter().find(|preset| preset.name == *name) else {
        let names: Vec<&str> = data.nests.iter().map(|preset| preset.name.as_str()).collect();
        collector.invalid(at, &json!(name), format!("no such preset; there are {}", names.join(", ")));
        return;
    };
    let term = format!("NEST {name}");
    if spec.slice_type.is_none() && spec.snssai.as_ref().is_none_or(|snssai| snssai.sst.is_none()) {
        collector.preset("sliceType", json!(preset.slice_type.as_str()), at, &term, &preset.source);
    }
    for (name, value) in &preset.attributes {
        if let Some(term) = data.nest_attributes.iter().find(|term| term.is_called(name)) {
            collector.state_term(term, value, at, true);
        }
    }
}
