//! Tracking areas: that of the site, of the list, or one for each cluster.

use porchlight_krm::order::Gather;
use std::collections::{BTreeMap, BTreeSet};

use super::Network;
use crate::memory::Memory;

/// A cluster as one expansion uses it.
type Key<'n> = (usize, &'n str);

/// Gives every site its tracking area code.
pub(super) fn assign(network: &mut Network<'_, '_>, memory: &Memory) {
    let clusters: BTreeSet<Key<'_>> =
        network.sites.iter().map(|site| (site.group, site.spec.cluster.name.as_str())).gather();
    let mut codes: BTreeMap<Key<'_>, u32> = BTreeMap::new();
    // Codes that are settled come before those that are chosen, so that a further cluster moves none.
    for &key in &clusters {
        let used = |code: u32| codes.values().any(|other| *other == code);
        if let Some(code) = settled(network, memory, &clusters, key, used) {
            codes.insert(key, code);
        }
    }
    for &key in &clusters {
        let start = network.expansions[key.0].rules.tac_start;
        let free = (start..).find(|code| !codes.values().any(|other| other == code)).unwrap_or(start);
        codes.entry(key).or_insert(free);
    }
    let of_sites: Vec<u32> = network
        .sites
        .iter()
        .map(|site| {
            let of_cluster = codes.get(&(site.group, site.spec.cluster.name.as_str())).copied();
            site.spec.tac.or(of_cluster).unwrap_or_default()
        })
        .collect();
    for (site, code) in network.sites.iter_mut().zip(of_sites) {
        site.tac = code;
    }
}

/// The code that a list or an earlier plan gives a cluster.
fn settled(
    network: &Network<'_, '_>,
    memory: &Memory,
    clusters: &BTreeSet<Key<'_>>,
    key: Key<'_>,
    used: impl Fn(u32) -> bool,
) -> Option<u32> {
    let expansion = &network.expansions[key.0];
    let before = memory.tac(key.1);
    match expansion.area.tacs.as_slice() {
        [] => before.filter(|code| *code >= expansion.rules.tac_start && !used(*code)),
        [only] => Some(*only),
        several => before.filter(|code| several.contains(code)).or_else(|| {
            let place = clusters.range((key.0, "")..).position(|other| *other == key)?;
            several.get(place % several.len()).copied()
        }),
    }
}
