//! Neighbour relations between cells (TS 28.541 NRCellRelation).

use std::collections::{BTreeMap, BTreeSet};

use porchlight_krm::order::Arrange;
use porchlight_radio::geo;

use super::nearness::Nearness;
use super::{Cell, Network};
use crate::fault::Faults;

/// Pairs of sites with relations somebody named; names that nothing has are faults.
pub(super) fn named(network: &Network<'_, '_>, faults: &mut Faults) -> BTreeSet<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    for (left, right) in named_cells(network, Some(faults)) {
        let (left, right) = (network.cells[left].site, network.cells[right].site);
        if left != right {
            pairs.insert((left.min(right), left.max(right)));
        }
    }
    pairs
}

/// Pairs of cells with a relation somebody named.
fn named_cells(network: &Network<'_, '_>, mut faults: Option<&mut Faults>) -> BTreeSet<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    if network.expansions.iter().all(|expansion| expansion.relations.is_none()) {
        return pairs;
    }
    let mut cells: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (position, cell) in network.cells.iter().enumerate() {
        cells.entry(&cell.name).or_default().push(position);
        cells.entry(&network.sites[cell.site].spec.name).or_default().push(position);
    }
    for expansion in network.expansions {
        for (index, relation) in expansion.relations.iter().flatten().enumerate() {
            let ends = [("from", &relation.from), ("to", &relation.to)].map(|(part, name)| {
                let found = cells.get(name.as_str());
                if let (None, Some(faults)) = (found, faults.as_deref_mut()) {
                    let field = format!("spec.neighbours[{index}].{part}");
                    faults.invalid(expansion.object, field, name, "no site or cell has this name");
                }
                found
            });
            let [Some(from), Some(to)] = ends else { continue };
            for &left in from {
                pairs
                    .extend(to.iter().filter(|right| **right != left).map(|&right| (left.min(right), left.max(right))));
            }
        }
    }
    pairs
}

/// Gives every cell its neighbours.
pub(super) fn relate(network: &mut Network<'_, '_>, nearness: &Nearness, named: &BTreeSet<(usize, usize)>) {
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); network.cells.len()];
    let mut add = |left: usize, right: usize| {
        neighbours[left].push(right);
        neighbours[right].push(left);
    };
    for (left, site) in network.sites.iter().enumerate() {
        for (index, &cell) in site.cells.iter().enumerate() {
            site.cells[index + 1..].iter().for_each(|other| add(cell, *other));
        }
        let listed = network.expansion(left).relations.is_some();
        for &right in nearness.neighbours[left].iter().filter(|right| **right > left) {
            if !listed && network.expansion(right).relations.is_none() {
                relate_by_place(network, left, right, &mut add);
            }
        }
    }
    if !named.is_empty() || network.expansions.iter().any(|expansion| expansion.relations.is_some()) {
        for (left, right) in named_cells(network, None) {
            add(left, right);
        }
    }
    for (cell, mut relations) in neighbours.into_iter().enumerate() {
        relations.arrange_by(|left, right| network.cells[*left].name.cmp(&network.cells[*right].name));
        relations.dedup();
        network.cells[cell].neighbours = relations;
    }
}

/// Cells of one frequency at two sites, where one looks at the other's site.
fn relate_by_place(network: &Network<'_, '_>, left: usize, right: usize, add: &mut impl FnMut(usize, usize)) {
    let (here, there) = (&network.sites[left], &network.sites[right]);
    let towards = geo::bearing_degrees(here.spec.place, there.spec.place);
    let back = geo::bearing_degrees(there.spec.place, here.spec.place);
    let looking: Vec<bool> = there.cells.iter().map(|cell| looks(network, &network.cells[*cell], back)).collect();
    for &cell in &here.cells {
        let looks_there = looks(network, &network.cells[cell], towards);
        for (&other, &looks_here) in there.cells.iter().zip(&looking) {
            let same = network.cells[cell].frequency == network.cells[other].frequency;
            if same && (looks_there || looks_here) {
                add(cell, other);
            }
        }
    }
}

/// Whether a cell serves a direction: inside its beam, or inside its share of the circle.
fn looks(network: &Network<'_, '_>, cell: &Cell, direction: f64) -> bool {
    let sectors = &network.sites[cell.site].spec.sectors;
    let sector = &sectors[usize::from(cell.sector) - 1];
    #[expect(clippy::cast_precision_loss, reason = "at most six sectors")]
    let share = 180.0 / sectors.len() as f64;
    geo::angle_between(sector.azimuth, direction) <= share.max(sector.beam_width / 2.0)
}
