//! What has to hold for every package: a second run changes nothing, the order of the items does not matter, profiles that
//! leave take along what they brought, and what users wrote stays.

use std::fmt::Write as _;

use porchlight_krm::FieldPath;
use proptest::prelude::*;
use serde_json::Value;

use crate::package::{find, list, run, values};

const PROFILES: [&str; 7] = ["baseline", "oran-zero-trust", "qos-slice", "operational-ha", "hipaa", "pci-dss", "soc-2"];

/// A workload with more or less to harden.
#[derive(Clone, Debug)]
struct Workload {
    kind: &'static str,
    image: &'static str,
    namespace: &'static str,
    replicas: u8,
    port: u16,
    context: &'static str,
    container_context: &'static str,
    resources: &'static str,
}

fn workload() -> impl Strategy<Value = Workload> {
    let kind = prop::sample::select(vec!["Deployment", "StatefulSet", "DaemonSet"]);
    let image =
        prop::sample::select(vec!["web", "free5gc-ausf:1", "free5gc-upf:1", "oai-gnb:2", "mongodb:4", "multus-cni:3"]);
    let namespace = prop::sample::select(vec!["", "default", "core", "kube-system"]);
    let context = prop::sample::select(vec![
        "",
        " {}",
        " {runAsUser: 0}",
        " {runAsUser: 20000, seccompProfile: {type: Localhost}}",
    ]);
    let container = prop::sample::select(vec![
        "",
        " {}",
        " {privileged: true}",
        " {runAsUser: 0, capabilities: {add: [NET_ADMIN, SYS_TIME]}}",
        " {capabilities: {drop: [all]}, allowPrivilegeEscalation: false}",
    ]);
    let resources = prop::sample::select(vec!["", " {}", " {limits: {cpu: 1}}", " {requests: {memory: 4Gi}}"]);
    (kind, image, namespace, 0_u8..4, prop::sample::select(vec![80_u16, 8080]), context, container, resources).prop_map(
        |(kind, image, namespace, replicas, port, context, container_context, resources)| Workload {
            kind,
            image,
            namespace,
            replicas,
            port,
            context,
            container_context,
            resources,
        },
    )
}

fn items(declared: bool, workloads: &[Workload]) -> Vec<String> {
    let mut items = vec![
        "- apiVersion: v1\n  kind: ServiceAccount\n  metadata:\n    name: idle\n".to_owned(),
        "- apiVersion: workload.nephio.org/v1alpha1\n  kind: NFDeployment\n  metadata:\n    name: upf-edge\n    namespace: core\n  \
         spec:\n    provider: upf.free5gc.io\n"
            .to_owned(),
        "- apiVersion: req.nephio.org/v1alpha1\n  kind: Interface\n  metadata:\n    name: n6\n  spec:\n    networkInstance:\n      \
         name: vpc-internet\n    cniType: macvlan\n"
            .to_owned(),
    ];
    if declared {
        items.push(
            "- apiVersion: v1\n  kind: Namespace\n  metadata:\n    name: core\n    labels:\n      \
             pod-security.kubernetes.io/audit: privileged\n"
                .to_owned(),
        );
    }
    for (number, workload) in workloads.iter().enumerate() {
        let Workload { kind, image, namespace, replicas, port, context, container_context, resources } = workload;
        let mut item = format!("- apiVersion: apps/v1\n  kind: {kind}\n  metadata:\n    name: w{number}\n");
        if !namespace.is_empty() {
            writeln!(item, "    namespace: {namespace}").unwrap();
        }
        write!(
            item,
            "  spec:\n    replicas: {replicas}\n    template:\n      metadata:\n        labels:\n          app: w{number}\n      spec:\n        \
             securityContext:{context}\n        containers:\n        - name: main\n          image: {image}\n          \
             ports:\n          - containerPort: {port}\n          securityContext:{container_context}\n          \
             resources:{resources}\n"
        )
        .unwrap();
        items.push(item);
    }
    items
}

fn package() -> impl Strategy<Value = Vec<String>> {
    (any::<bool>(), prop::collection::vec(workload(), 0..4))
        .prop_map(|(declared, workloads)| items(declared, &workloads))
}

fn some_profiles() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(PROFILES.to_vec(), 0..=PROFILES.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_second_run_changes_nothing_and_order_does_not_matter(
        (items, order) in package().prop_flat_map(|items| {
            let positions: Vec<usize> = (0..items.len()).collect();
            (Just(items), Just(positions).prop_shuffle())
        }),
        profiles in some_profiles(),
    ) {
        let once = run(list(&items.concat()), &profiles);
        let shuffled: String = order.iter().map(|position| items[*position].as_str()).collect();
        prop_assert_eq!(&once.to_text(), &run(list(&shuffled), &profiles).to_text(), "shuffled items");
        prop_assert_eq!(&once.to_text(), &run(once.clone(), &profiles).to_text(), "second run");
    }

    #[test]
    fn profiles_that_leave_take_along_what_they_brought(
        items in package(),
        (profiles, others) in (some_profiles(), some_profiles()),
    ) {
        let package = list(&items.concat());
        let before = values(&package);
        let with = run(package.clone(), &profiles);
        prop_assert_eq!(&values(&run(with.clone(), &[])), &before, "all profiles left");
        let changed = run(with, &others);
        prop_assert_eq!(values(&changed), values(&run(package, &others)), "other profiles came");
    }
}

#[test]
fn what_users_add_stays_through_a_change_of_profiles() {
    let package = list(&items(true, &[]).concat());
    let mut once = run(package, &["baseline"]);
    let deny = once.items.iter_mut().find(|item| item.name() == "default-deny-all").unwrap();
    deny.set_label("team", "network");
    let namespace = once.items.iter_mut().find(|item| item.kind() == "Namespace").unwrap();
    namespace.set_label("pod-security.kubernetes.io/warn", "restricted");
    let again = run(once, &["baseline", "operational-ha"]);
    assert_eq!(find(&again, "NetworkPolicy/default-deny-all").unwrap().label("team"), Some("network"));
    let gone = run(again, &[]);
    assert!(find(&gone, "NetworkPolicy/default-deny-all").is_none());
    let namespace = find(&gone, "Namespace/core").unwrap();
    assert_eq!(namespace.label("pod-security.kubernetes.io/warn"), Some("restricted"), "changed by a user, so theirs");
    assert_eq!(namespace.label("pod-security.kubernetes.io/audit"), Some("privileged"), "as it was");
}

/// set-namespace runs after us in the same render: what it renames is ours still.
#[test]
fn objects_follow_their_namespace_when_it_is_renamed() {
    let mut once = run(list(&items(true, &[]).concat()), &["baseline"]);
    for item in &mut once.items {
        if item.kind() == "Namespace" {
            item.set(&FieldPath::of(["metadata", "name"]), "site-7");
        } else if !item.namespace().is_empty() {
            item.set(&FieldPath::of(["metadata", "namespace"]), "site-7");
        }
    }
    let count = once.items.len();
    let again = run(once, &["baseline"]);
    assert_eq!(again.items.len(), count);
    assert_eq!(find(&again, "NetworkPolicy/default-deny-all").unwrap().namespace(), "site-7");
    let policy: Option<Value> = find(&again, "MultiNetworkPolicy/upf-edge-n6")
        .unwrap()
        .get(&FieldPath::of(["metadata", "annotations", "k8s.v1.cni.cncf.io/policy-for"]))
        .unwrap();
    assert_eq!(policy, Some("site-7/upf-edge-n6".into()));
    assert_eq!(again.to_text(), run(again.clone(), &["baseline"]).to_text());
}
