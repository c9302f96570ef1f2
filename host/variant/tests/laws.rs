//! Laws: a second run changes nothing, the order of inputs does not matter, what a variant no longer wants goes.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use porchlight_variant::mutate::mutate;
use porchlight_variant::{
    Action, Cluster, Compat, Fault, Files, Inputs, Lifecycle, Options, PackageRevision, Repository, Stores, Variant,
    complete, plan,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

/// Packages in memory.
struct Memory {
    revisions: Vec<PackageRevision>,
    files: Files,
}

impl Repository for Memory {
    fn revisions(&self) -> &[PackageRevision] {
        &self.revisions
    }

    fn files(&self, _: &PackageRevision) -> Result<Files, Fault> {
        Ok(self.files.clone())
    }
}

fn published(files: Files) -> Memory {
    let mut revisions = vec![PackageRevision {
        package: "upf".to_owned(),
        workspace: "v1".to_owned(),
        revision: 1,
        lifecycle: Lifecycle::Published,
        ..PackageRevision::default()
    }];
    complete(&mut revisions);
    Memory { revisions, files }
}

fn files(texts: &[(&str, String)]) -> Files {
    texts.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(text.as_bytes()))).collect()
}

const KPTFILE: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: upf\n";

fn variant(name: &str, body: &str) -> Variant {
    let text = format!(
        "apiVersion: config.porch.kpt.dev/v1alpha1\nkind: PackageVariant\nmetadata:\n  name: {name}\nspec:\n  upstream: {{repo: blueprints, package: upf, workspaceName: v1}}\n  downstream: {{repo: edge, package: upf}}\n{body}"
    );
    let mut inputs = Inputs::default();
    inputs.add(Path::new("variant.yaml"), &text).unwrap();
    inputs.variants.remove(0).into()
}

fn words() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{0,5}|true|[0-9]{1,4}|yes|null|a: b|# c|"
}

fn data() -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map("[a-f]{1,2}|labels|kind|image|data", words(), 0..6)
}

fn context(data: &BTreeMap<String, String>) -> String {
    let mut text =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kptfile.kpt.dev\ndata:\n  name: upf\n".to_owned();
    for (key, value) in data {
        text.push_str(&format!("  {key}: {value:?} # of {key}\n"));
    }
    text
}

fn flow(data: &BTreeMap<String, String>) -> String {
    let entries: Vec<String> = data.iter().map(|(key, value)| format!("{key}: {value:?}")).collect();
    format!("{{{}}}", entries.join(", "))
}

