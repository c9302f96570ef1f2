//! What has to hold for every package: the order of the items does not matter, a second run changes nothing, each
//! image is there once, and what other functions set does not show.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use annotate_sbom::AnnotateSbom;
use porchlight_krm::{Resource, run_text};
use proptest::prelude::*;

use crate::package::{Documents, list};

const HEAD: &str =
    "functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  data: {timestamp: '2026-01-31T12:00:00Z'}\n";

/// A Deployment with its images, in a file of a (sub)package.
#[derive(Clone, Debug)]
struct Workload {
    directory: &'static str,
    images: Vec<String>,
}

fn image() -> impl Strategy<Value = String> {
    let name =
        prop::sample::select(vec!["busybox", "nephio/upf", "nexus3.o-ran-sc.org:10002/o-ran-sc/a1", "localhost/x"]);
    let version = prop::sample::select(vec![
        "",
        ":1.0",
        ":latest",
        "@sha256:1111111111111111111111111111111111111111111111111111111111111111",
        ":2@sha256:1111111111111111111111111111111111111111111111111111111111111111",
    ]);
    (name, version).prop_map(|(name, version)| format!("{name}{version}"))
}

fn workloads() -> impl Strategy<Value = Vec<Workload>> {
    let directory = prop::sample::select(vec!["", "core/", "core/db/", "edge/", "plain-folder/"]);
    let workload = (directory, prop::collection::vec(image(), 0..4))
        .prop_map(|(directory, images)| Workload { directory, images });
    prop::collection::vec(workload, 0..8)
}

/// The items of a package: Kptfiles at the root, `core`, `core/db` and `edge`, and the workloads.
fn items(workloads: &[Workload]) -> Vec<String> {
    let kptfile = |directory: &str, name: &str| {
        format!(
            "- apiVersion: kpt.dev/v1\n  kind: Kptfile\n  metadata:\n    name: {name}\n    annotations:\n      \
             config.kubernetes.io/path: {directory}Kptfile\n  pipeline:\n    mutators:\n    - image: set-labels:v0.2\n"
        )
    };
    let mut items =
        vec![kptfile("", "site"), kptfile("core/", "core"), kptfile("core/db/", "db"), kptfile("edge/", "edge")];
    for (number, workload) in workloads.iter().enumerate() {
        let mut item = format!(
            "- apiVersion: apps/v1\n  kind: Deployment\n  metadata:\n    name: w{number}\n    annotations:\n      \
             config.kubernetes.io/path: {}w{number}.yaml\n  spec:\n    template:\n      spec:\n        containers:{}\n",
            workload.directory,
            if workload.images.is_empty() { " []" } else { "" }
        );
        for (position, image) in workload.images.iter().enumerate() {
            writeln!(item, "        - name: c{position}\n          image: {image}").unwrap();
        }
        items.push(item);
    }
    items
}

fn run(items: &[String]) -> String {
    run_with(HEAD, items)
}

fn run_with(head: &str, items: &[String]) -> String {
    let text = format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n{head}items:\n{}", items.concat());
    let outcome = run_text::<AnnotateSbom>(&text);
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    outcome.stdout
}

fn full_form(image: &str) -> String {
    image.parse::<annotate_sbom::ImageReference>().unwrap().to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_repetition_do_not_matter(
        (workloads, order) in workloads().prop_flat_map(|workloads| {
            let count = workloads.len() + 4;
            (Just(workloads), Just((0..count).collect::<Vec<_>>()).prop_shuffle())
        })
    ) {
        let items = items(&workloads);
        let shuffled: Vec<String> = order.iter().map(|position| items[*position].clone()).collect();
        let first = run(&items);
        prop_assert_eq!(&first, &run(&shuffled), "shuffled items");
        let again = run_text::<AnnotateSbom>(&first);
        prop_assert_eq!(&first, &again.stdout, "second run");

        // Each image once: pinned ones by digest, the others by their full form.
        let identity = |image: &str| match image.split_once('@') {
            Some((name, digest)) => {
                let last = name.rfind('/').map_or(0, |slash| slash + 1);
                let end = name[last..].find(':').map_or(name.len(), |colon| last + colon);
                format!("{}@{digest}", &name[..end])
            }
            None => image.to_owned(),
        };
        let used = workloads.iter().flat_map(|workload| &workload.images);
        let expected: BTreeSet<String> = used
            .map(|image| identity(&full_form(image)))
            .chain(["ghcr.io/kptdev/krm-functions-catalog/set-labels:v0.2".to_owned()])
            .collect();
        let found = Documents::of(&first).images();
        let found: Vec<String> = found.iter().map(|image| identity(image)).collect();
        prop_assert_eq!(found.len(), expected.len());
        prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
    }
}

