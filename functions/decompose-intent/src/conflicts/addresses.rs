//! Addresses of devices: in one network, a prefix belongs to one slice.

use std::net::IpAddr;

use porchlight_api::intent_report::ConflictType;
use porchlight_krm::order::Arrange;

use super::{Decision, Wish};
use crate::slice::Slice;

/// Takes prefixes that another slice comes first with out of a slice, so that addresses are claimed for it instead.
pub(crate) fn settle(slices: &mut [&mut Slice]) -> Vec<Decision> {
    slices.arrange_by(|left, right| left.precedence().cmp(&right.precedence()));
    let mut decisions = Vec::new();
    for later in 1..slices.len() {
        let (earlier, rest) = slices.split_at_mut(later);
        let loser = &mut *rest[0];
        for network in 0..loser.data_networks.len() {
            for pool in 0..loser.data_networks[network].pools.len() {
                let Some(prefix) = loser.data_networks[network].pools[pool].prefix.clone() else { continue };
                let instance = &loser.data_networks[network].network_instance;
                let taken = |slice: &&mut Slice| Some((slice.name.clone(), clash(slice, instance, &prefix)?));
                let Some((winner, other)) = earlier.iter().find_map(taken) else { continue };
                let Some(winner) = earlier.iter().find(|slice| slice.name == winner) else { continue };
                let field = format!("spec.dataNetworks[{network}].pools[{pool}].prefix");
                let resolution = format!("{other} in {instance} is its own; addresses are claimed for {}", loser.name);
                let wish = Wish { field, value: prefix };
                decisions.push(Decision::new(ConflictType::TargetConflict, winner, loser, wish, resolution));
                loser.data_networks[network].pools[pool].prefix = None;
                let written = loser.spec.data_networks.get_mut(network).and_then(|network| network.pools.get_mut(pool));
                if let Some(written) = written {
                    written.prefix = None;
                }
            }
        }
    }
    decisions
}

/// A prefix of a slice in the same network that has addresses in common.
fn clash(slice: &Slice, instance: &str, prefix: &str) -> Option<String> {
    let networks = slice.data_networks.iter().filter(|network| network.network_instance == instance);
    let mut prefixes = networks.flat_map(|network| &network.pools).filter_map(|pool| pool.prefix.as_ref());
    prefixes.find(|other| overlap(other, prefix)).cloned()
}

fn overlap(left: &str, right: &str) -> bool {
    let range = |text: &str| -> Option<(bool, u128, u128)> {
        let (address, length) = text.split_once('/')?;
        let length: u32 = length.parse().ok()?;
        let (is_ipv6, bits, value) = match address.parse().ok()? {
            IpAddr::V4(address) => (false, 32, u128::from(u32::from(address))),
            IpAddr::V6(address) => (true, 128, u128::from(address)),
        };
        let free = 1_u128.checked_shl(bits - length.min(bits)).map_or(u128::MAX, |size| size - 1);
        Some((is_ipv6, value & !free, value | free))
    };
    let (Some(left), Some(right)) = (range(left), range(right)) else { return false };
    left.0 == right.0 && left.1 <= right.2 && right.1 <= left.2
}

#[cfg(test)]
mod tests {
    use super::overlap;

    #[test]
    fn prefixes_overlap_where_they_have_addresses_in_common() {
        assert!(overlap("10.1.0.0/16", "10.1.4.0/24"));
        assert!(overlap("10.1.4.0/24", "10.0.0.0/8"));
        assert!(overlap("0.0.0.0/0", "192.0.2.0/24"));
        assert!(overlap("1000::/32", "1000:0:1::/48"));
        assert!(!overlap("10.1.0.0/16", "10.2.0.0/16"));
        assert!(!overlap("10.1.0.0/16", "1000::/32"));
    }
}
