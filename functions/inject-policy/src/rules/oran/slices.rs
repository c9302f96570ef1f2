//! The slices a package serves: from intents, else from the PLMNs of its network functions.

use porchlight_api::network_slice_intent::{NetworkSliceIntent, PlmnId, SliceType};
use porchlight_api::{Kind as _, Quantity};
use porchlight_krm::order::Arrange;
use porchlight_krm::{FieldPath, Resource};
use porchlight_yaml::json::json;
use serde_json::{Map, Value};

use crate::data::Data;
use crate::package::{list, text, value_at};

/// A slice, as radio policies see it.
pub(super) struct Slice {
    pub(super) name: String,
    pub(super) sst: i64,
    pub(super) sd: Option<String>,
    /// mcc and mnc.
    pub(super) plmns: Vec<(String, String)>,
    pub(super) five_qi: Vec<i64>,
    /// `sliceSlaObjectives` of A1.
    pub(super) objectives: Map<String, Value>,
    /// Least, most and dedicated part of the radio, percent.
    pub(super) share: Option<(u64, u64, u64)>,
}

impl Slice {
    /// What stands in documents and names: malformed identities are for those who read intents and NFConfigs to report.
    fn is_well_formed(&self) -> bool {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let sd = self.sd.as_ref().is_none_or(|sd| sd.len() == 6 && sd.bytes().all(|byte| byte.is_ascii_hexdigit()));
        sd && (0..=255).contains(&self.sst) && self.plmns.iter().all(|(mcc, mnc)| digits(mcc) && digits(mnc))
    }
}

pub(super) fn slices(items: &[Resource]) -> Vec<Slice> {
    let mut slices: Vec<Slice> = items.iter().filter_map(of_intent).collect();
    for slice in items.iter().filter(|item| item.is("workload.nephio.org/v1alpha1", "NFConfig")).flat_map(of_config) {
        if !slices.iter().any(|known| known.sst == slice.sst && known.sd == slice.sd) {
            slices.push(slice);
        }
    }
    slices.retain(Slice::is_well_formed);
    slices.arrange_by(|left, right| left.name.cmp(&right.name));
    slices
}

/// An intent that does not read is for decompose-intent to complain about.
fn of_intent(item: &Resource) -> Option<Slice> {
    if !item.is(NetworkSliceIntent::API_VERSION, NetworkSliceIntent::KIND) {
        return None;
    }
    // Field by field: the whole type would be 30 KB of module for two of them.
    let slice_type = item.get::<Option<SliceType>>(&FieldPath::of(["spec", "sliceType"])).ok()?.flatten();
    let plmns = item.get::<Vec<PlmnId>>(&FieldPath::of(["spec", "plmns"])).ok()?.unwrap_or_default();
    let snssai = value_at(item, &["spec", "snssai"]);
    let sst = match snssai.get("sst").and_then(Value::as_i64) {
        Some(sst) => sst,
        None => i64::from(slice_type?.sst()?),
    };
    let service = value_at(item, &["spec", "service"]);
    let told: Vec<i64> = list(&service, "fiveQi").filter_map(Value::as_i64).collect();
    let mut objectives = Map::new();
    for (field, name) in [("maxNumberOfUEs", "maxNumberOfUes"), ("maxNumberOfPduSessions", "maxNumberOfPduSessions")] {
        objectives.extend(service.get(field).and_then(Value::as_u64).map(|count| (name.to_owned(), json!(count))));
    }
    let rates = [
        ("dlPerSlice", "guaranteed", "guaDlThptPerSlice"),
        ("dlPerSlice", "max", "maxDlThptPerSlice"),
        ("ulPerSlice", "guaranteed", "guaUlThptPerSlice"),
        ("ulPerSlice", "max", "maxUlThptPerSlice"),
        ("dlPerUe", "max", "maxDlThptPerUe"),
        ("ulPerUe", "max", "maxUlThptPerUe"),
    ];
    for (rate, bound, name) in rates {
        let value = service.get("throughput").and_then(|throughput| throughput.get(rate)?.get(bound));
        objectives.extend(value.and_then(kilobits).map(|kilobits| (name.to_owned(), json!(kilobits))));
    }
    let rrm = value_at(item, &["spec", "ran", "rrmPolicy"]);
    let percent = |key: &str| rrm.get(key).and_then(Value::as_u64);
    let share = rrm.is_object().then(|| {
        let dedicated = percent("dedicated").unwrap_or(0);
        (percent("min").unwrap_or(dedicated), percent("max").unwrap_or(100), dedicated)
    });
    Some(Slice {
        name: item.name().to_owned(),
        sst,
        sd: sd(text(&snssai, "sd")),
        plmns: plmns.into_iter().map(|plmn| (plmn.mcc, plmn.mnc)).collect(),
        five_qi: if told.is_empty() { default_five_qi(sst) } else { told },
        objectives,
        share,
    })
}

/// Bit rates of intents are in bit/s, those of A1 in kbit/s (ETSI TS 103 988, as TS 28.541).
fn kilobits(value: &Value) -> Option<u64> {
    crate::params::shown(value).parse::<Quantity>().ok()?.scaled(1, 1000).ok()?.ceil()
}

/// `ffffff` says that there is no differentiator (TS 23.003 clause 28.4.2).
fn sd(text: &str) -> Option<String> {
    (!text.is_empty() && !text.eq_ignore_ascii_case("ffffff")).then(|| text.to_owned())
}

fn default_five_qi(sst: i64) -> Vec<i64> {
    let defaults = &Data::get().radio.default_five_qi;
    defaults.iter().find(|entry| entry.sst == sst).map(|entry| entry.five_qi.clone()).unwrap_or_default()
}

/// Slices in the PLMN objects of an NFConfig: `PLMNInfo` in the RAN's spelling, `plmnInfo` in the core's.
fn of_config(item: &Resource) -> Vec<Slice> {
    let mut slices: Vec<Slice> = Vec::new();
    for embedded in value_at(item, &["spec", "configRefs"]).as_array().into_iter().flatten() {
        let Some(spec) = embedded.get("spec").filter(|_| text(embedded, "kind") == "PLMN") else { continue };
        for info in list(spec, "PLMNInfo").chain(list(spec, "plmnInfo")) {
            let plmn = info.get("plmnID").cloned().unwrap_or_default();
            let plmn = (text(&plmn, "mcc").to_owned(), text(&plmn, "mnc").to_owned());
            for nssai in list(info, "nssai") {
                let Some(sst) = nssai.get("sst").and_then(Value::as_i64) else { continue };
                let sd = sd(&nssai.get("sd").map(crate::params::shown).unwrap_or_default());
                if let Some(known) = slices.iter_mut().find(|slice| slice.sst == sst && slice.sd == sd) {
                    if !known.plmns.contains(&plmn) {
                        known.plmns.push(plmn.clone());
                    }
                    continue;
                }
                let name = match &sd {
                    Some(sd) => format!("sst{sst}-sd{}", sd.to_lowercase()),
                    None => format!("sst{sst}"),
                };
                slices.push(Slice {
                    name,
                    sst,
                    sd,
                    plmns: vec![plmn.clone()],
                    five_qi: default_five_qi(sst),
                    objectives: Map::new(),
                    share: None,
                });
            }
        }
    }
    slices
}
