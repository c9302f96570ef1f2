//! The acceptance runs of the function, and the numbers of the worked example.

use std::fs;

use decompose_intent::DecomposeIntent;
use porchlight_api::intent_report::IntentReport;
use porchlight_api::req::{Capacity, DataNetwork};
use porchlight_api::{Object, Quantity};
use porchlight_krm::{FieldPath, Outcome, Resource, ResourceList, Severity, annotations, run_text};

fn testdata(path: &str) -> String {
    let path = format!("{}/../../testdata/{path}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn run(input: &str) -> (Outcome, ResourceList) {
    let outcome = run_text::<DecomposeIntent>(input);
    let list = ResourceList::parse(&outcome.stdout).expect("the output is a ResourceList");
    (outcome, list)
}

fn count(list: &ResourceList, kind: &str) -> usize {
    list.items.iter().filter(|item| item.kind() == kind).count()
}

#[test]
fn an_embb_intent_becomes_its_objects() {
    let (outcome, list) = run(&testdata("embb/rl.yaml"));
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    let deployments: Vec<&str> =
        list.items.iter().filter(|item| item.kind() == "NFDeployment").map(Resource::name).collect();
    assert_eq!(deployments, ["smf-regional", "upf-edge01", "upf-edge02"]);
    assert_eq!(count(&list, "Capacity"), 3);
    assert_eq!(count(&list, "CoverageExpansion"), 1);
    assert!(outcome.stdout.contains("plmnInfo:"));
    for item in list.items.iter().filter(|item| item.kind() != "NetworkSliceIntent") {
        assert!(item.file().0.is_some(), "{} has no path", item.id());
        assert!(item.annotation(annotations::ORIGIN).is_some(), "{} has no origin", item.id());
        // Nephio's nad-fn does not see networks that are owned.
        let owned = item.annotation("specializer.nephio.org/owner").is_some();
        assert_eq!(owned, item.kind() != "Network", "{}", item.id());
    }
}

#[test]
fn a_second_run_changes_nothing_and_says_nothing_worse_than_info() {
    let (first, _) = run(&testdata("embb/rl.yaml"));
    let (second, list) = run(&first.stdout);
    assert_eq!(first.stdout, second.stdout);
    assert!(list.results.iter().all(|finding| finding.severity == Severity::Info), "{:?}", list.results);
}

#[test]
fn a_wrong_sst_is_one_error_with_its_place() {
    let (outcome, list) = run(&testdata("embb/rl.yaml").replace("sst: 1", "sst: 300"));
    assert_eq!(outcome.exit_code, 1);
    let [finding] = list.results.as_slice() else { panic!("{:?}", list.results) };
    assert_eq!(finding.severity, Severity::Error);
    let field = finding.field.as_ref().expect("the finding names a field");
    assert_eq!((field.path.as_str(), field.current_value.as_deref()), ("spec.snssai.sst", Some("300")));
    assert_eq!(finding.file.as_ref().map(|file| file.path.as_str()), Some("intent.yaml"));
    assert!(outcome.stderr.starts_with("[INTENT_DECOMPOSE_FAILED] "), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(" (intent: NetworkSliceIntent) - "), "{}", outcome.stderr);
}

/// Derived values of the report by scope and name.
fn derived(list: &ResourceList, scope: &str, name: &str) -> String {
    let report = list.items.iter().find(|item| item.kind() == "IntentReport").expect("there is a report");
    let values = FieldPath::of(["spec", "derived"]);
    (0..)
        .map(|index| values.index(index))
        .take_while(|value| report.at(value).is_some())
        .find(|value| {
            report.str_at(&value.key("scope").to_string()) == Some(scope)
                && report.str_at(&value.key("name").to_string()) == Some(name)
        })
        .and_then(|value| report.str_at(&value.key("value").to_string()))
        .unwrap_or_else(|| panic!("no value `{name}` for `{scope}`"))
        .to_owned()
}

fn assert_derived(list: &ResourceList, expected: &[(&str, &str, &str)]) {
    for (scope, name, value) in expected {
        assert_eq!(derived(list, scope, name), *value, "{scope} {name}");
    }
}

#[test]
fn the_worked_example_comes_to_its_numbers() {
    let demand = [
        ("slice", "downlink", "24G bit/s"),
        ("slice", "uplink", "6G bit/s"),
        ("slice", "subscribers", "24000"),
        ("slice", "sessions", "32400"),
        ("slice", "packetRate", "5357143 packets/s"),
        ("edge01", "downlink", "14400M bit/s"),
        ("edge01", "uplink", "3600M bit/s"),
        ("edge01", "sessions", "19440"),
        ("edge01", "pool internet/pool1", "/17"),
        ("edge01", "packetRate", "3214286 packets/s"),
        ("edge01", "wireRate", "20108571429 bit/s of 25G bit/s"),
        ("edge01", "upf on dedicated cores", "3 workers, 4 CPU, 2304Mi memory, 2Gi hugepages, 2 VFs per instance"),
        ("edge02", "downlink", "9600M bit/s"),
        ("edge02", "uplink", "2400M bit/s"),
        ("edge02", "sessions", "12960"),
        ("edge02", "pool internet/pool1", "/18"),
        ("edge02", "packetRate", "2142858 packets/s"),
        ("edge02", "wireRate", "13405714286 bit/s of 25G bit/s"),
        ("edge02", "upf on dedicated cores", "2 workers, 3 CPU, 2304Mi memory, 2Gi hugepages, 2 VFs per instance"),
    ];
    let (_, oai) = run(&testdata("functions/decompose-intent/embb-oai/input.yaml"));
    let (_, free5gc) = run(&testdata("functions/decompose-intent/embb-free5gc/input.yaml"));
    for list in [&oai, &free5gc] {
        assert_derived(list, &demand);
        assert_eq!(count(list, "PackageVariant"), 4);
        assert_eq!(count(list, "Network"), 3);
        assert_eq!(count(list, "IntentReport"), 1);
    }
    assert_derived(
        &free5gc,
        &[
            ("regional", "amf pod", "300m CPU, 256Mi memory"),
            ("regional", "smf pod", "500m CPU, 512Mi memory"),
            ("edge01", "upf pod", "1000m CPU, 1Gi memory"),
            ("edge02", "upf pod", "1000m CPU, 1Gi memory"),
        ],
    );
    let unsupported = |list: &ResourceList| {
        let warnings = list.results.iter().filter(|finding| finding.severity == Severity::Warning);
        warnings
            .map(|finding| finding.field.as_ref().map_or("", |field| field.path.as_str()).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(unsupported(&free5gc), ["spec.plmns[0]", "spec.snssai"]);
    assert_eq!(unsupported(&oai), [""; 0]);
}

#[test]
fn the_worked_example_in_the_package_declares_its_capacities() {
    for stack in ["oai", "free5gc"] {
        let (_, list) = run(&testdata(&format!("functions/decompose-intent/embb-{stack}-in-package/input.yaml")));
        assert_eq!((count(&list, "NFDeployment"), count(&list, "Capacity"), count(&list, "Namespace")), (4, 4, 4));
        assert_eq!(count(&list, "NFConfig"), if stack == "oai" { 4 } else { 0 });
        let field = |namespace: &str, field: &str| {
            let capacity = list.items.iter().find(|item| item.kind() == "Capacity" && item.namespace() == namespace);
            capacity.and_then(|item| item.str_at(&format!("spec.{field}"))).unwrap_or_default().to_owned()
        };
        assert_eq!(field("gold-amf-regional", "maxSubscribers"), "24000");
        assert_eq!(field("gold-smf-regional", "maxSessions"), "32400");
        assert_eq!(field("gold-smf-regional", "maxNFConnections"), "2");
        assert_eq!(field("gold-upf-edge01", "maxDownlinkThroughput"), "14400M");
        assert_eq!(field("gold-upf-edge01", "maxUplinkThroughput"), "3600M");
        assert_eq!(field("gold-upf-edge02", "maxDownlinkThroughput"), "9600M");
        assert_eq!(field("gold-upf-edge02", "maxUplinkThroughput"), "2400M");
    }
}

#[test]
fn a_low_latency_slice_comes_to_its_numbers() {
    let (_, list) = run(&testdata("functions/decompose-intent/urllc-oai/input.yaml"));
    assert_derived(
        &list,
        &[
            ("slice", "fiveQi", "82"),
            ("slice", "availability", "99.999 %"),
            ("slice", "latency", "10 ms"),
            ("slice", "subscribers", "600"),
            ("slice", "sessions", "810"),
            ("slice", "packetRate", "585938 packets/s"),
            ("edge01", "sessions", "810"),
            ("edge01", "pool plant/pool1", "/22"),
            ("edge01", "upf instances", "2"),
            ("edge01", "corePath", "0.5 ms of 1 ms"),
            ("edge01", "wireRate", "1584375k bit/s of 25G bit/s"),
            ("regional", "smf peers", "2"),
        ],
    );
}

#[test]
fn a_massive_slice_comes_to_its_numbers() {
    let (_, list) = run(&testdata("functions/decompose-intent/mmtc-oai/input.yaml"));
    assert_derived(
        &list,
        &[
            ("slice", "fiveQi", "79"),
            ("slice", "subscribers", "240000"),
            ("slice", "sessions", "324000"),
            ("slice", "packetRate", "1500000 packets/s"),
            ("regional", "sessions", "324000"),
            ("regional", "pool iot/pool1", "/13"),
            ("regional", "upf instances", "1"),
            ("regional", "wireRate", "2184M bit/s of 25G bit/s"),
            (
                "regional",
                "upf on dedicated cores",
                "1 workers, 2 CPU, 2816Mi memory, 2Gi hugepages, 2 VFs per instance",
            ),
        ],
    );
}

/// Whatever number stands in a generated requirement stands in the report, with its rule and source.
#[test]
fn every_number_is_traceable() {
    let cases = ["embb-oai", "embb-free5gc", "urllc-oai", "mmtc-oai", "shared-subnet"];
    for case in cases.map(|case| format!("functions/decompose-intent/{case}-in-package/input.yaml")) {
        let (_, list) = run(&testdata(&case));
        let mut known: Vec<String> = Vec::new();
        for report in list.items.iter().filter(|item| item.kind() == "IntentReport") {
            let report: Object<IntentReport> = report.typed().expect("our own report reads");
            for value in report.spec.derived {
                assert!(
                    !value.rule.is_empty() && !value.source.is_empty(),
                    "{case}: {} of {}",
                    value.name,
                    value.scope
                );
                known.extend(value.value.split([' ', ',']).map(str::to_owned));
                // Shared capacities are listed field by field.
                known.extend(value.value.split([' ', '/']).map(str::to_owned));
            }
        }
        let is_known = |number: &str| known.iter().any(|value| value == number);
        let plain = |quantity: Quantity| quantity.to_string();
        for item in list.items.iter().filter(|item| item.kind() == "Capacity") {
            let Object { spec, .. } = item.typed::<Object<Capacity>>().expect("our own capacities read");
            let counts = [spec.max_sessions, spec.max_subscribers, spec.max_nf_connections.map(u64::from)];
            let as_quantity = |count: u64| Quantity::from_integer(count).map(plain).unwrap_or_default();
            for count in counts.into_iter().flatten() {
                assert!(
                    is_known(&count.to_string()) || is_known(&as_quantity(count)),
                    "{case}: {count} of {}",
                    item.id()
                );
            }
            for rate in [spec.max_uplink_throughput, spec.max_downlink_throughput].into_iter().flatten() {
                assert!(is_known(&plain(rate)), "{case}: {rate} of {}", item.id());
            }
        }
        for item in list.items.iter().filter(|item| item.kind() == "DataNetwork") {
            let Object { spec, .. } = item.typed::<Object<DataNetwork>>().expect("our own data networks read");
            for pool in spec.pools {
                assert!(is_known(&format!("/{}", pool.prefix_length)), "{case}: {} of {}", pool.name, item.id());
            }
        }
    }
}
