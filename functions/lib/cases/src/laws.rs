//! What has to hold for every validator and every list: the order of the items does not change what is found, nothing is
//! changed, and nothing that people can write makes it stop.

use porchlight_krm::{Function, ResourceList, Severity, run_text};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::corpus::items;

/// Objects with something to find in them, and something odd.
const ITEMS: [&str; 14] = [
    "{apiVersion: v1, kind: Namespace, metadata: {name: example}}",
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: Settings}, data: {a: TBD, password: x1, b: 7}}",
    "{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {token: abc}}",
    "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: LoadBalancer, ports: [{port: 22}, {prot: 1}]}}",
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: {serviceAccountName: d, containers: [{image: 'x:${V}', securityContext: {privileged: true}}]}}}}",
    "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n}, spec: {ingress: [{}, {from: [{ipBlock: {cidr: 1/2/3}}]}]}}",
    "{apiVersion: infra.nephio.org/v1alpha1, kind: WorkloadCluster, metadata: {name: w, annotations: {kpt.dev/config-injection: required}}, spec: {clusterName: example, cnis: [macvlan]}}",
    "{apiVersion: req.nephio.org/v1alpha1, kind: Interface, metadata: {name: n.3}, spec: {cniType: sriov}}",
    "{apiVersion: workload.nephio.org/v1alpha1, kind: NFDeployment, metadata: {name: u}, spec: {provider: upf.free5gc.io, parametersRefs: [{kind: NFConfig, name: x}]}}",
    "{apiVersion: orchestration.nephio-oran.io/v1alpha1, kind: NetworkSliceIntent, metadata: {name: i}, spec: {policies: [none, 7], sliceTyp: x}}",
    "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: 'a:b'}, rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]}",
    "{apiVersion: kpt.dev/v1, kind: Kptfile, metadata: {name: k}, info: {readinessGates: [{conditionType: a}, b]}, status: {conditions: c}}",
    "{apiVersion: v1, kind: Pod, metadata: [], spec: {containers: {a: b}, volumes: [1, [], {hostPath: {path: /}}]}}",
    "{kind: Odd, metadata: {name: odd, labels: {'-': '!'}}, spec: [[[]]]}",
];

/// Kinds whose fields validators look at.
const KINDS: [&str; 10] = [
    "v1, kind: Pod",
    "v1, kind: Service",
    "v1, kind: Secret",
    "kpt.dev/v1, kind: Kptfile",
    "networking.k8s.io/v1, kind: NetworkPolicy",
    "networking.k8s.io/v1, kind: Ingress",
    "rbac.authorization.k8s.io/v1, kind: RoleBinding",
    "ec2.aws.upbound.io/v1, kind: SecurityGroup",
    "req.nephio.org/v1alpha1, kind: Dependency",
    "orchestration.nephio-oran.io/v1alpha1, kind: IntentReport",
];

fn run<F: Function>(order: &[usize]) -> (String, String, u8) {
    let mut text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n".to_owned();
    for position in order {
        text += &format!("- {}\n", ITEMS[*position]);
    }
    let outcome = run_text::<F>(&text);
    (text, outcome.stdout, outcome.exit_code)
}

fn messages(text: &str) -> Vec<String> {
    let list = ResourceList::parse(text).unwrap_or_else(|error| panic!("{error}"));
    let mut messages: Vec<String> = list.results.iter().map(|finding| format!("{finding:?}")).collect();
    messages.sort();
    messages
}

fn check<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config).run(strategy, test).unwrap_or_else(|error| panic!("{error}"));
}

/// Checks that the order of items changes nothing of what is found, and that nothing of them is changed.
///
/// # Panics
/// With the smallest list for which that does not hold.
pub fn order_does_not_matter<F: Function>() {
    let all: Vec<usize> = (0..ITEMS.len()).collect();
    let order = prop::sample::subsequence(all, 0..=ITEMS.len()).prop_shuffle();
    check(&order, |order| {
        let (input, output, exit_code) = run::<F>(&order);
        prop_assert_eq!(items(&input), items(&output));
        let list = ResourceList::parse(&output).unwrap_or_else(|error| panic!("{error}"));
        let errors = list.results.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert_eq!(exit_code == 1, errors);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        prop_assert_eq!(messages(&output), messages(&run::<F>(&sorted).1));
        Ok(())
    });
}

/// Checks that, whatever stands in an object, the function says something about it and comes to its end.
///
/// # Panics
/// With the smallest object for which that does not hold.
pub fn any_value_is_looked_at<F: Function>() {
    check(&(prop::sample::select(KINDS.to_vec()), value(4)), |(kind, spec)| {
        let text = format!(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- {{apiVersion: {kind}, metadata: {{name: x}}, spec: {spec}, data: {spec}, rules: {spec}}}\n"
        );
        let outcome = run_text::<F>(&text);
        prop_assert!(outcome.exit_code <= 1);
        prop_assert_eq!(items(&text), items(&outcome.stdout));
        Ok(())
    });
}

/// Flow YAML of words that mean something to the rules, in places where they may not.
fn value(depth: u32) -> impl Strategy<Value = String> {
    let words = vec![
        "0",
        "-1",
        "22",
        "65536",
        "true",
        "~",
        "''",
        "'*'",
        "0.0.0.0/0",
        "'::/0'",
        "10.0.0.0/99",
        "tcp",
        "TODO",
        "'<x>'",
        "Übung",
    ];
    let keys = vec![
        "containers",
        "volumes",
        "hostPath",
        "path",
        "env",
        "name",
        "value",
        "ports",
        "port",
        "endPort",
        "ingress",
        "egress",
        "from",
        "to",
        "ipBlock",
        "cidr",
        "except",
        "fromPort",
        "toPort",
        "protocol",
        "cidrBlocks",
        "type",
        "securityContext",
        "capabilities",
        "add",
        "privileged",
        "subjects",
        "kind",
        "verbs",
        "resources",
        "apiGroups",
        "rules",
        "tls",
        "host",
        "injectors",
        "decomposition",
        "objects",
        "field",
        "allow",
        "sourceRanges",
        "destinationPortRange",
    ];
    prop::sample::select(words).prop_map(str::to_owned).prop_recursive(depth, 48, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::btree_map(prop::sample::select(keys.clone()), inner, 0..4).prop_map(|entries| {
                let entries: Vec<String> = entries.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{{}}}", entries.join(", "))
            }),
        ]
    })
}
