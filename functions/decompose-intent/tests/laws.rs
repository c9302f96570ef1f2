//! What holds for every intent: a second run changes nothing, the order of items does not matter, more demand never
//! gives less capacity.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use decompose_intent::DecomposeIntent;
use porchlight_api::req::Capacity;
use porchlight_api::{Object, Quantity};
use porchlight_krm::{FieldPath, Resource, ResourceList, run_text};
use proptest::prelude::*;

/// An intent as far as the laws care.
#[derive(Clone, Debug)]
struct Intent {
    name: String,
    slice_type: usize,
    devices: u64,
    downlink: u64,
    uplink: u64,
    /// Weights of the edge sites.
    weights: Vec<u64>,
    stack: &'static str,
    placement: &'static str,
    profile: &'static str,
}

impl Intent {
    fn item(&self) -> String {
        let (slice_type, sst) = [("eMBB", 1), ("URLLC", 2), ("mMTC", 3)][self.slice_type];
        let Self { name, devices, downlink, uplink, stack, placement, profile, .. } = self;
        let mut text = format!(
            "- apiVersion: orchestration.nephio-oran.io/v1alpha1\n  kind: NetworkSliceIntent\n  metadata:\n    \
             name: {name}\n    annotations: {{config.kubernetes.io/path: {name}.yaml}}\n  spec:\n    sliceType: {slice_type}\n    \
             snssai: {{sst: {sst}, sd: {name}}}\n    plmns: [{{mcc: '001', mnc: '01'}}]\n    service:\n      \
             maxNumberOfUEs: {devices}\n      throughput: {{dlPerSlice: {{max: {downlink}}}, ulPerSlice: {{max: {uplink}}}}}\n    \
             stack: {stack}\n    placement: {placement}\n    topology: {{profile: {profile}}}\n    sites:\n    \
             - {{name: regional, role: regional}}\n"
        );
        for (index, weight) in self.weights.iter().enumerate() {
            writeln!(text, "    - {{name: edge{index}, weight: {weight}}}").expect("a String takes everything");
        }
        text
    }
}

fn list(intents: &[Intent]) -> String {
    let items: String = intents.iter().map(Intent::item).collect();
    format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}")
}

fn intent(name: &'static str) -> impl Strategy<Value = Intent> {
    (
        0_usize..3,
        1_u64..1_000_000,
        1_u64..1_000_000_000_000,
        1_u64..1_000_000_000_000,
        prop::collection::vec(1_u64..100, 1..5),
        prop::sample::select(vec!["oai", "free5gc"]),
        prop::sample::select(vec!["inPackage", "packageVariant"]),
        prop::sample::select(vec!["core", "ran", "e2e"]),
    )
        .prop_map(|(slice_type, devices, downlink, uplink, weights, stack, placement, profile)| Intent {
            name: name.to_owned(),
            slice_type,
            devices,
            downlink,
            uplink,
            weights,
            stack,
            placement,
            profile,
        })
}

/// Capacities by namespace and name.
fn capacities(output: &str) -> BTreeMap<(String, String), Capacity> {
    let list = ResourceList::parse(output).expect("the output is a ResourceList");
    let capacities = list.items.iter().filter(|item| item.kind() == "Capacity");
    capacities
        .map(|item| {
            let Object { spec, .. } = item.typed::<Object<Capacity>>().expect("our own capacities read");
            ((item.namespace().to_owned(), item.name().to_owned()), spec)
        })
        .collect()
}

/// Generated objects with the intents each is of.
fn names(output: &str) -> BTreeSet<(String, String)> {
    let list = ResourceList::parse(output).expect("the output is a ResourceList");
    let generated = list.items.iter().filter(|item| item.kind() != "NetworkSliceIntent");
    // Whose a shared object is changes when one of its intents goes; it is the same object all the same.
    let owner = |item: &Resource| {
        let intents = item.annotation("orchestration.nephio-oran.io/intent").unwrap_or_default().to_owned();
        if intents.contains("aaaaaa") { "aaaaaa".to_owned() } else { intents }
    };
    generated.map(|item| (owner(item), format!("{}/{}/{}", item.kind(), item.namespace(), item.name()))).collect()
}

