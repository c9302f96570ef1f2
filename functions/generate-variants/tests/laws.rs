//! Laws: idempotence, no regard to the order of items, and removal.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;

use generate_variants::GenerateVariants;
use porchlight_krm::{ResourceList, run_text};
use proptest::collection::btree_set;
use proptest::prelude::*;

fn plan(targets: &BTreeSet<String>, style: &str) -> String {
    let targets: Vec<String> = targets.iter().map(|name| format!("{{name: {name}}}")).collect();
    format!(
        "apiVersion: orchestration.nephio-oran.io/v1alpha1\n  kind: VariantPlan\n  metadata:\n    name: fleet\n    annotations: {{config.kubernetes.io/path: plan.yaml}}\n  spec:\n    upstream: {{repo: blueprints, package: upf, workspaceName: v1}}\n    style: {style}\n    targets: [{{repositories: [{}]}}]\n",
        targets.join(", ")
    )
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| format!("- {item}")).collect();
    format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{}", items.concat())
}

fn run(input: &str) -> String {
    let outcome = run_text::<GenerateVariants>(input);
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    outcome.stdout
}

/// The output of one plan with the plan replaced by another one.
fn with_plan(output: &str, plan: &str) -> String {
    let mut list = ResourceList::parse(output).unwrap();
    list.items.retain(|item| item.kind() != "VariantPlan");
    let other = ResourceList::parse(&self::list(&[plan.to_owned()])).unwrap();
    list.items.extend(other.items);
    list.to_text()
}

/// The items of a list without their positions: objects that are there keep their places in their file.
fn items(output: &str) -> BTreeSet<String> {
    let lines = output.lines().filter(|line| !line.contains("config.kubernetes.io/index"));
    lines.collect::<Vec<_>>().join("\n").split("\n- ").map(|item| item.trim_end().to_owned()).collect()
}

fn repositories() -> impl Strategy<Value = BTreeSet<String>> {
    btree_set("[a-z][a-z0-9]{0,7}", 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_second_run_changes_nothing(targets in repositories(), set in any::<bool>()) {
        let once = run(&list(&[plan(&targets, if set { "set" } else { "variant" })]));
        prop_assert_eq!(run(&once), once);
    }

    #[test]
    fn what_was_planned_before_leaves_no_trace(first in repositories(), then in repositories()) {
        let by_way = run(&with_plan(&run(&list(&[plan(&first, "variant")])), &plan(&then, "variant")));
        let direct = run(&list(&[plan(&then, "variant")]));
        prop_assert_eq!(items(&by_way), items(&direct));
    }

    #[test]
    fn a_style_can_be_changed(targets in repositories()) {
        let by_way = run(&with_plan(&run(&list(&[plan(&targets, "variant")])), &plan(&targets, "set")));
        prop_assert_eq!(by_way, run(&list(&[plan(&targets, "set")])));
    }

    #[test]
    fn each_repository_has_one_variant(targets in repositories()) {
        let list = ResourceList::parse(&run(&list(&[plan(&targets, "variant")]))).unwrap();
        let made = list.items.iter().filter_map(|item| item.str_at("spec.downstream.repo"));
        prop_assert_eq!(made.map(str::to_owned).collect::<BTreeSet<_>>(), targets);
    }
}
