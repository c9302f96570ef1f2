//! Which sites are near each other.

use std::collections::BTreeSet;

use porchlight_krm::order::Gather;
use porchlight_radio::geo;

use super::Network;

/// For each site, others that are near.
pub(super) struct Nearness {
    /// Sites whose cells can be neighbours, by place.
    pub(super) neighbours: Vec<Vec<usize>>,
    /// Sites that must not use the same physical cell identity: within the reuse distance, or joined by a relation
    /// somebody named, or by two.
    pub(super) rivals: Vec<Vec<usize>>,
}

impl Nearness {
    /// `named` are pairs of sites with a relation somebody named.
    pub(super) fn of(network: &Network<'_, '_>, named: &BTreeSet<(usize, usize)>) -> Self {
        let sites = &network.sites;
        let radii: Vec<f64> =
            network.expansions.iter().map(super::super::expansion::Expansion::neighbour_radius).collect();
        let reuse: Vec<f64> =
            network.expansions.iter().map(super::super::expansion::Expansion::reuse_distance).collect();
        let mut nearness = Self { neighbours: vec![Vec::new(); sites.len()], rivals: vec![Vec::new(); sites.len()] };
        // The limits of a pair are those of the expansion that reaches further.
        let limit =
            |distances: &[f64], left: usize, right: usize| geo::chord_squared_of(distances[left].max(distances[right]));
        let groups = network.expansions.len();
        let limits: Vec<(f64, f64)> = (0..groups * groups)
            .map(|pair| (limit(&radii, pair / groups, pair % groups), limit(&reuse, pair / groups, pair % groups)))
            .collect();
        for (left, site) in sites.iter().enumerate() {
            for (right, other) in sites.iter().enumerate().skip(left + 1) {
                let chord = site.direction.chord_squared(other.direction);
                let (near, rival) = limits[site.group * groups + other.group];
                if chord <= near {
                    nearness.neighbours[left].push(right);
                    nearness.neighbours[right].push(left);
                }
                if chord <= rival {
                    nearness.rivals[left].push(right);
                    nearness.rivals[right].push(left);
                }
            }
        }
        if !named.is_empty() {
            nearness.join(named);
        }
        nearness
    }

    /// Adds the pairs somebody named, and pairs with a neighbour in common.
    fn join(&mut self, named: &BTreeSet<(usize, usize)>) {
        let mut joined = self.neighbours.clone();
        for &(left, right) in named {
            joined[left].push(right);
            joined[right].push(left);
        }
        let touched: BTreeSet<usize> = named.iter().flat_map(|&(left, right)| [left, right]).gather();
        for middle in touched {
            let around = &joined[middle];
            for &left in around {
                self.rivals[left].push(middle);
                self.rivals[middle].push(left);
                self.rivals[left].extend(around.iter().copied().filter(|right| *right != left));
            }
        }
        for rivals in &mut self.rivals {
            rivals.sort_unstable();
            rivals.dedup();
        }
    }
}