fn sorted(output: &str) -> String {
    let mut list = ResourceList::parse(output).expect("the output is a ResourceList");
    list.sort_items();
    list.to_text()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_second_run_changes_nothing(first in intent("aaaaaa"), second in intent("bbbbbb")) {
        let once = run_text::<DecomposeIntent>(&list(&[first, second]));
        prop_assert_eq!(once.exit_code, 0, "{}", once.stderr);
        let twice = run_text::<DecomposeIntent>(&once.stdout);
        prop_assert_eq!(once.stdout, twice.stdout);
    }

    #[test]
    fn the_order_of_items_does_not_matter(first in intent("aaaaaa"), second in intent("bbbbbb"), seed in any::<u64>()) {
        let once = run_text::<DecomposeIntent>(&list(&[first.clone(), second.clone()]));
        let swapped = run_text::<DecomposeIntent>(&list(&[second, first]));
        prop_assert_eq!(sorted(&once.stdout), sorted(&swapped.stdout));
        let mut shuffled = ResourceList::parse(&once.stdout).expect("the output is a ResourceList");
        let count = shuffled.items.len();
        shuffled.items.rotate_left(usize::try_from(seed).unwrap_or(1) % count);
        let again = run_text::<DecomposeIntent>(&shuffled.to_text());
        prop_assert_eq!(once.stdout, again.stdout);
    }

    #[test]
    fn more_demand_never_gives_less(
        mut intent in intent("aaaaaa"),
        devices in 0_u64..1000, downlink in 0_u64..1000, uplink in 0_u64..1000,
    ) {
        intent.placement = "inPackage";
        let less = capacities(&run_text::<DecomposeIntent>(&list(&[intent.clone()])).stdout);
        intent.devices += devices;
        intent.downlink += downlink;
        intent.uplink += uplink;
        let more = capacities(&run_text::<DecomposeIntent>(&list(&[intent])).stdout);
        prop_assert!(!less.is_empty());
        for (key, small) in less {
            let large = &more[&key];
            let rate = |quantity: Option<Quantity>| quantity.unwrap_or(Quantity::ZERO);
            prop_assert!(rate(large.max_downlink_throughput) >= rate(small.max_downlink_throughput));
            prop_assert!(rate(large.max_uplink_throughput) >= rate(small.max_uplink_throughput));
            prop_assert!(large.max_sessions >= small.max_sessions);
            prop_assert!(large.max_subscribers >= small.max_subscribers);
            prop_assert!(large.max_nf_connections >= small.max_nf_connections);
        }
    }

    /// A site or an intent that goes takes its own objects with it, and nothing else; one that comes back brings them back.
    #[test]
    fn what_goes_takes_only_its_own(first in intent("aaaaaa"), mut second in intent("bbbbbb"), shared in any::<bool>()) {
        // What they share, they must agree on.
        second.placement = first.placement;
        second.stack = first.stack;
        let together = |intents: &[Intent]| {
            let text = list(intents);
            let text = if shared { text.replace("    sites:", "    sharedSubnet: common\n    sites:") } else { text };
            text.replace("sliceType: URLLC\n", "sliceType: URLLC\n    sharing: SHARED\n")
        };
        let both = names(&run_text::<DecomposeIntent>(&together(&[first.clone(), second.clone()])).stdout);
        let one = names(&run_text::<DecomposeIntent>(&together(std::slice::from_ref(&first))).stdout);
        prop_assert!(one.is_subset(&both), "{:?}", one.difference(&both).collect::<Vec<_>>());
        let gone: Vec<&(String, String)> = both.difference(&one).collect();
        let is_of_second = |(intents, name): &(String, String)| intents.contains("bbbbbb") || name.contains("bbbbbb");
        // What they share may wait for a function that only the second brings: that order goes with it.
        let waits_for_second = |name: &str| {
            let waited_for = name.strip_prefix("Dependency/").and_then(|rest| rest.rsplit('/').next());
            let is_there = |part: &str| one.iter().any(|(_, name)| name.contains(&format!("/{part}-")));
            waited_for.is_some_and(|part| !is_there(part))
        };
        let of_second = |object: &&(String, String)| is_of_second(object) || waits_for_second(&object.1);
        prop_assert!(gone.iter().all(of_second), "{gone:?}");

        let mut fewer = first.clone();
        if fewer.weights.len() > 1 {
            fewer.weights.pop();
        }
        let last = format!("edge{}", first.weights.len() - 1);
        let remaining = names(&run_text::<DecomposeIntent>(&together(&[fewer])).stdout);
        prop_assert!(one.difference(&remaining).all(|(_, name)| name.contains(&last)) || first.weights.len() == 1);
    }

    /// Deactivating and activating again leaves no trace.
    #[test]
    fn reactivation_brings_everything_back(intent in intent("aaaaaa")) {
        let path = FieldPath::of(["spec", "adminState"]);
        let edited = |text: &str, edit: &dyn Fn(&mut Resource)| {
            let mut list = ResourceList::parse(text).expect("the output is a ResourceList");
            let intent = list.items.iter_mut().find(|item| item.kind() == "NetworkSliceIntent");
            edit(intent.expect("the intent is there"));
            list.results.clear();
            list.sort_items();
            list.to_text()
        };
        let active = run_text::<DecomposeIntent>(&list(&[intent])).stdout;
        let off = run_text::<DecomposeIntent>(&edited(&active, &|intent| {
            intent.set(&path, "DEACTIVATED");
        }));
        prop_assert_eq!(off.exit_code, 0, "{}", off.stderr);
        prop_assert_eq!(names(&off.stdout).len(), 1, "only the report stays");
        let back = run_text::<DecomposeIntent>(&edited(&off.stdout, &|intent| {
            intent.remove(&path);
        }));
        prop_assert_eq!(edited(&back.stdout, &|_| ()), edited(&active, &|_| ()));
    }

    /// A site that gets a larger weight never gets less to carry, and the others never more.
    #[test]
    fn weights_are_monotone(mut intent in intent("aaaaaa"), more in 1_u64..100) {
        intent.placement = "inPackage";
        intent.profile = "core";
        intent.slice_type = 0;
        // One user plane per site: how many a site needs is another matter.
        intent.downlink = intent.downlink.min(1_000_000_000);
        intent.uplink = intent.uplink.min(1_000_000_000);
        let before = capacities(&run_text::<DecomposeIntent>(&list(&[intent.clone()])).stdout);
        intent.weights[0] += more;
        let after = capacities(&run_text::<DecomposeIntent>(&list(&[intent])).stdout);
        for (key, old) in before.iter().filter(|((namespace, _), _)| namespace.contains("-upf-")) {
            let new = &after[key];
            let is_heavier = key.0.ends_with("edge0");
            let (more, less) = if is_heavier { (new, old) } else { (old, new) };
            prop_assert!(more.max_sessions >= less.max_sessions);
            let rates = |capacity: &Capacity| capacity.max_downlink_throughput.unwrap_or(Quantity::ZERO);
            prop_assert!(rates(more) >= rates(less));
        }
    }

    /// What a package variant hands on is enough to find its part of the slice again.
    #[test]
    fn every_variant_finds_its_part(mut intent in intent("aaaaaa"), far in 0_u32..300, nic in 1_u64..100) {
        intent.placement = "packageVariant";
        intent.downlink = intent.downlink.min(300_000_000_000);
        let text = list(&[intent]).replace("role: regional}", &format!("role: regional, nicBandwidth: {nic}G, distanceKm: {far}}}"));
        let text = text.replace("edge0, ", &format!("edge0, nicBandwidth: {nic}G, distanceKm: {far}, "));
        let outcome = run_text::<DecomposeIntent>(&text);
        let output = ResourceList::parse(&outcome.stdout).expect("the output is a ResourceList");
        for variant in output.items.iter().filter(|item| item.kind() == "PackageVariant") {
            let setting = |key: &str| variant.str_at(&format!("spec.pipeline.mutators[0].configMap.{key}"));
            let mut config = String::new();
            for key in ["intent", "networkFunction", "site", "instance"] {
                if let Some(value) = setting(key) {
                    writeln!(config, "    {key}: {value:?}").expect("a String takes everything");
                }
            }
            let inside = format!(
                "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  \
                 metadata: {{name: config}}\n  data:\n{config}items: []\n"
            );
            let outcome = run_text::<DecomposeIntent>(&inside);
            prop_assert_eq!(outcome.exit_code, 0, "{}: {}", variant.name(), outcome.stderr);
        }
    }

    /// Whatever people write into one field, the answer is a list of objects or a list of errors.
    #[test]
    fn every_value_has_an_answer(
        case in prop::sample::select(vec!["ran-oai-in-package", "expectations", "nest-urllc", "tmf921", "isolated-domain"]),
        line in any::<prop::sample::Index>(),
        value in prop_oneof![
            Just(String::new()), Just("null".to_owned()), Just("[]".to_owned()), Just("{}".to_owned()),
            Just("-1".to_owned()), Just("1e400".to_owned()), Just(".nan".to_owned()), Just("9223372036854775807".to_owned()),
            Just("99999999999999999999".to_owned()), Just("8E".to_owned()), "[a-zA-Z0-9./-]{1,70}",
        ],
    ) {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/functions/decompose-intent");
        let case = format!("{root}/{case}/input.yaml");
        let text = std::fs::read_to_string(case).expect("the case is there");
        let fields: Vec<usize> = text
            .lines()
            .enumerate()
            .skip_while(|(_, line)| !line.starts_with("  spec:"))
            .filter(|(_, line)| line.contains(": "))
            .map(|(index, _)| index)
            .collect();
        let chosen = *line.get(&fields);
        let edited: Vec<String> = text
            .lines()
            .enumerate()
            .map(|(index, line)| match line.split_once(": ") {
                Some((key, _)) if index == chosen => format!("{key}: {value}"),
                _ => line.to_owned(),
            })
            .collect();
        let outcome = run_text::<DecomposeIntent>(&edited.join("\n"));
        prop_assert_eq!(outcome.exit_code == 1, !outcome.stderr.is_empty());
        let list = ResourceList::parse(&outcome.stdout).expect("the output is a ResourceList");
        // A list that does not read has no items to give back.
        prop_assert!(outcome.exit_code == 0 || list.items.len() <= 1);
    }
}
