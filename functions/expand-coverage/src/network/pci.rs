//! Physical cell identities (TS 38.211 §7.4.2.1): 3 × N1 + N2.
//!
//! Sites within the reuse distance, which is twice the neighbour radius, never share an identity. So no cell has the
//! identity of a neighbour (collision), no two neighbours of a cell have the same one (confusion), and that stays so
//! wherever a further site is put: no place is near two sites with one identity. Identities that are there stay.
//!
//! Sectors of a site get consecutive identities of one group N1, so that they differ mod 3. Among the groups that are
//! possible those come first that clash least with the neighbours mod 3 and mod 30, then those nobody uses, then those
//! whose users are furthest away, then the smallest.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use porchlight_krm::{Code, Notice};

use super::Network;
use super::nearness::Nearness;
use crate::fault::Faults;
use crate::memory::Memory;

/// Identities there are.
const COUNT: usize = 1008;
/// Cells that share one group N1.
const GROUP: usize = 3;

/// The cells of one frequency.
struct Layer {
    /// For each site its cells, in the order of the sectors.
    cells: Vec<Vec<usize>>,
    /// For each identity the sites that use it.
    users: Vec<Vec<usize>>,
}

/// Gives every cell its identity: the fixed one, the one it had, or the best of those left.
pub(super) fn assign(network: &mut Network<'_, '_>, nearness: &Nearness, memory: &Memory, faults: &mut Faults) {
    let mut pcis: Vec<Option<u16>> = vec![None; network.cells.len()];
    let mut layers: BTreeMap<u32, Layer> = BTreeMap::new();
    for (position, cell) in network.cells.iter().enumerate() {
        let layer = layers
            .entry(cell.frequency)
            .or_insert_with(|| Layer { cells: vec![Vec::new(); network.sites.len()], users: vec![Vec::new(); COUNT] });
        layer.cells[cell.site].push(position);
    }
    for layer in layers.values_mut() {
        let mut planner = Planner { network, nearness, layer, pcis: &mut pcis };
        planner.take_fixed(faults);
        planner.keep(memory);
        planner.fill(faults);
    }
    let mut notices = Vec::new();
    for (position, pci) in pcis.into_iter().enumerate() {
        let pci = pci.unwrap_or_default();
        if let Some(known) = memory.cell(&network.key(position))
            && known.pci != pci
        {
            let message = format!(
                "the physical cell identity of `{}` moves from {} to {pci}: the old one is fixed elsewhere, out of range \
                 or too near to the same one",
                network.cells[position].name, known.pci
            );
            let group = network.sites[network.cells[position].site].group;
            notices.push((group, Notice::warning(Code::CoverageInvalid, "spec.plan.pciRange", message)));
        }
        network.cells[position].pci = pci;
    }
    network.notices.append(&mut notices);
    network.mod30_clashes = mod30_clashes(network, nearness);
}

/// Assigns the identities of one frequency.
struct Planner<'p, 'e, 'a> {
    network: &'p Network<'e, 'a>,
    nearness: &'p Nearness,
    layer: &'p mut Layer,
    pcis: &'p mut [Option<u16>],
}

/// A candidate: group, rotation of the sectors inside it, and what speaks against it.
struct Candidate {
    foreign_group: bool,
    mod3: u32,
    mod30: u32,
    /// Distance to the nearest user, as a squared chord.
    nearest: f64,
    group: u16,
    rotation: u16,
}

impl Candidate {
    fn order(&self, other: &Self) -> Ordering {
        (self.foreign_group, self.mod3, self.mod30)
            .cmp(&(other.foreign_group, other.mod3, other.mod30))
            .then(other.nearest.total_cmp(&self.nearest))
            .then((self.group, self.rotation).cmp(&(other.group, other.rotation)))
    }
}

