use proptest::prelude::*;

use porchlight_api::req::Capacity;

use super::pool::PoolPrefix;
use super::user_plane::dpdk_size;
use super::*;

fn stated(devices: u64, downlink: u64, uplink: u64) -> StatedDemand {
    StatedDemand { devices, sessions: None, downlink, uplink }
}

#[test]
fn embedded_data_reads_and_names_its_sources() {
    let figures = porchlight_yaml::serde::from_text::<Figures>(include_str!("../data/figures.yaml"));
    assert_eq!(figures.as_ref().err(), None);
    let figures = include_str!("../data/figures.yaml").lines().filter(|line| !line.starts_with('#'));
    for line in figures {
        let source = line.split_once("source: \"").map(|(_, source)| source.trim_end_matches(['"', ' ', '}']));
        assert!(source.is_some_and(|source| source.len() >= 8), "{line}");
    }
}

/// The worked example: 20 000 devices, 20G down, 5G up, split 60 to 40.
fn example() -> (Demand, Demand, Demand) {
    let slice = stated(20_000, 20_000_000_000, 5_000_000_000).planned(Figures::get());
    (slice, slice.share(60, 100), slice.share(40, 100))
}

#[test]
fn demand_of_the_worked_example() {
    let (slice, edge01, edge02) = example();
    assert_eq!(
        slice,
        Demand { downlink: 24_000_000_000, uplink: 6_000_000_000, subscribers: 24_000, sessions: 32_400 }
    );
    assert_eq!((edge01.downlink, edge01.uplink, edge01.sessions), (14_400_000_000, 3_600_000_000, 19_440));
    assert_eq!((edge02.downlink, edge02.uplink, edge02.sessions), (9_600_000_000, 2_400_000_000, 12_960));
}

#[test]
fn rates_of_the_worked_example() {
    let figures = Figures::get();
    let (slice, edge01, edge02) = example();
    assert_eq!(slice.packets_per_second(700), 5_357_143);
    assert_eq!(edge01.packets_per_second(700), 3_214_286);
    assert_eq!(edge02.packets_per_second(700), 2_142_858);
    assert_eq!(edge01.wire_rate(700, figures), 20_108_571_429);
    assert_eq!(edge02.wire_rate(700, figures), 13_405_714_286);
}

#[test]
fn pools_of_the_worked_example() {
    let figures = Figures::get();
    assert_eq!(pool::ipv4(19_440, 1, figures), PoolPrefix { length: 17, too_small: false });
    assert_eq!(pool::ipv4(12_960, 1, figures), PoolPrefix { length: 18, too_small: false });
    assert_eq!(pool::ipv4(0, 1, figures).length, 30);
    assert_eq!(pool::ipv4(20_000_000, 1, figures), PoolPrefix { length: 8, too_small: true });
    assert_eq!(pool::ipv4(20_000_000, 2, figures), PoolPrefix { length: 8, too_small: false });
    assert_eq!(pool::ipv6(1, 1, figures).length, 63);
    assert_eq!(pool::ipv6(19_440, 1, figures).length, 49);
}

#[test]
fn dpdk_user_planes_of_the_worked_example() {
    let (_, edge01, edge02) = example();
    let text = |demand| {
        let size = dpdk_size(demand, 700);
        format!("{} {} {} {} {}", size.workers, size.cpus, size.memory, size.hugepages, size.virtual_functions)
    };
    assert_eq!(text(edge01), "3 4 2304Mi 2Gi 2");
    assert_eq!(text(edge02), "2 3 2304Mi 2Gi 2");
}

#[test]
fn operators_step_once() {
    let pod = |provider: &str, capacity: &Capacity| {
        let size = operator::of(provider).unwrap().pod_size(capacity).unwrap();
        format!("{}/{}", size.cpu, size.memory)
    };
    let throughput =
        |text: &str| Capacity { max_downlink_throughput: Some(text.parse().unwrap()), ..Capacity::default() };
    assert_eq!(pod("upf.free5gc.io", &throughput("5G")), "500m/512Mi");
    assert_eq!(pod("upf.free5gc.io", &throughput("5000000001")), "1/1Gi");
    let smf = |sessions, peers| Capacity {
        max_sessions: Some(sessions),
        max_nf_connections: Some(peers),
        ..Capacity::default()
    };
    assert_eq!(pod("smf.free5gc.io", &smf(999, 9)), "100m/128Mi");
    assert_eq!(pod("smf.free5gc.io", &smf(999, 10)), "500m/512Mi");
    assert_eq!(pod("smf.free5gc.io", &smf(1000, 9)), "500m/512Mi");
    let amf = |subscribers| Capacity { max_subscribers: Some(subscribers), ..Capacity::default() };
    assert_eq!(pod("amf.free5gc.io", &amf(1000)), "150m/128Mi");
    assert_eq!(pod("amf.free5gc.io", &amf(1001)), "300m/256Mi");
    assert_eq!(pod("upf.openairinterface.org", &throughput("200G")), "100m/512Mi");
}

#[test]
fn quotas_leave_room_for_a_rolling_update() {
    let figures = Figures::get();
    assert_eq!(quota::requests("1000m".parse().unwrap(), figures).unwrap().to_string(), "1250m");
    assert_eq!(quota::requests("1Gi".parse().unwrap(), figures).unwrap().to_string(), "1280Mi");
    assert_eq!(quota::pods(1, figures), 2);
}

proptest! {
    #[test]
    fn more_demand_never_gives_less(
        devices in 0_u64..10_000_000, more_devices in 0_u64..1000,
        rate in 0_u64..1 << 50, more_rate in 0_u64..1000,
        weight in 0_u64..1000, others in 1_u64..1000, pools in 1_u64..4,
    ) {
        let figures = Figures::get();
        let at_site = |devices, rate| stated(devices, rate, rate / 2).planned(figures).share(weight, weight + others);
        let (less, more) = (at_site(devices, rate), at_site(devices + more_devices, rate + more_rate));
        prop_assert!(more.downlink >= less.downlink && more.uplink >= less.uplink);
        prop_assert!(more.sessions >= less.sessions && more.subscribers >= less.subscribers);
        prop_assert!(pool::ipv4(more.sessions, pools, figures).length <= pool::ipv4(less.sessions, pools, figures).length);
        prop_assert!(pool::ipv6(more.sessions, pools, figures).length <= pool::ipv6(less.sessions, pools, figures).length);
        let (small, large) = (dpdk_size(less, 700), dpdk_size(more, 700));
        prop_assert!(large.workers >= small.workers && large.cpus >= small.cpus);
    }

    #[test]
    fn the_parts_carry_the_whole(total in 0_u64..1 << 50, weights in prop::collection::vec(0_u64..1000, 1..8)) {
        let sum: u64 = weights.iter().sum();
        prop_assume!(sum > 0);
        let demand = Demand { downlink: total, ..Demand::default() };
        let parts: u64 = weights.iter().map(|&weight| demand.share(weight, sum).downlink).sum();
        prop_assert!(parts >= total && parts < total + weights.len() as u64);
    }
}
