use porchlight_api::Object;
use porchlight_api::sizing_profile::SizingProfile;

use super::{DEFAULT, built_in, check, named, rule};
use porchlight_yaml::serde::from_text;

fn profile(rules: &str) -> SizingProfile {
    let text = format!(
        "apiVersion: orchestration.nephio-oran.io/v1alpha1\nkind: SizingProfile\nmetadata: {{name: x}}\nspec:\n  rules:\n{rules}"
    );
    from_text::<Object<SizingProfile>>(&text).unwrap().spec
}

#[test]
fn built_in_profiles_read_and_are_usable() {
    for text in [
        include_str!("../../data/profiles/operator-reference.yaml"),
        include_str!("../../data/profiles/linear-dpdk.yaml"),
        include_str!("../../data/profiles/kernel-socket.yaml"),
    ] {
        let read = from_text::<Object<SizingProfile>>(text);
        assert_eq!(read.err(), None);
    }
    for profile in built_in() {
        assert_eq!(check(&profile.spec), [], "{}", profile.metadata.name);
    }
    assert!(named(DEFAULT).is_some());
}

#[test]
fn a_rule_for_the_provider_goes_before_one_for_any() {
    let profile = profile(
        "  - {nfType: upf, source: any, steps: [{resources: {cpu: 1}}]}\n  - {nfType: upf, provider: a.b, source: own}\n",
    );
    let source = |provider| rule(&profile, "upf", provider).map(|rule| rule.source.clone());
    assert_eq!(source(Some("a.b")).as_deref(), Some("own"));
    assert_eq!(source(Some("c.d")).as_deref(), Some("any"));
    assert_eq!(source(None).as_deref(), Some("any"));
    assert!(rule(&profile, "amf", None).is_none());
    let reference = &named(DEFAULT).unwrap().spec;
    assert!(rule(reference, "upf", Some("upf.example.com")).is_none());
}

#[test]
fn unusable_profiles_are_explained() {
    let problems = |rules: &str| -> Vec<String> {
        check(&profile(rules)).into_iter().map(|problem| format!("{}: {}", problem.field, problem.message)).collect()
    };
    for (rules, expected) in [
        ("  - {nfType: upf}\n", "rules[0].source: every figure names where it comes from"),
        ("  - {source: x}\n", "rules[0].nfType: say which network function the rule is for"),
        (
            "  - {nfType: upf, source: x, perInstance: [{metric: throughput, atMost: 0, source: y}]}\n",
            "rules[0].perInstance[0].atMost: must be above 0",
        ),
        (
            "  - {nfType: upf, source: x, minInstances: 3, maxInstances: 2}\n",
            "rules[0].minInstances: is above maxInstances (2)",
        ),
        (
            "  - {nfType: upf, source: x, steps: [{atMost: {cells: 1}, resources: {cpu: 2}}, {resources: {cpu: 1}}]}\n",
            "rules[0].steps[1].resources.cpu: is below the step before it (2): more load must not give less",
        ),
        (
            "  - {nfType: upf, source: x, steps: [{atMost: {cells: 1}, resources: {cpu: 2}}]}\n",
            "rules[0].steps[0].atMost: the last step has no bound, or larger loads have no size",
        ),
        (
            "  - {nfType: upf, source: x, linear: {resources: {cpu: {base: 1, source: ''}}}}\n",
            "rules[0].linear.resources.cpu.source: every figure names where it comes from",
        ),
    ] {
        assert_eq!(problems(rules), [expected], "{rules}");
    }
    assert_eq!(check(&SizingProfile::default())[0].field, "rules");
}
