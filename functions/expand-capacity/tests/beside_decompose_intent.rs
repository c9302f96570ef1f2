//! With decompose-intent in one pipeline, in either order: after the first round a further one changes nothing, and both
//! orders end at the same values.

use decompose_intent::DecomposeIntent;
use expand_capacity::ExpandCapacity;
use porchlight_krm::{Function, ResourceList, run_text};

fn intent() -> String {
    "apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: orchestration.nephio-oran.io/v1alpha1
  kind: NetworkSliceIntent
  metadata:
    name: gold
    annotations: {config.kubernetes.io/path: intent.yaml}
  spec:
    sliceType: eMBB
    snssai: {sst: 1, sd: \"000001\"}
    plmns: [{mcc: \"001\", mnc: \"01\"}]
    service:
      maxNumberOfUEs: 20000
      throughput: {dlPerSlice: {max: 4G}, ulPerSlice: {max: 1G}}
    sites:
    - {name: regional, role: regional}
    - {name: edge01, weight: 60}
    - {name: edge02, weight: 40}
    stack: free5gc
    placement: inPackage
- apiVersion: orchestration.nephio-oran.io/v1alpha1
  kind: CapacityExpansion
  metadata:
    name: growth
    annotations: {config.kubernetes.io/path: expansion.yaml}
  spec:
    growth: {percent: 150}
"
    .to_owned()
}

fn run<F: Function>(text: &str) -> String {
    let outcome = run_text::<F>(text);
    assert_eq!(outcome.exit_code, 0, "{}: {}", F::NAME, outcome.stderr);
    // The host takes the results; the next function does not get them.
    let mut list = ResourceList::parse(&outcome.stdout).expect("a list");
    list.results.clear();
    list.sort_items();
    list.to_text()
}

fn capacities(text: &str) -> Vec<String> {
    let list = ResourceList::parse(text).expect("a list");
    let mut values: Vec<String> = list
        .items
        .iter()
        .filter(|item| ["Capacity", "NFDeployment"].contains(&item.kind()))
        .map(|item| {
            let at = if item.kind() == "Capacity" { "spec" } else { "spec.capacity" };
            let fields = ["maxDownlinkThroughput", "maxUplinkThroughput", "maxSessions", "maxSubscribers"];
            let fields = fields.map(|field| item.str_at(&format!("{at}.{field}")).unwrap_or("-").to_owned());
            format!("{} {}", item.id(), fields.join(" "))
        })
        .collect();
    values.sort();
    values
}

#[test]
fn further_rounds_change_nothing_and_the_order_does_not_matter() {
    let round = |text: &str| run::<ExpandCapacity>(&run::<DecomposeIntent>(text));
    let first = round(&intent());
    assert_eq!(round(&first), first, "decompose-intent, expand-capacity: a second round");
    // The other way round the objects are there only after the first round.
    let mut other = intent();
    for _ in 0..3 {
        other = run::<DecomposeIntent>(&run::<ExpandCapacity>(&other));
    }
    assert_eq!(capacities(&run::<ExpandCapacity>(&other)), capacities(&first));
    let edge01 =
        capacities(&first).into_iter().find(|line| line.contains("gold-upf-edge01") && line.contains("Capacity"));
    let edge01 = edge01.expect("a capacity of the user plane at edge01");
    assert!(edge01.contains(" 7200M 1800M "), "4G × 1.2 headroom × 60 % × 2.5 growth: {edge01}");
}
