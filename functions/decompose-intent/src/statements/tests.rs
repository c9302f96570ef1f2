use porchlight_api::network_slice_intent::{Nest, SliceType};

use super::*;
use crate::data::Data;

fn completed(spec: &Value) -> (NetworkSliceIntent, Statements, Problems) {
    let mut typed: NetworkSliceIntent = serde_json::from_value(spec.clone()).unwrap();
    let mut problems = Problems::default();
    let statements = complete(&mut typed, &mut problems);
    (typed, statements, problems)
}

fn fields(problems: &Problems) -> Vec<&str> {
    problems.0.iter().map(|problem| problem.field.as_str()).collect()
}

#[test]
fn every_field_of_the_data_exists() {
    let data = Data::get();
    for term in data.expectation_targets.iter().chain(&data.nest_attributes) {
        let Some(field) = &term.field else { continue };
        let mut tree = serde_json::json!({});
        let value = match term.reads {
            crate::data::Reads::List => serde_json::json!([9]),
            crate::data::Reads::BitRate => serde_json::json!("1k"),
            crate::data::Reads::Throughput => serde_json::json!({"max": "1k"}),
            crate::data::Reads::Choice => term.choices.values().next().unwrap().clone(),
            _ => serde_json::json!(1),
        };
        assert!(set(&mut tree, field, value));
        assert!(serde_json::from_value::<NetworkSliceIntent>(tree).is_ok(), "{field}");
    }
    for preset in &data.nests {
        for name in preset.attributes.keys() {
            assert!(data.nest_attributes.iter().any(|term| term.is_called(name)), "{name}");
        }
    }
}

#[test]
fn expectations_fill_in_what_is_open() {
    let (spec, statements, problems) = completed(&serde_json::json!({
        "plmns": [{"mcc": "001", "mnc": "01"}],
        "expectations": [{
            "expectationVerb": "DELIVER",
            "expectationObject": {
                "objectType": "5GC_SubNetwork",
                "objectContexts": [{"contextAttribute": "CoverageAreaTac", "contextCondition": "IS_ALL_OF", "contextValueRange": [7]}]
            },
            "expectationTargets": [
                {"targetName": "DlThptPerUE", "targetCondition": "IS_GREATER_THAN", "targetValueRange": {"guaThpt": 1000, "maxThpt": 5000}},
                {"targetName": "DlLatency", "targetCondition": "IS_LESS_THAN", "targetValueRange": 10},
                {"targetName": "RANEnergyConsumption", "targetCondition": "IS_LESS_THAN", "targetValueRange": 3}
            ]
        }]
    }));
    assert!(problems.is_empty(), "{:?}", problems.0);
    let service = spec.service.unwrap();
    let rate = service.throughput.unwrap().dl_per_ue.unwrap();
    assert_eq!((rate.guaranteed, rate.max), ("1M".parse().ok(), "5M".parse().ok()));
    assert_eq!(service.latency.unwrap().dl_ms, Some(10.0));
    assert_eq!(spec.coverage.unwrap().tai_list.len(), 1);
    assert_eq!(
        statements.recorded,
        ["spec.expectations[0].expectationTargets[2].targetValueRange (RANEnergyConsumption)"]
    );
    assert_eq!(statements.imported.len(), 5);
}

#[test]
fn contradictions_are_conflicts_and_agreement_is_not() {
    let spec = |latency: f64| {
        serde_json::json!({
            "service": {"latency": {"dlMs": 10}},
            "expectations": [{"expectationTargets": [
                {"targetName": "DlLatency", "targetCondition": "IS_LESS_THAN", "targetValueRange": latency}
            ]}]
        })
    };
    assert!(completed(&spec(10.0)).2.is_empty());
    let (_, _, problems) = completed(&spec(5.0));
    assert_eq!(problems.0[0].cause, Code::IntentConflict);
    assert_eq!(fields(&problems), ["spec.expectations[0].expectationTargets[0].targetValueRange"]);
}

#[test]
fn presets_yield() {
    let mut spec = NetworkSliceIntent {
        nest: Some(Nest {
            preset: Some("URLLC".to_owned()),
            attributes: [("Availability".to_owned(), serde_json::json!(99.99))].into(),
        }),
        ..NetworkSliceIntent::default()
    };
    let mut problems = Problems::default();
    complete(&mut spec, &mut problems);
    assert!(problems.is_empty(), "{:?}", problems.0);
    let service = spec.service.unwrap();
    assert_eq!(spec.slice_type, Some(SliceType::Urllc));
    assert_eq!((service.availability_percent, service.reliability_percent), (Some(99.99), Some(99.999)));
}

#[test]
fn what_tmf921_says_beyond_the_subset_is_refused_with_its_path() {
    let (_, _, problems) = completed(&serde_json::json!({"tmf921": {
        "name": "x",
        "intentRelationship": [],
        "expression": {"@type": "JsonLdExpression", "expressionValue": {
            "@type": "icm:Intent",
            "hasExpectation": [
                {"@type": "icm:PropertyExpectation", "expectationCondition": {"@type": "log:Condition", "quan:smaller": {
                    "property": "Colour", "value": 3}}},
                {"@type": "icm:ReportingExpectation"}
            ]
        }}
    }}));
    let root = "spec.tmf921.expression.expressionValue.hasExpectation";
    assert_eq!(
        fields(&problems),
        [
            "spec.tmf921.intentRelationship".to_owned(),
            format!("{root}[0].expectationCondition.quan:smaller.property"),
            format!("{root}[1].@type"),
        ]
    );
}

#[test]
fn tmf921_values_are_brought_into_the_unit_of_the_target() {
    let (spec, _, problems) = completed(&serde_json::json!({"tmf921": {
        "name": "Gaming slice",
        "priority": "70",
        "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
        "expression": {"@type": "JsonLdExpression", "iri": "http://tio.models.tmforum.org/tio/v3.6.0/", "expressionValue": {
            "@context": "http://tio.models.tmforum.org/tio/v3.6.0/context.json",
            "@type": "icm:Intent",
            "hasExpectation": [
                {"@type": "icm:PropertyExpectation", "target": {"@id": "#slice"}, "expectationCondition": {
                    "@type": "log:Condition",
                    "quan:greater": {"property": "dLThptPerSlice", "value": {"@value": "2.5", "quan:unit": "Gbps"}},
                    "quan:smaller": {"property": "DlLatency", "value": {"@value": 20, "quan:unit": "ms"}}
                }}
            ]
        }}
    }}));
    assert!(problems.is_empty(), "{:?}", problems.0);
    let service = spec.service.unwrap();
    assert_eq!(service.throughput.unwrap().dl_per_slice.unwrap().guaranteed, "2500M".parse().ok());
    assert_eq!(service.latency.unwrap().dl_ms, Some(20.0));
    assert_eq!((spec.priority, spec.user_label.as_deref()), (Some(70), Some("Gaming slice")));
}

#[test]
fn what_fits_no_field_is_refused_and_the_rest_counts() {
    let (spec, _, problems) = completed(&serde_json::json!({"expectations": [{"expectationContexts": [
        {"contextAttribute": "UEGroup", "contextValueRange": {"sNSSAI": {"sst": 1, "sd": [1]}}},
        {"contextAttribute": "ServiceType", "contextValueRange": 1}
    ]}]}));
    assert_eq!(fields(&problems), ["spec.expectations[0].expectationContexts[0].contextValueRange"]);
    assert_eq!(spec.snssai.and_then(|snssai| snssai.sst), Some(1));
}
