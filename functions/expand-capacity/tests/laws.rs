//! What holds for every package: a second run changes nothing, the order of items does not matter, more demand never gives
//! less, and it does not matter whether Nephio's nfdeploy-fn ran before or runs after.

use std::fmt::Write as _;

use expand_capacity::ExpandCapacity;
use porchlight_api::Quantity;
use porchlight_krm::{FieldPath, ResourceList, run_text};
use proptest::prelude::*;

/// A package as far as the laws care.
#[derive(Clone, Debug)]
struct Package {
    /// bit/s of each UPF's `Capacity`.
    rates: Vec<u64>,
    sessions: u64,
    demand: Option<u64>,
    percent: u64,
    headroom: Option<u64>,
    strategy: &'static str,
    profile: &'static str,
    allow_shrink: bool,
}

impl Package {
    fn text(&self) -> String {
        let mut text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n".to_owned();
        for (index, rate) in self.rates.iter().enumerate() {
            let name = format!("upf-edge{index}");
            write!(
                text,
                "- apiVersion: workload.nephio.org/v1alpha1\n  kind: NFDeployment\n  metadata:\n    name: {name}\n    \
                 namespace: ns{index}\n    annotations: {{config.kubernetes.io/path: {name}.yaml}}\n  \
                 spec: {{provider: upf.free5gc.io}}\n\
                 - apiVersion: req.nephio.org/v1alpha1\n  kind: Capacity\n  metadata:\n    name: dataplane\n    \
                 namespace: ns{index}\n    annotations:\n      config.kubernetes.io/path: capacity{index}.yaml\n      \
                 specializer.nephio.org/owner: workload.nephio.org/v1alpha1.NFDeployment.{name}\n  \
                 spec: {{maxDownlinkThroughput: {rate}, maxUplinkThroughput: 1G, maxSessions: {}}}\n",
                self.sessions
            )
            .expect("a String takes everything");
        }
        let Self { demand, percent, headroom, strategy, profile, allow_shrink, .. } = self;
        let demand = demand.map_or_else(String::new, |rate| format!("    demand: {{dlThroughput: {rate}}}\n"));
        let headroom = headroom.map_or_else(String::new, |percent| format!(", headroomPercent: {percent}"));
        write!(
            text,
            "- apiVersion: orchestration.nephio-oran.io/v1alpha1\n  kind: CapacityExpansion\n  metadata:\n    name: growth\n    \
             annotations: {{config.kubernetes.io/path: expansion.yaml}}\n  spec:\n{demand}    \
             growth: {{percent: {percent}{headroom}}}\n    strategy: {strategy}\n    sizingProfileRef: {profile}\n    \
             allowShrink: {allow_shrink}\n"
        )
        .expect("a String takes everything");
        text
    }
}

fn package() -> impl Strategy<Value = Package> {
    (
        // Whole thousands too, which Kubernetes writes in another way.
        prop::collection::vec(prop_oneof![1_u64..15_000_000_000, (1_u64..15_000_000).prop_map(|k| k * 1000)], 1..3),
        0_u64..120_000,
        prop::option::of(1_u64..25_000_000_000),
        0_u64..100,
        prop::option::of(0_u64..100),
        prop::sample::select(vec!["auto", "horizontal"]),
        prop::sample::select(vec!["operator-reference", "linear-dpdk", "kernel-socket"]),
        any::<bool>(),
    )
        .prop_map(|(rates, sessions, demand, percent, headroom, strategy, profile, allow_shrink)| Package {
            rates,
            sessions,
            demand,
            percent,
            headroom,
            strategy,
            profile,
            allow_shrink,
        })
}

/// The result, or `None` where the package is refused.
fn run(text: &str) -> Option<String> {
    let outcome = run_text::<ExpandCapacity>(text);
    (outcome.exit_code == 0).then_some(outcome.stdout)
}

/// As nfdeploy-fn does: every NFDeployment gets the values of its `Capacity`.
fn nfdeploy(text: &str) -> String {
    let mut list = ResourceList::parse(text).expect("it is there and reads");
    let capacities: Vec<_> = list.items.iter().filter(|item| item.kind() == "Capacity").cloned().collect();
    for item in list.items.iter_mut().filter(|item| item.kind() == "NFDeployment") {
        let owner = format!("workload.nephio.org/v1alpha1.NFDeployment.{}", item.name());
        let own =
            capacities.iter().find(|capacity| capacity.annotation("specializer.nephio.org/owner") == Some(&*owner));
        for field in ["maxDownlinkThroughput", "maxUplinkThroughput"] {
            if let Some(value) = own.and_then(|own| own.str_at(&format!("spec.{field}"))) {
                let value: Quantity = value.parse().expect("it is there and reads");
                item.set(&FieldPath::of(["spec", "capacity", field]), &value);
            }
        }
    }
    list.to_text()
}

