use proptest::prelude::*;

use super::*;
use crate::data::Data;

fn service(devices: u64, downlink: u64, uplink: u64) -> Service {
    Service {
        devices,
        sessions: None,
        downlink,
        uplink,
        throughput_field: "spec.service.throughput",
        packet_bytes: 700,
        availability_percent: 99.9,
        latency_ms: None,
        five_qi: vec![9],
    }
}

/// The worked example: 20 000 devices, 20G down, 5G up, split 60 to 40.
fn example() -> (Demand, Demand, Demand) {
    let slice = Demand::of_slice(&service(20_000, 20_000_000_000, 5_000_000_000), &Data::get().sizing);
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
    let sizing = &Data::get().sizing;
    let (slice, edge01, edge02) = example();
    assert_eq!(slice.packets_per_second(700), 5_357_143);
    assert_eq!(edge01.packets_per_second(700), 3_214_286);
    assert_eq!(edge02.packets_per_second(700), 2_142_858);
    assert_eq!(edge01.wire_rate(700, sizing), 20_108_571_429);
    assert_eq!(edge02.wire_rate(700, sizing), 13_405_714_286);
}

#[test]
fn pools_of_the_worked_example() {
    let sizing = &Data::get().sizing;
    assert_eq!(ipv4_pool(19_440, 1, sizing), PoolPrefix { length: 17, too_small: false });
    assert_eq!(ipv4_pool(12_960, 1, sizing), PoolPrefix { length: 18, too_small: false });
    assert_eq!(ipv4_pool(0, 1, sizing).length, 30);
    assert_eq!(ipv4_pool(20_000_000, 1, sizing), PoolPrefix { length: 8, too_small: true });
    assert_eq!(ipv4_pool(20_000_000, 2, sizing), PoolPrefix { length: 8, too_small: false });
    assert_eq!(ipv6_pool(1, 1, sizing).length, 63);
    assert_eq!(ipv6_pool(19_440, 1, sizing).length, 49);
}

#[test]
fn dpdk_user_planes_of_the_worked_example() {
    let sizing = &Data::get().sizing;
    let (_, edge01, edge02) = example();
    let memory = 2304 << 20;
    let expected = |workers, cpus| DpdkSize { workers, cpus, memory, hugepages: 2, virtual_functions: 2 };
    assert_eq!(dpdk_size(edge01, 700, sizing), expected(3, 4));
    assert_eq!(dpdk_size(edge02, 700, sizing), expected(2, 3));
}

#[test]
fn operators_step_once() {
    let data = Data::get();
    let pod = |provider: &str, capacity: &Capacity| {
        let size = pod_size(data.provider(provider).unwrap(), capacity).unwrap();
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
    let sizing = &Data::get().sizing;
    assert_eq!(with_surge("1000m".parse().unwrap(), sizing).unwrap().to_string(), "1250m");
    assert_eq!(with_surge("1Gi".parse().unwrap(), sizing).unwrap().to_string(), "1280Mi");
    assert_eq!(pods_with_surge(1, sizing), 2);
}

proptest! {
    #[test]
    fn more_demand_never_gives_less(
        devices in 0_u64..10_000_000, more_devices in 0_u64..1000,
        rate in 0_u64..1 << 50, more_rate in 0_u64..1000,
        weight in 0_u64..1000, others in 1_u64..1000, pools in 1_u64..4,
    ) {
        let sizing = &Data::get().sizing;
        let at_site = |devices, rate| Demand::of_slice(&service(devices, rate, rate / 2), sizing).share(weight, weight + others);
        let (less, more) = (at_site(devices, rate), at_site(devices + more_devices, rate + more_rate));
        prop_assert!(more.downlink >= less.downlink && more.uplink >= less.uplink);
        prop_assert!(more.sessions >= less.sessions && more.subscribers >= less.subscribers);
        prop_assert!(ipv4_pool(more.sessions, pools, sizing).length <= ipv4_pool(less.sessions, pools, sizing).length);
        prop_assert!(ipv6_pool(more.sessions, pools, sizing).length <= ipv6_pool(less.sessions, pools, sizing).length);
        let (small, large) = (dpdk_size(less, 700, sizing), dpdk_size(more, 700, sizing));
        prop_assert!(large.cpus >= small.cpus && large.memory >= small.memory && large.hugepages >= small.hugepages);
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
