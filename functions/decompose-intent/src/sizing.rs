//! From demand to numbers: the formulas of the user plane, exact in whole numbers. The figures are in
//! `data/sizing.yaml`. More demand never gives less of anything.

use porchlight_api::Quantity;
use porchlight_api::quantity::QuantityError;
use porchlight_api::req::Capacity;

use crate::data::{CapacityField, Figure, PodSize, Provider, Sizing};
use crate::slice::Service;

/// What a slice, or the part of it at a site, has to carry; headroom included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demand {
    /// bit/s
    pub(crate) downlink: u64,
    /// bit/s
    pub(crate) uplink: u64,
    pub(crate) subscribers: u64,
    pub(crate) sessions: u64,
}

/// `value * numerator / denominator`, rounded up. Saturates: demands are validated to stay far below.
fn ratio(value: u64, numerator: u64, denominator: u64) -> u64 {
    let product = u128::from(value) * u128::from(numerator);
    u64::try_from(product.div_ceil(u128::from(denominator.max(1)))).unwrap_or(u64::MAX)
}

impl Figure {
    /// The figure as a factor, rounded up.
    fn of(&self, value: u64) -> u64 {
        ratio(value, self.value, self.per)
    }
}

impl Demand {
    /// The whole slice.
    pub(crate) fn of_slice(service: &Service, sizing: &Sizing) -> Self {
        let headroom = (sizing.headroom.per + sizing.headroom.value, sizing.headroom.per);
        let with_headroom = |value| ratio(value, headroom.0, headroom.1);
        let sessions = service.sessions.map_or_else(
            || {
                // One product, rounded once: rounding between the factors would add sessions nobody asked for.
                let numerator = headroom.0 * sizing.sessions_per_device.value * sizing.attach_ratio.value;
                let denominator = headroom.1 * sizing.sessions_per_device.per * sizing.attach_ratio.per;
                ratio(service.devices, numerator, denominator)
            },
            with_headroom,
        );
        Self {
            downlink: with_headroom(service.downlink),
            uplink: with_headroom(service.uplink),
            subscribers: with_headroom(service.devices),
            sessions,
        }
    }

    /// The part of a site with `weight` of `total` weights.
    ///
    /// Each part is rounded up by itself. A largest-remainder split would add up exactly, but then a larger demand can
    /// take a unit away from a site (the Alabama paradox).
    pub(crate) fn share(self, weight: u64, total: u64) -> Self {
        let share = |value| ratio(value, weight, total);
        Self {
            downlink: share(self.downlink),
            uplink: share(self.uplink),
            subscribers: share(self.subscribers),
            sessions: share(self.sessions),
        }
    }

    fn bit_rate(self) -> u64 {
        self.downlink.saturating_add(self.uplink)
    }

    /// Packets per second at a mean packet size.
    pub(crate) fn packets_per_second(self, packet_bytes: u64) -> u64 {
        self.bit_rate().div_ceil(8 * packet_bytes.max(1))
    }

    /// bit/s on the wire of N3: users' packets in GTP-U in Ethernet.
    pub(crate) fn wire_rate(self, packet_bytes: u64, sizing: &Sizing) -> u64 {
        let framed = packet_bytes + sizing.gtp_overhead.value + sizing.ethernet_overhead.value;
        ratio(self.bit_rate(), framed, packet_bytes)
    }
}

/// Length of an address prefix that holds a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PoolPrefix {
    pub(crate) length: u8,
    /// The largest allowed prefix is too small.
    pub(crate) too_small: bool,
}

/// Prefix of each of `pools` IPv4 pools that share `sessions`.
pub(crate) fn ipv4_pool(sessions: u64, pools: u64, sizing: &Sizing) -> PoolPrefix {
    let per_pool = ratio(sessions, sizing.pool_margin.value, sizing.pool_margin.per.saturating_mul(pools));
    let bits = bits_for(per_pool.saturating_add(sizing.pool_reserved.value));
    let wanted = 32_u64.saturating_sub(bits);
    let length = wanted.clamp(sizing.shortest_pool.value, sizing.longest_pool.value);
    PoolPrefix { length: u8::try_from(length).unwrap_or(u8::MAX), too_small: wanted < sizing.shortest_pool.value }
}