/// Names the files too, and every supplier and licence there is.
const FULL_HEAD: &str = "functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  data:\n    timestamp: '2026-01-31T12:00:00Z'\n    \
                         includeFiles: 'true'\n    author: Example\n    packageVersion: v1\n    packageSupplier: Example\n    \
                         supplierMap: '{docker.io: D, ghcr.io: G, localhost: L, \"nexus3.o-ran-sc.org:10002\": O}'\n    \
                         licenseMap: '{docker.io: MIT, ghcr.io: Apache-2.0}'\n    failOn.ntia: 'true'\n    failOn.oranWg11: 'true'\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// With everything asked for, order and repetition do not matter either, and a package whose suppliers are all
    /// known lacks nothing of NTIA's and O-RAN's elements, whatever is in it.
    #[test]
    fn a_full_configuration_leaves_no_gap_in_any_order(
        (workloads, order) in workloads().prop_flat_map(|workloads| {
            let count = workloads.len() + 4;
            (Just(workloads), Just((0..count).collect::<Vec<_>>()).prop_shuffle())
        })
    ) {
        let items = items(&workloads);
        let shuffled: Vec<String> = order.iter().map(|position| items[*position].clone()).collect();
        let first = run_with(FULL_HEAD, &items);
        prop_assert_eq!(&first, &run_with(FULL_HEAD, &shuffled), "shuffled items");
        let again = run_text::<AnnotateSbom>(&first);
        prop_assert_eq!(&first, &again.stdout, "second run");
        for element in ["supplier", "version", "author", "timestamp", "identifier", "relationship", "name"] {
            prop_assert!(!first.contains(&format!("missing-{element}")), "{}", element);
        }
    }
}

fn pod(image: &str) -> Vec<String> {
    items(&[Workload { directory: "", images: vec![image.to_owned()] }])
}

#[test]
fn a_tag_alone_gives_a_warning_and_a_digest_none() {
    let tagged = Documents::of(&run(&pod("nephio/upf:1.0")));
    assert_eq!((tagged.warnings, tagged.infos), (1, 1));
    let pinned = "nephio/upf:1.0@sha256:1111111111111111111111111111111111111111111111111111111111111111";
    let pinned = Documents::of(&run(&pod(pinned)));
    assert_eq!((pinned.warnings, pinned.infos), (0, 1));
}

#[test]
fn adding_an_image_changes_the_digest_and_both_documents() {
    let one = vec![Workload { directory: "", images: vec!["nephio/upf:1.0".to_owned()] }];
    let mut two = one.clone();
    two[0].images.push("busybox:1.0".to_owned());
    let (one, two) = (Documents::of(&run(&items(&one))), Documents::of(&run(&items(&two))));
    assert!(one.digest.starts_with("sha256:") && one.digest.len() == 71, "{}", one.digest);
    assert_ne!(one.digest, two.digest);
    assert_ne!(one.cyclonedx, two.cyclonedx);
    assert_ne!(one.spdx, two.spdx);
}

/// Functions that run after this one move lines, set namespaces and add annotations; a second render must not see it.
#[test]
fn what_other_functions_set_does_not_change_the_documents() {
    let first = run(&pod("nephio/upf:1.0"));
    let mut changed = list(first.split_once("kind: ResourceList\n").unwrap().1);
    for item in &mut changed.items {
        item.set_annotation("config.k8s.io/id", "7");
        item.set_annotation("internal.config.kubernetes.io/seqindent", "compact");
        item.set_label("team", "platform");
        set_namespace(item);
    }
    let again = run_text::<AnnotateSbom>(&changed.to_text());
    let (before, after) = (Documents::of(&first), Documents::of(&again.stdout));
    assert_eq!(before.cyclonedx, after.cyclonedx);
    assert_eq!(before.spdx, after.spdx);
    assert_eq!(before.digest, after.digest);
}

fn set_namespace(item: &mut Resource) {
    item.set(&porchlight_krm::FieldPath::of(["metadata", "namespace"]), "site-7");
}

/// Many aliases of a long list must not multiply the work.
#[test]
fn aliases_of_a_list_of_containers_are_read_once() {
    let mut text =
        "- apiVersion: example.org/v1\n  kind: Many\n  metadata:\n    name: many\n  spec:\n  - containers: &list\n"
            .to_owned();
    for number in 0..2_000 {
        writeln!(text, "    - image: registry.example/i{number}:1").unwrap();
    }
    for _ in 0..20_000 {
        text.push_str("  - containers: *list\n");
    }
    assert_eq!(Documents::of(&run(&[text])).images().len(), 2_000);
}