impl Planner<'_, '_, '_> {
    fn take(&mut self, site: usize, cell: usize, pci: u16) {
        self.pcis[cell] = Some(pci);
        let users = &mut self.layer.users[usize::from(pci)];
        if users.last() != Some(&site) {
            users.push(site);
        }
    }

    fn take_fixed(&mut self, faults: &mut Faults) {
        for site in 0..self.network.sites.len() {
            for index in 0..self.layer.cells[site].len() {
                let cell = self.layer.cells[site][index];
                let Some(pci) = self.network.fixed(cell).pci else { continue };
                let expansion = self.network.expansion(site);
                let (first, last) = expansion.rules.pci;
                if !(first..=last).contains(&pci) {
                    let message = format!(
                        "site `{}`: outside the range of the plan and its provider, {first} to {last}",
                        self.network.sites[site].spec.name
                    );
                    faults.invalid(expansion.object, self.network.fixed_field(cell, "pci"), pci, message);
                }
                self.take(site, cell, pci);
            }
        }
    }

    /// Identities that a site and its rivals use.
    fn taken(&self, site: usize) -> [bool; COUNT] {
        let mut taken = [false; COUNT];
        for &other in self.nearness.rivals[site].iter().chain([&site]) {
            for &cell in &self.layer.cells[other] {
                if let Some(pci) = self.pcis[cell] {
                    taken[usize::from(pci)] = true;
                }
            }
        }
        taken
    }

    fn keep(&mut self, memory: &Memory) {
        for site in 0..self.network.sites.len() {
            let (first, last) = self.network.expansion(site).rules.pci;
            for index in 0..self.layer.cells[site].len() {
                let cell = self.layer.cells[site][index];
                if self.pcis[cell].is_some() {
                    continue;
                }
                let Some(known) = memory.cell(&self.network.key(cell)) else { continue };
                if (first..=last).contains(&known.pci) && !self.taken(site)[usize::from(known.pci)] {
                    self.take(site, cell, known.pci);
                }
            }
        }
    }

    fn fill(&mut self, faults: &mut Faults) {
        for site in 0..self.network.sites.len() {
            for start in (0..self.layer.cells[site].len()).step_by(GROUP) {
                let end = (start + GROUP).min(self.layer.cells[site].len());
                let block = self.layer.cells[site][start..end].to_vec();
                if block.iter().all(|cell| self.pcis[*cell].is_some()) {
                    continue;
                }
                if !self.fill_block(site, &block) {
                    self.refuse(site, faults);
                    return;
                }
            }
        }
    }

    /// Gives the open cells among up to three sectors identities of one group.
    fn fill_block(&mut self, site: usize, block: &[usize]) -> bool {
        let taken = self.taken(site);
        let (first, last) = self.network.expansion(site).rules.pci;
        let sibling = block.iter().enumerate().find_map(|(place, cell)| Some((place, self.pcis[*cell]?)));
        let open: Vec<(u16, usize)> = (0_u16..)
            .zip(block)
            .filter(|(_, cell)| self.pcis[**cell].is_none())
            .map(|(place, cell)| (place, *cell))
            .collect();
        let rotations: Vec<u16> = match sibling {
            // The sectors that have one already say which of the others is which.
            Some((place, pci)) => vec![(pci + 3 - u16::try_from(place).unwrap_or_default() % 3) % 3],
            None if block.len() == GROUP => vec![0],
            None => vec![0, 1, 2],
        };
        let (around3, around30) = self.around(site);
        let mut best: Option<Candidate> = None;
        for group in first / 3..=last / 3 {
            for &rotation in &rotations {
                let identity = |place: u16| group * 3 + (place + rotation) % 3;
                let usable = |pci: u16| (first..=last).contains(&pci) && !taken[usize::from(pci)];
                if !open.iter().all(|(place, _)| usable(identity(*place))) {
                    continue;
                }
                let identities = || open.iter().map(|(place, _)| usize::from(identity(*place)));
                let candidate = Candidate {
                    foreign_group: sibling.is_some_and(|(_, pci)| pci / 3 != group),
                    mod3: identities().map(|pci| around3[pci % 3]).sum(),
                    mod30: identities().map(|pci| around30[pci % 30]).sum(),
                    nearest: identities().map(|pci| self.nearest_user(site, pci)).fold(f64::INFINITY, f64::min),
                    group,
                    rotation,
                };
                if best.as_ref().is_none_or(|best| candidate.order(best) == Ordering::Less) {
                    best = Some(candidate);
                }
            }
        }
        let Some(Candidate { group, rotation, .. }) = best else { return false };
        for (place, cell) in open {
            self.take(site, cell, group * 3 + (place + rotation) % 3);
        }
        true
    }

    /// How often neighbours use identities of each class mod 3 and mod 30.
    fn around(&self, site: usize) -> ([u32; 3], [u32; 30]) {
        let (mut around3, mut around30) = ([0; 3], [0; 30]);
        for &other in self.nearness.neighbours[site].iter().chain([&site]) {
            for pci in self.layer.cells[other].iter().filter_map(|cell| self.pcis[*cell]) {
                around3[usize::from(pci % 3)] += 1;
                around30[usize::from(pci % 30)] += 1;
            }
        }
        (around3, around30)
    }

    fn nearest_user(&self, site: usize, pci: usize) -> f64 {
        let here = self.network.sites[site].direction;
        let users = self.layer.users[pci].iter();
        users.map(|user| here.chord_squared(self.network.sites[*user].direction)).fold(f64::INFINITY, f64::min)
    }

    fn refuse(&self, site: usize, faults: &mut Faults) {
        let expansion = self.network.expansion(site);
        let (first, last) = expansion.rules.pci;
        let message = format!(
            "no physical cell identity is left for the site `{}`: {} other sites within {:.0} m may not have the same; widen \
             the range, or set isdMetres to the real distance between your sites",
            self.network.sites[site].spec.name,
            self.nearness.rivals[site].len(),
            expansion.reuse_distance()
        );
        faults.invalid(expansion.object, "spec.plan.pciRange", format!("{first} to {last}"), message);
    }
}

