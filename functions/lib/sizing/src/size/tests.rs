use porchlight_api::Quantity;
use porchlight_api::capacity_expansion::Strategy;
use porchlight_yaml::order::SortedMap;
use proptest::prelude::*;

use super::{MAX_INSTANCES, Size, SizeError, Wishes, size};
use crate::load::Load;
use crate::profile;

const G: u64 = 1_000_000_000;

fn load(downlink: u64, uplink: u64, sessions: u64) -> Load {
    Load {
        uplink: Some(uplink),
        downlink: Some(downlink),
        sessions: Some(sessions),
        packet_bytes: 700,
        ..Load::default()
    }
}

fn sized(profile: &str, provider: &str, load: Load, wishes: Wishes) -> Result<Size, SizeError> {
    let nf_type = provider.split('.').next().unwrap();
    let rule = profile::rule(&profile::named(profile).unwrap().spec, nf_type, Some(provider)).unwrap();
    size(rule, profile, "upf", load, wishes)
}

fn text(size: &Size) -> String {
    let limits: Vec<String> = size.limits.iter().map(|(name, amount)| format!("{name} {amount}")).collect();
    format!("{} × {}", size.instances, limits.join(", "))
}

#[test]
fn the_reference_operator_steps_once_and_then_there_are_more_of_it() {
    let upf =
        |rate| text(&sized("operator-reference", "upf.free5gc.io", load(rate, rate, 0), Wishes::default()).unwrap());
    assert_eq!(upf(5 * G), "1 × cpu 500m, memory 512Mi");
    assert_eq!(upf(20 * G), "1 × cpu 1, memory 1Gi");
    assert_eq!(upf(200 * G), "10 × cpu 1, memory 1Gi");
}

#[test]
fn a_dpdk_user_plane_grows_by_workers_and_then_in_number() {
    let upf = |load| text(&sized("linear-dpdk", "upf", load, Wishes::default()).unwrap());
    let size = |count: u64, cpu: u64, memory: &str| {
        format!("{count} × cpu {cpu}, hugepages-1Gi 2Gi, intel.com/intel_sriov_vfio 2, memory {memory}")
    };
    assert_eq!(upf(load(14_400_000_000, 3_600_000_000, 19_440)), size(1, 4, "2304Mi"));
    assert_eq!(upf(load(9_600_000_000, 2_400_000_000, 12_960)), size(1, 3, "2304Mi"));
    assert_eq!(upf(load(20 * G, 20 * G, 120_000)), size(3, 3, "2304Mi"));
    assert_eq!(upf(load(0, 0, 0)), size(1, 2, "2Gi"));
}

#[test]
fn calculations_say_what_happened() {
    let size = sized("linear-dpdk", "upf", load(20 * G, 20 * G, 120_000), Wishes::default()).unwrap();
    let texts: Vec<String> = size
        .derived
        .iter()
        .map(|value| format!("{} {} = {}", value.name, value.value, value.calculation.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        texts,
        [
            "instances 3 instances = max(ceil(120000 sessions / 50000), ceil(40G bit/s / 25G))",
            "cpu 3 = 1 + 1 × 2 workers; workers = max(ceil(13333333334 bit/s / 8500M), ceil(2380953 packets/s / 3000000), 1)",
            "hugepages-1Gi 2Gi = 2Gi + 1Gi × ceil((2 workers − 4) / 4); workers = max(ceil(13333333334 bit/s / 8500M), ceil(2380953 packets/s / 3000000), 1)",
            "intel.com/intel_sriov_vfio 2 = 2",
            "memory 2304Mi = 2Gi + 2Ki × 40000 sessions, up to a multiple of 256Mi",
        ]
    );
}

#[test]
fn strategies_and_spares() {
    let reference = |rate, strategy, spare| {
        let wishes = Wishes { strategy, spare, min_instances: 1 };
        sized("operator-reference", "upf.free5gc.io", load(rate, rate, 0), wishes).map(|size| text(&size))
    };
    assert_eq!(reference(20 * G, Strategy::Horizontal, 0).unwrap(), "4 × cpu 500m, memory 512Mi");
    assert_eq!(reference(20 * G, Strategy::Vertical, 0).unwrap(), "1 × cpu 1, memory 1Gi");
    assert_eq!(
        reference(21 * G, Strategy::Vertical, 0).unwrap_err().to_string(),
        "one instance cannot carry 21G bit/s downlink (at most 20G bit/s downlink)"
    );
    assert_eq!(reference(20 * G, Strategy::Auto, 1).unwrap(), "2 × cpu 1, memory 1Gi");
}

#[test]
fn no_load_is_too_large_to_be_answered() {
    let most = load(u64::MAX, u64::MAX, u64::MAX);
    for profile in profile::built_in() {
        for rule in &profile.spec.rules {
            match size(rule, "", "", most, Wishes::default()) {
                Ok(size) => assert!(size.instances <= MAX_INSTANCES),
                Err(SizeError::TooMany { needed, allowed, .. }) => assert!(needed > allowed),
                Err(error) => panic!("{}: {error}", rule.nf_type),
            }
        }
    }
}

fn totals(size: &Size) -> SortedMap<String, Quantity> {
    size.limits.keys().map(|name| (name.clone(), size.total(name).unwrap())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn more_load_never_gives_less(
        downlink in 0_u64..90 * G, uplink in 0_u64..90 * G, sessions in 0_u64..300_000, cells in 0_u64..2_000,
        more in (0_u64..30 * G, 0_u64..30 * G, 0_u64..30_000, 0_u64..50),
        horizontal in any::<bool>(), spare in 0_u64..2,
    ) {
        let strategy = if horizontal { Strategy::Horizontal } else { Strategy::Auto };
        let wishes = Wishes { strategy, spare, min_instances: 1 };
        let less = Load { cells: Some(cells), subscribers: Some(sessions), ..load(downlink, uplink, sessions) };
        let greater = Load {
            cells: Some(cells + more.3),
            subscribers: Some(sessions + more.2),
            ..load(downlink + more.0, uplink + more.1, sessions + more.2)
        };
        for profile in profile::built_in() {
            for rule in &profile.spec.rules {
                let (Ok(small), Ok(large)) = (size(rule, "", "", less, wishes), size(rule, "", "", greater, wishes)) else {
                    continue;
                };
                prop_assert!(large.instances >= small.instances, "{}", rule.nf_type);
                for (name, total) in totals(&small) {
                    prop_assert!(large.total(&name).unwrap() >= total, "{} {name}: {small:?} {large:?}", rule.nf_type);
                }
                let carried = small.each.metric(porchlight_api::sizing_profile::Metric::MaxDownlinkThroughput, 0);
                prop_assert!(carried * (small.instances - spare) >= downlink);
            }
        }
    }
}
