//! What the check finds, in objects as people write them.

use porchlight_krm::ResourceList;
use proptest::prelude::*;

fn violations(item: &str) -> Vec<String> {
    let text = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- {}\n",
        item.trim().replace('\n', "\n  ")
    );
    let list = ResourceList::parse(&text).unwrap_or_else(|error| panic!("{error}"));
    let found = porchlight_schema::check(&list.items[0]).expect("the kind is known");
    found.iter().map(ToString::to_string).collect()
}

const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: upf, labels: {app: upf}}
spec:
  containers:
  - name: upf
    image: upf:1
    ports: [{containerPort: 2152, protocol: UDP}]
    resources: {limits: {cpu: 2, memory: 2Gi, hugepages-1Gi: 2Gi}}
    securityContext: {capabilities: {add: [NET_ADMIN]}}
";

#[test]
fn a_proper_pod_has_nothing() {
    assert_eq!(violations(POD), Vec::<String>::new());
}

#[test]
fn each_defect_is_named_with_its_field() {
    for (from, to, expected) in [
        ("app: upf", "app: true", "`metadata.labels.app`: expected text, found `true` or `false` without quotes"),
        ("name: upf\n    image", "image", "`spec.containers[0].name`: required field is missing"),
        ("ports: [", "port: [", "`spec.containers[0].port`: unknown field; did you mean `ports`?"),
        ("2152", "\"2152\"", "`spec.containers[0].ports[0].containerPort`: expected a whole number, found text"),
        ("2152", "99999", "`spec.containers[0].ports[0].containerPort`: expected a number from 1 to 65535"),
        ("UDP", "udp", "`spec.containers[0].ports[0].protocol`: expected one of `TCP`, `UDP`, `SCTP`"),
        (
            "memory: 2Gi",
            "memory: 2GB",
            "`spec.containers[0].resources.limits.memory`: expected a quantity such as `500m`, `2Gi` or `5G`, found text",
        ),
        (
            "[NET_ADMIN]",
            "NET_ADMIN",
            "`spec.containers[0].securityContext.capabilities.add`: expected a list, found text",
        ),
        ("{add", "{ad", "`spec.containers[0].securityContext.capabilities.ad`: unknown field; did you mean `add`?"),
    ] {
        assert_eq!(violations(&POD.replacen(from, to, 1)), [expected], "{to}");
    }
}

#[test]
fn everything_is_found_in_one_run() {
    let broken = POD.replace("2152", "0").replace("app: upf", "app: 1").replace("image:", "img:");
    assert_eq!(violations(&broken).len(), 3);
}

#[test]
fn null_is_absent() {
    assert_eq!(
        violations(
            "apiVersion: workload.nephio.org/v1alpha1\nkind: NFDeployment\nmetadata: {name: ric}\nspec: {provider: x, capacity: null}"
        ),
        Vec::<String>::new()
    );
    assert_eq!(
        violations(
            "apiVersion: req.nephio.org/v1alpha1\nkind: Interface\nmetadata: {name: n3}\nspec: {networkInstance: ~}"
        ),
        ["`spec.networkInstance`: required field is missing"]
    );
}

#[test]
fn aliases_and_merge_keys_are_followed() {
    let merged = "
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  <<: &more {a: text, b: 7}
  c: text
binaryData: *more
";
    assert_eq!(
        violations(merged),
        ["`data.b`: expected text, found a whole number", "`binaryData.b`: expected text, found a whole number"]
    );
}

#[test]
fn our_kinds_are_known_field_by_field() {
    let intent = "
apiVersion: orchestration.nephio-oran.io/v1alpha1
kind: NetworkSliceIntent
metadata: {name: gold}
spec:
  sliceTyp: eMBB
  plmns: [{mcc: 001, mnc: \"01\"}]
  service: {throughput: {dlPerSlice: {max: 20G}}}
";
    assert_eq!(
        violations(intent),
        [
            "`spec.sliceTyp`: unknown field; did you mean `sliceType`?",
            "`spec.plmns[0].mcc`: expected text, found a whole number"
        ]
    );
}

/// A short text that stands for a very large document is not walked to its end.
#[test]
fn alias_bombs_end() {
    let mut text =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  initContainers: &l0 [{name: x}]\n".to_owned();
    for level in 1..40 {
        let items = format!("*l{}, ", level - 1).repeat(10);
        text += &format!("  x{level}: &l{level} [{items}]\n");
    }
    text += "  containers: *l39\n";
    assert!(!violations(&text).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// The order of keys does not change what is found.
    #[test]
    fn the_order_of_keys_does_not_matter(order in Just(vec!["a: 1", "b: text", "c: true", "d: [x]", "e: {f: g}"]).prop_shuffle()) {
        let item = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{{}}}", order.join(", "));
        let mut found = violations(&item);
        found.sort();
        prop_assert_eq!(found.len(), 4);
        prop_assert!(found[0].starts_with("`data.a`"));
    }
}
