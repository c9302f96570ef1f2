//! Every rule of `data/rules.yaml`, alone: in mode `audit` it tells what is missing, in mode `enforce` it brings that, and
//! once it is there nothing is told any more. The rows are data, `rules.yaml`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use inject_policy::InjectPolicy;
use porchlight_krm::annotations::{GENERATED_AS, GENERATED_BY, ORIGIN, OWNED_FIELDS};
use porchlight_krm::{Outcome, Resource, ResourceList, Severity, run_text};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::package::{list, read, values};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    rule: String,
    /// File of `inputs/` that does not meet the rule.
    input: String,
    #[serde(default)]
    params: serde_json::Map<String, Value>,
    /// For checks, which change nothing: the file of `inputs/` that meets the rule.
    mended: Option<String>,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    kind: String,
}

fn file<T: serde::de::DeserializeOwned>(path: &str) -> T {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
}

fn input(name: &str) -> ResourceList {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/packages/inputs/{name}.yaml"));
    let mut list = list(&fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
    list.items.retain(|item| item.kind() != "PolicyProfile");
    list
}

/// Runs one rule alone.
fn run(row: &Row, mode: &str, mut list: ResourceList) -> (Outcome, ResourceList) {
    list.results.clear();
    list.items.push(Resource::from_typed(&json!({
        "apiVersion": "orchestration.nephio-oran.io/v1alpha1",
        "kind": "PolicyProfile",
        "metadata": { "name": "only" },
        "spec": { "category": "security", "rules": [{ "id": row.rule, "mode": mode, "params": row.params }] },
    })));
    list.function_config = Some(Resource::from_typed(&json!({
        "apiVersion": "orchestration.nephio-oran.io/v1alpha1",
        "kind": "PolicyConfig",
        "metadata": { "name": "config" },
        "spec": { "profiles": [] },
    })));
    let outcome = run_text::<InjectPolicy>(&list.to_text());
    let mut result = ResourceList::parse(&outcome.stdout).unwrap_or_else(|error| panic!("{error}"));
    result.items.retain(|item| item.kind() != "PolicyProfile");
    (outcome, result)
}

/// How often the rule tells that something is not as it should be.
fn told(row: &Row, list: &ResourceList) -> usize {
    let of_rule = list.results.iter().filter(|finding| finding.tags.get("rule") == Some(&row.rule));
    of_rule.filter(|finding| finding.severity != Severity::Info).count()
}

/// The list as if a person had written all of it.
fn adopted(mut list: ResourceList) -> ResourceList {
    for item in &mut list.items {
        for annotation in [GENERATED_AS, ORIGIN, OWNED_FIELDS, "orchestration.nephio-oran.io/policy-fields"] {
            item.remove_annotation(annotation);
        }
        item.remove_label(GENERATED_BY);
    }
    list
}

#[test]
fn every_rule_tells_what_is_missing_and_brings_it() {
    let rules: Vec<Rule> = file("data/rules.yaml");
    for row in file::<Vec<Row>>("tests/packages/rules.yaml") {
        let (name, check) = (&row.rule, rules.iter().any(|rule| rule.id == row.rule && rule.kind == "check"));
        let before = input(&row.input);
        let (_, audited) = run(&row, "audit", before.clone());
        assert!(told(&row, &audited) > 0, "{name}: nothing is missing in `{}`", row.input);
        assert_eq!(values(&audited), values(&before), "{name}: an audit changes nothing");
        let (outcome, enforced) = run(&row, "enforce", before.clone());
        let present = match &row.mended {
            Some(mended) => {
                assert!(check && outcome.exit_code == 1, "{name}: what a check finds in mode `enforce` is an error");
                input(mended)
            }
            None => {
                assert_eq!((check, outcome.exit_code, outcome.stderr.as_str()), (false, 0, ""), "{name}");
                assert_ne!(values(&enforced), values(&before), "{name}: nothing was brought in");
                adopted(enforced)
            }
        };
        let (_, after) = run(&row, "audit", present);
        assert_eq!(told(&row, &after), 0, "{name}: still missing: {:?}", after.results);
    }
}

#[test]
fn every_rule_has_a_row() {
    let known: BTreeSet<String> = file::<Vec<Rule>>("data/rules.yaml").into_iter().map(|rule| rule.id).collect();
    let shown: BTreeSet<String> =
        file::<Vec<Row>>("tests/packages/rules.yaml").into_iter().map(|row| row.rule).collect();
    assert_eq!(known, shown);
}
