//! Memory that stays from one run to the next.
//!
//! A run in a memory of its own costs mapping it, a fault for each page that is touched, and giving it back: for short runs
//! a fifth of the time, and threads meet in the kernel over it. Where runs follow each other, memories are kept and made
//! as new after each: what was written is overwritten, with zeros or what the module begins with.

use std::num::NonZeroU32;

use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

/// Of each memory this much stays, in bytes; what a run uses beyond it goes back to the system.
const KEPT: usize = 16 << 20;
/// Entries of tables: room for modules of ten times as many functions as the largest of ours.
const TABLE: usize = 20_000;

/// Has an engine keep the memories of `runs` runs at a time; further ones are refused.
pub(crate) fn keep(configuration: &mut Config, runs: NonZeroU32) {
    let runs = runs.get();
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(runs)
        .total_memories(runs)
        .total_tables(runs)
        .max_unused_warm_slots(runs)
        .table_elements(TABLE)
        .table_keep_resident(TABLE * size_of::<usize>())
        .linear_memory_keep_resident(KEPT)
        // Finds what was written, where the kernel can tell; elsewhere all that is kept is overwritten.
        .pagemap_scan(Enabled::Auto);
    configuration.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
}