/// Prefix of each IPv6 pool: every session gets a /64 of its own.
pub(crate) fn ipv6_pool(sessions: u64, pools: u64, sizing: &Sizing) -> PoolPrefix {
    let per_pool = ratio(sessions, sizing.pool_margin.value, sizing.pool_margin.per.saturating_mul(pools));
    let wanted = 64_u64.saturating_sub(bits_for(per_pool));
    let length = wanted.max(sizing.shortest_pool.value);
    PoolPrefix { length: u8::try_from(length).unwrap_or(u8::MAX), too_small: wanted < sizing.shortest_pool.value }
}

/// The smallest n with 2ⁿ ≥ value.
fn bits_for(value: u64) -> u64 {
    match value {
        0 | 1 => 0,
        _ => u64::from(u64::BITS - (value - 1).leading_zeros()),
    }
}

/// A user plane on dedicated cores (DPDK), per instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DpdkSize {
    pub(crate) workers: u64,
    pub(crate) cpus: u64,
    /// bytes
    pub(crate) memory: u64,
    /// pages of 1Gi
    pub(crate) hugepages: u64,
    pub(crate) virtual_functions: u64,
}

/// What a DPDK user plane needs for a demand.
pub(crate) fn dpdk_size(demand: Demand, packet_bytes: u64, sizing: &Sizing) -> DpdkSize {
    let by_rate = demand.bit_rate().div_ceil(sizing.dpdk_worker_rate.value);
    let by_packets = demand.packets_per_second(packet_bytes).div_ceil(sizing.dpdk_worker_packets.value);
    let workers = by_rate.max(by_packets).max(1);
    let further_workers = workers.saturating_sub(sizing.dpdk_workers_per_hugepage.value);
    let memory =
        sizing.dpdk_memory.value.saturating_add(demand.sessions.saturating_mul(sizing.dpdk_session_memory.value));
    let step = sizing.dpdk_memory_step.value;
    DpdkSize {
        workers,
        cpus: workers + sizing.dpdk_control_cpus.value,
        memory: memory.div_ceil(step).saturating_mul(step),
        hugepages: sizing.dpdk_hugepages.value + further_workers.div_ceil(sizing.dpdk_workers_per_hugepage.value),
        virtual_functions: sizing.dpdk_virtual_functions.value,
    }
}

/// The `Capacity` fields a network function declares, from the demand it serves.
pub(crate) fn capacity(fields: &[CapacityField], demand: Demand, peers: u64) -> Result<Capacity, QuantityError> {
    let mut capacity = Capacity::default();
    for field in fields {
        match field {
            CapacityField::Uplink => {
                capacity.max_uplink_throughput = Some(Quantity::from_integer(demand.uplink)?);
            }
            CapacityField::Downlink => {
                capacity.max_downlink_throughput = Some(Quantity::from_integer(demand.downlink)?);
            }
            CapacityField::Sessions => capacity.max_sessions = Some(demand.sessions),
            CapacityField::Subscribers => capacity.max_subscribers = Some(demand.subscribers),
            CapacityField::Connections => {
                capacity.max_nf_connections = Some(u16::try_from(peers).unwrap_or(u16::MAX));
            }
        }
    }
    Ok(capacity)
}

/// The pod the provider's operator starts for a capacity; `None` when it sets no resources.
pub(crate) fn pod_size<'a>(provider: &'a Provider, capacity: &Capacity) -> Option<&'a PodSize> {
    provider.sizes.iter().find(|size| size.at_most.iter().all(|(field, bound)| value(*field, capacity) <= *bound))
}

fn value(field: CapacityField, capacity: &Capacity) -> Quantity {
    let count = |count: Option<u64>| Quantity::from_integer(count.unwrap_or(0)).ok();
    let value = match field {
        CapacityField::Uplink => capacity.max_uplink_throughput,
        CapacityField::Downlink => capacity.max_downlink_throughput,
        CapacityField::Sessions => count(capacity.max_sessions),
        CapacityField::Subscribers => count(capacity.max_subscribers),
        CapacityField::Connections => count(capacity.max_nf_connections.map(u64::from)),
    };
    value.unwrap_or(Quantity::ZERO)
}

/// Requests of a namespace with room for a rolling update.
pub(crate) fn with_surge(quantity: Quantity, sizing: &Sizing) -> Result<Quantity, QuantityError> {
    quantity.scaled(sizing.quota_surge.value, sizing.quota_surge.per)
}

/// Pods of a namespace with room for a rolling update.
pub(crate) fn pods_with_surge(pods: u64, sizing: &Sizing) -> u64 {
    sizing.quota_surge.of(pods)
}

#[cfg(test)]
mod tests;
