use porchlight_api::policy_profile::{PolicyCategory, PolicyMode, PolicySelector};
use porchlight_krm::order::{SortedMap, SortedSet};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// A profile with one rule.
fn profile(name: &str, priority: i64, rule: &str, mode: PolicyMode, param: Option<(&str, Value)>) -> Profile {
    let spec = Data::get().rule(rule).unwrap();
    let mut params: SortedMap<String, Value> =
        spec.params.iter().map(|param| (param.name.clone(), param.default.clone())).collect();
    params.extend(param.map(|(name, value)| (name.to_owned(), value)));
    Profile {
        name: name.to_owned(),
        category: PolicyCategory::Security,
        priority,
        selector: PolicySelector::default(),
        frameworks: Vec::new(),
        bases: SortedSet::new(),
        rules: SortedMap::from([(rule.to_owned(), Rule { mode, controls: Vec::new(), params })]),
    }
}

fn deny(name: &str, priority: i64, directions: &str) -> Profile {
    profile(name, priority, "default-deny", PolicyMode::Enforce, Some(("directions", json!(directions))))
}

fn resolve(profiles: Vec<Profile>) -> (String, Vec<String>) {
    let mut resolution = Resolution::new(profiles);
    // Twice: a disagreement met again is still one.
    resolution.rule("default-deny", &Subject::default());
    let applied = resolution.rule("default-deny", &Subject::default());
    let text = applied.map_or_else(|| "nothing".to_owned(), |applied| applied.text("directions").to_owned());
    (text, resolution.findings(false).into_iter().map(|finding| finding.message).collect())
}

#[test]
fn the_higher_priority_holds_even_where_it_is_looser() {
    let (value, conflicts) = resolve(vec![deny("strict", 100, "both"), deny("loose", 200, "ingress")]);
    assert_eq!(value, "ingress");
    assert_eq!(
        conflicts,
        [
            "profiles `loose` and `strict` disagree on `directions` of rule `default-deny`: `ingress` of `loose` holds, not `both`; \
          it has the higher priority"
        ]
    );
}

#[test]
fn security_comes_before_operation_whatever_the_priority() {
    let operational =
        |name: &str, priority| Profile { category: PolicyCategory::Operational, ..deny(name, priority, "ingress") };
    let (value, conflicts) = resolve(vec![deny("safe", 100, "both"), operational("easy", 900)]);
    assert_eq!((value.as_str(), conflicts.len()), ("both", 1));
    assert!(conflicts[0].contains("`both` of `safe` holds") && conflicts[0].ends_with(SECURITY_FIRST), "{conflicts:?}");
    let (value, _) = resolve(vec![operational("easy", 900), operational("slow", 800)]);
    assert_eq!(value, "ingress", "without a security profile the priority decides");
}

#[test]
fn among_equals_the_stricter_value_holds() {
    let (value, conflicts) = resolve(vec![deny("a", 100, "ingress"), deny("b", 100, "both")]);
    assert_eq!((value.as_str(), conflicts.len()), ("both", 1));
    assert!(conflicts[0].contains("`b` and `a`") && conflicts[0].contains("stricter"), "{conflicts:?}");
}

#[test]
fn then_the_more_specific_selector_and_then_the_name() {
    let dns = |name: &str, namespace: &str| {
        profile(name, 100, "allow-dns", PolicyMode::Enforce, Some(("namespace", json!(namespace))))
    };
    let mut narrow = dns("narrow", "dns");
    narrow.selector.namespaces = vec!["upf".to_owned()];
    let subject = Subject { namespace: "upf".to_owned(), ..Subject::default() };
    let mut resolution = Resolution::new(vec![dns("broad", "kube-system"), narrow]);
    assert_eq!(resolution.rule("allow-dns", &subject).unwrap().text("namespace"), "dns");
    assert_eq!(resolution.rule("allow-dns", &Subject::default()).unwrap().text("namespace"), "kube-system");
    let mut resolution = Resolution::new(vec![dns("b", "one"), dns("a", "two")]);
    assert_eq!(resolution.rule("allow-dns", &subject).unwrap().text("namespace"), "two");
}

#[test]
fn off_of_a_higher_priority_takes_a_rule_back() {
    let off = profile("off", 200, "default-deny", PolicyMode::Off, None);
    let (value, conflicts) = resolve(vec![deny("on", 100, "both"), off]);
    assert_eq!((value.as_str(), conflicts.len()), ("nothing", 1));
    let off = profile("off", 100, "default-deny", PolicyMode::Off, None);
    assert_eq!(resolve(vec![deny("on", 100, "both"), off]).0, "both", "enforce is stricter than off");
}

#[test]
fn a_profile_does_not_disagree_with_what_it_extends() {
    let mut refined = deny("refined", 100, "ingress");
    refined.bases.insert("base".to_owned());
    let (value, conflicts) = resolve(vec![deny("base", 100, "both"), refined]);
    assert_eq!((value.as_str(), conflicts), ("both", Vec::new()));
}

#[test]
fn strict_makes_conflicts_errors() {
    let mut resolution = Resolution::new(vec![deny("a", 1, "both"), deny("b", 2, "egress")]);
    resolution.rule("default-deny", &Subject::default());
    let findings = resolution.findings(true);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].severity, porchlight_krm::Severity::Error);
    assert_eq!(findings[0].tags.get("winner").map(String::as_str), Some("b"));
}

fn any_profile() -> impl Strategy<Value = (PolicyMode, &'static str)> {
    let mode = prop::sample::select(vec![PolicyMode::Off, PolicyMode::Audit, PolicyMode::Enforce]);
    (mode, prop::sample::select(vec!["ingress", "egress", "both"]))
}

fn strength(profiles: &[(PolicyMode, &str)]) -> (PolicyMode, usize) {
    let profiles = profiles.iter().enumerate().map(|(index, (mode, directions))| {
        profile(&format!("p{index}"), 100, "default-deny", *mode, Some(("directions", json!(directions))))
    });
    let applied = Resolution::new(profiles.collect()).rule("default-deny", &Subject::default());
    applied.map_or((PolicyMode::Off, 0), |applied| {
        let rank = ["", "ingress", "egress", "both"].iter().position(|text| *text == applied.text("directions"));
        (applied.mode, rank.unwrap())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// One more profile of the same priority never makes a package less safe, wherever it stands.
    #[test]
    fn one_more_profile_never_loosens(profiles in prop::collection::vec(any_profile(), 0..5), more in any_profile(), at in 0_usize..5) {
        let before = strength(&profiles);
        let mut extended = profiles.clone();
        extended.insert(at.min(profiles.len()), more);
        let after = strength(&extended);
        prop_assert!(after.0 >= before.0 && after.1 >= before.1, "{before:?} {after:?}");
    }
}
