//! A user plane on dedicated cores (DPDK).

use crate::demand::Demand;
use crate::figures::Figures;

/// What one instance needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DpdkSize {
    /// Cores that forward packets.
    pub workers: u64,
    /// Cores in all.
    pub cpus: u64,
    /// bytes
    pub memory: u64,
    /// pages of 1Gi
    pub hugepages: u64,
    /// SR-IOV virtual functions.
    pub virtual_functions: u64,
}

/// What a DPDK user plane needs for a demand.
#[must_use]
pub fn dpdk_size(demand: Demand, packet_bytes: u64, figures: &Figures) -> DpdkSize {
    let by_rate = demand.bit_rate().div_ceil(figures.dpdk_worker_rate.value);
    let by_packets = demand.packets_per_second(packet_bytes).div_ceil(figures.dpdk_worker_packets.value);
    let workers = by_rate.max(by_packets).max(1);
    let further_workers = workers.saturating_sub(figures.dpdk_workers_per_hugepage.value);
    let memory =
        figures.dpdk_memory.value.saturating_add(demand.sessions.saturating_mul(figures.dpdk_session_memory.value));
    let step = figures.dpdk_memory_step.value;
    DpdkSize {
        workers,
        cpus: workers + figures.dpdk_control_cpus.value,
        memory: memory.div_ceil(step).saturating_mul(step),
        hugepages: figures.dpdk_hugepages.value + further_workers.div_ceil(figures.dpdk_workers_per_hugepage.value),
        virtual_functions: figures.dpdk_virtual_functions.value,
    }
}