/// The values of all `Capacity` objects and NFDeployments.
fn values(text: &str) -> Vec<String> {
    let list = ResourceList::parse(text).expect("it is there and reads");
    let mut values: Vec<String> = list
        .items
        .iter()
        .filter(|item| ["Capacity", "NFDeployment"].contains(&item.kind()))
        .map(|item| {
            let at = if item.kind() == "Capacity" { "spec" } else { "spec.capacity" };
            let fields = ["maxDownlinkThroughput", "maxUplinkThroughput", "maxSessions"];
            let fields = fields.map(|field| item.str_at(&format!("{at}.{field}")).unwrap_or("-").to_owned());
            format!("{} {}", item.id(), fields.join(" "))
        })
        .collect();
    values.sort();
    values
}

fn deployments(text: &str) -> usize {
    ResourceList::parse(text)
        .expect("it is there and reads")
        .items
        .iter()
        .filter(|item| item.kind() == "NFDeployment")
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn a_second_run_changes_nothing(package in package()) {
        let Some(once) = run(&package.text()) else { return Ok(()) };
        prop_assert_eq!(run(&once), Some(once));
    }

    #[test]
    fn the_order_of_items_does_not_matter(package in package()) {
        let text = package.text();
        let mut reversed = ResourceList::parse(&text).expect("it is there and reads");
        reversed.items.reverse();
        let sorted = |text: Option<String>| {
            text.map(|text| {
                let mut list = ResourceList::parse(&text).expect("it is there and reads");
                list.sort_items();
                list.to_text()
            })
        };
        prop_assert_eq!(sorted(run(&text)), sorted(run(&reversed.to_text())));
    }

    #[test]
    fn nfdeploy_before_or_after_gives_the_same(package in package()) {
        let text = package.text();
        let Some(once) = run(&text) else { return Ok(()) };
        let before = run(&nfdeploy(&text)).expect("nfdeploy-fn makes nothing wrong");
        let after = nfdeploy(&once);
        prop_assert_eq!(values(&before), values(&after));
        prop_assert_eq!(run(&after), Some(once));
    }

    #[test]
    fn without_the_expansion_everything_returns(package in package()) {
        let mut list = ResourceList::parse(&package.text()).expect("it is there and reads");
        let with = list.to_text();
        list.items.retain(|item| item.kind() != "CapacityExpansion");
        let Some(without) = run(&list.to_text()) else { return Ok(()) };
        let Some(expanded) = run(&with) else { return Ok(()) };
        let mut expanded = ResourceList::parse(&expanded).expect("it is there and reads");
        expanded.items.retain(|item| item.kind() != "CapacityExpansion");
        expanded.results.clear();
        prop_assert_eq!(values(&run(&expanded.to_text()).expect("it is there and reads")), values(&without));
    }

    #[test]
    fn more_demand_never_gives_less(package in package(), more in 0_u64..40_000_000_000) {
        let demand = package.demand.unwrap_or(1_000_000_000);
        let with = |demand| Package { demand: Some(demand), rates: vec![1], ..package.clone() };
        let (Some(less), Some(greater)) = (run(&with(demand).text()), run(&with(demand + more).text())) else {
            return Ok(());
        };
        prop_assert!(deployments(&greater) >= deployments(&less));
        let carried: u64 = ResourceList::parse(&greater)
            .expect("it is there and reads")
            .items
            .iter()
            .filter_map(|item| item.str_at("spec.capacity.maxDownlinkThroughput"))
            .map(|rate| rate.parse::<Quantity>().expect("it is there and reads").ceil().expect("it is there and reads"))
            .sum();
        prop_assert!(carried >= demand + more);
    }
}

#[test]
fn no_number_overflows() {
    let largest = Package {
        rates: vec![1_000_000_000_000_000; 2],
        sessions: 10_000_000_000,
        demand: Some(1_000_000_000_000_000),
        percent: 1000,
        headroom: Some(200),
        strategy: "auto",
        profile: "linear-dpdk",
        allow_shrink: false,
    };
    let outcome = run_text::<ExpandCapacity>(&largest.text());
    assert_eq!(outcome.exit_code, 1);
    assert!(outcome.stderr.lines().all(|line| line.starts_with("[SIZING_LIMIT_EXCEEDED] ")), "{}", outcome.stderr);
}
