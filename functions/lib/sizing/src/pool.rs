//! Address pools of devices.

use crate::figures::{Figures, ratio};

/// Length of an address prefix that holds a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolPrefix {
    /// 8–30 for IPv4, 8–64 for IPv6.
    pub length: u8,
    /// The largest allowed prefix is too small.
    pub too_small: bool,
}

/// Prefix of each of `pools` IPv4 pools that share `sessions`.
#[must_use]
pub fn ipv4(sessions: u64, pools: u64, figures: &Figures) -> PoolPrefix {
    let bits = bits_for(addresses(sessions, pools, figures).saturating_add(figures.pool_reserved.value));
    let wanted = 32_u64.saturating_sub(bits);
    let length = wanted.clamp(figures.shortest_pool.value, figures.longest_pool.value);
    PoolPrefix { length: u8::try_from(length).unwrap_or(u8::MAX), too_small: wanted < figures.shortest_pool.value }
}

/// Prefix of each IPv6 pool: every session gets a /64 of its own.
#[must_use]
pub fn ipv6(sessions: u64, pools: u64, figures: &Figures) -> PoolPrefix {
    let wanted = 64_u64.saturating_sub(bits_for(addresses(sessions, pools, figures)));
    let length = wanted.max(figures.shortest_pool.value);
    PoolPrefix { length: u8::try_from(length).unwrap_or(u8::MAX), too_small: wanted < figures.shortest_pool.value }
}

/// Addresses that one pool must have for devices.
fn addresses(sessions: u64, pools: u64, figures: &Figures) -> u64 {
    ratio(sessions, figures.pool_margin.value, figures.pool_margin.per.saturating_mul(pools))
}

/// The smallest n with 2ⁿ ≥ value.
fn bits_for(value: u64) -> u64 {
    match value {
        0 | 1 => 0,
        _ => u64::from(u64::BITS - (value - 1).leading_zeros()),
    }
}