/// Cells that have an identity mod 30 in common with a cell of a neighbouring site on their frequency.
fn mod30_clashes(network: &Network<'_, '_>, nearness: &Nearness) -> Vec<usize> {
    let clashes = |position: &usize| {
        let cell = &network.cells[*position];
        nearness.neighbours[cell.site].iter().flat_map(|other| &network.sites[*other].cells).any(|other| {
            let other = &network.cells[*other];
            other.frequency == cell.frequency && other.pci % 30 == cell.pci % 30
        })
    };
    (0..network.cells.len()).filter(clashes).collect()
}

/// Finds collisions and confusion; only identities that somebody fixed can lead to them.
pub(super) fn check(network: &Network<'_, '_>, faults: &mut Faults) {
    for (position, cell) in network.cells.iter().enumerate() {
        let mut seen: BTreeMap<(u32, u16), usize> = BTreeMap::from([((cell.frequency, cell.pci), position)]);
        for &neighbour in &cell.neighbours {
            let other = &network.cells[neighbour];
            let Some(first) = seen.insert((other.frequency, other.pci), neighbour) else { continue };
            let (kind, pair) = if first == position {
                if neighbour < position {
                    continue;
                }
                ("are neighbours", (position, neighbour))
            } else {
                ("are both neighbours of one cell", (first, neighbour))
            };
            let fixed = [pair.1, pair.0].into_iter().find(|cell| network.fixed(*cell).pci.is_some());
            let Some(fixed) = fixed else { continue };
            let site = &network.sites[network.cells[fixed].site];
            let message = format!(
                "the cells `{}` and `{}` {kind} and have the same physical cell identity: change one (site `{}`)",
                network.cells[pair.0].name, network.cells[pair.1].name, site.spec.name
            );
            let field = network.fixed_field(fixed, "pci");
            faults.invalid(network.expansions[site.group].object, field, other.pci, message);
        }
    }
}