fn spec(set: &BTreeMap<String, String>, remove: &[String], functions: &[String]) -> String {
    let mutators: Vec<String> = functions.iter().map(|name| format!("{{name: {name:?}, image: i}}")).collect();
    format!(
        "  packageContext:\n    data: {}\n    removeKeys: {remove:?}\n  pipeline:\n    mutators: [{}]\n",
        flow(set),
        mutators.join(", ")
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_second_run_changes_nothing(
        there in data(), set in data(), remove in vec("[a-f]{1,2}", 0..3), functions in vec("[a-z]{0,4}", 0..4),
        own in vec("[a-z]{1,4}", 0..3),
    ) {
        let own: Vec<String> = own.iter().map(|name| format!("  - image: {name}\n    # theirs\n    name: {name}\n")).collect();
        let pipeline = if own.is_empty() { String::new() } else { format!("pipeline:\n  mutators:\n{}", own.concat()) };
        let before = files(&[("Kptfile", format!("{KPTFILE}{pipeline}")), ("package-context.yaml", context(&there))]);
        let variant = variant("edge-7", &spec(&set, &remove, &functions));
        for compat in [Compat::Natural, Compat::PorchLatest] {
            let cluster = Cluster::default();
            let once = mutate(&before, "p", &variant, &cluster, compat).unwrap();
            let twice = mutate(&once.files, "p", &variant, &cluster, compat).unwrap();
            prop_assert!(!twice.changed);
            prop_assert_eq!(once.files, twice.files);
        }
    }

    #[test]
    fn functions_that_are_no_longer_wanted_go(first in vec("[a-z]{1,4}", 0..4), then in vec("[a-z]{1,4}", 0..4)) {
        let before = files(&[("Kptfile", format!("{KPTFILE}pipeline:\n  mutators:\n  - image: own\n"))]);
        let body = |functions: &[String]| spec(&BTreeMap::new(), &[], functions);
        let cluster = Cluster::default();
        let apply = |files: &Files, functions: &[String]| {
            mutate(files, "p", &variant("edge-7", &body(functions)), &cluster, Compat::PorchLatest).unwrap().files
        };
        let by_way = apply(&apply(&before, &first), &then);
        let direct = apply(&before, &then);
        prop_assert_eq!(by_way, direct);
    }

    #[test]
    fn the_order_of_targets_does_not_matter(names in btree_map("[a-z]{1,6}", 0u8..3, 1..8), seed in any::<prop::sample::Index>()) {
        let mut targets: Vec<String> =
            names.keys().map(|name| format!("    - repositories: [{{name: {name}}}]\n")).collect();
        let made = |targets: &[String]| {
            let text = format!(
                "apiVersion: config.porch.kpt.dev/v1alpha2\nkind: PackageVariantSet\nmetadata:\n  name: fleet\nspec:\n  upstream: {{repo: blueprints, package: upf, workspaceName: v1}}\n  targets:\n{}",
                targets.concat()
            );
            let mut inputs = Inputs::default();
            inputs.add(Path::new("set.yaml"), &text).unwrap();
            let mut stores = Stores::new();
            stores.insert("blueprints".to_owned(), Box::new(published(files(&[("Kptfile", KPTFILE.to_owned())]))));
            let plan = plan(&inputs, &stores, Options::default());
            let packages = plan.outcomes.iter().map(|outcome| (outcome.variant.clone(), outcome.after.clone()));
            packages.collect::<BTreeMap<_, _>>()
        };
        let forwards = made(&targets);
        let middle = seed.index(targets.len());
        targets.rotate_left(middle);
        prop_assert_eq!(&forwards, &made(&targets));
        // Distinct targets have distinct packages (kpt#3985).
        prop_assert_eq!(forwards.len(), names.len());
    }
}

#[test]
fn five_hundred_targets_are_planned_at_once() {
    let mut inputs = Inputs::default();
    let repository = |index: usize| {
        format!(
            "apiVersion: config.porch.kpt.dev/v1alpha1\nkind: Repository\nmetadata:\n  name: edge{index:03}\n  labels: {{tier: edge, site: s{index}}}\n"
        )
    };
    let repositories: Vec<String> = (0..500).map(repository).collect();
    inputs.add(Path::new("cluster.yaml"), &repositories.join("---\n")).unwrap();
    let set = "apiVersion: config.porch.kpt.dev/v1alpha2\nkind: PackageVariantSet\nmetadata:\n  name: fleet\nspec:\n  upstream: {repo: blueprints, package: upf, workspaceName: v1}\n  targets:\n  - repositorySelector: {matchLabels: {tier: edge}}\n    template:\n      downstream: {packageExpr: \"packageDefault + '-' + target.labels.site\"}\n      packageContext:\n        dataExprs: [{key: site, valueExpr: \"repository.labels['site']\"}]\n";
    inputs.add(Path::new("set.yaml"), set).unwrap();
    let blueprint = files(&[("Kptfile", KPTFILE.to_owned()), ("package-context.yaml", context(&BTreeMap::new()))]);
    let mut stores = Stores::new();
    stores.insert("blueprints".to_owned(), Box::new(published(blueprint)));
    let done = std::sync::atomic::AtomicUsize::new(0);
    let progress = |_, total| {
        assert_eq!(total, 500);
        done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    };
    let plan = plan(&inputs, &stores, Options { progress: Some(&progress), ..Options::default() });
    assert_eq!(plan.count(Action::Create), 500);
    assert_eq!(done.into_inner(), 500);
    assert!(plan.outcomes.iter().all(|outcome| outcome.fault.is_none()));
}
