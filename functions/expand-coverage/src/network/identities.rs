//! gNB identities and NR cell identities.

use std::collections::{BTreeMap, BTreeSet};

use super::{Gnb, Network};
use crate::data::Data;
use crate::expansion::is_per_site;
use crate::fault::Faults;
use crate::memory::Memory;

/// Who uses which identity.
#[derive(Default)]
struct Taken {
    /// Cells by their identity.
    cells: BTreeMap<u64, usize>,
    /// Cells that have no identity yet.
    open: BTreeSet<usize>,
}

/// Gives every cell its NR cell identity: the fixed one, the one it had, or the next that is free.
pub(super) fn assign(network: &mut Network<'_, '_>, memory: &Memory, faults: &mut Faults) {
    let mut taken = Taken { open: (0..network.cells.len()).collect(), ..Taken::default() };
    for cell in 0..network.cells.len() {
        let Some(identity) = network.fixed(cell).cell_id else { continue };
        if let Some(other) = taken.cells.get(&identity) {
            let site = &network.sites[network.cells[cell].site].spec.name;
            let message = format!(
                "the cells `{}` and `{}` of site `{site}` overlap: both have this NR cell identity",
                network.cells[*other].name, network.cells[cell].name
            );
            let object = network.expansion(network.cells[cell].site).object;
            faults.invalid(object, network.fixed_field(cell, "cellId"), identity, message);
            continue;
        }
        let layout = network.expansion(network.cells[cell].site).rules.layout;
        let (gnb, local) = layout.split(identity);
        take(network, &mut taken, cell, gnb, local);
    }
    for cell in taken.open.clone() {
        let expansion = network.expansion(network.cells[cell].site);
        let Some(known) = memory.cell(&network.key(cell)) else { continue };
        let (gnb, local) = expansion.rules.layout.split(known.cell_id);
        let in_range = gnb >= expansion.rules.gnb_start && local >= expansion.rules.cell_start;
        let reserved = expansion.area.cell_ids.contains(&known.cell_id);
        if in_range && !reserved && !taken.cells.contains_key(&known.cell_id) && has_room(network, cell, gnb) {
            take(network, &mut taken, cell, gnb, local);
        }
    }
    let reserved: BTreeSet<u64> =
        network.expansions.iter().flat_map(|expansion| expansion.area.cell_ids.iter().copied()).collect();
    for cell in taken.open.clone() {
        if !assign_new(network, &mut taken, &reserved, cell) {
            let expansion = network.expansion(network.cells[cell].site);
            let bits = expansion.rules.layout.gnb_bits();
            let message = format!(
                "no gNB identity is left for the cell `{}`: take a smaller gnbIdStart or another gnbIdLength",
                network.cells[cell].name
            );
            faults.invalid(expansion.object, "spec.plan.gnbIdLength", bits, message);
            return;
        }
    }
}

fn take(network: &mut Network<'_, '_>, taken: &mut Taken, cell: usize, gnb: u64, local: u64) {
    let site = network.cells[cell].site;
    let expansion = network.expansion(site);
    let identity = expansion.rules.layout.join(gnb, local).unwrap_or_default();
    taken.cells.insert(identity, cell);
    taken.open.remove(&cell);
    let own_site = is_per_site(&expansion.rules).then_some(site);
    let (group, cluster) = (network.sites[site].group, &network.sites[site].spec.cluster.name);
    let entry =
        network.gnbs.entry(gnb).or_insert_with(|| Gnb { group, cluster: cluster.clone(), site: own_site, cells: 0 });
    entry.cells += 1;
    let cell = &mut network.cells[cell];
    (cell.gnb, cell.local, cell.cell_id) = (gnb, local, identity);
}

/// Cells a gNB takes: as many as a central unit serves and as the identity has room for.
fn room(network: &Network<'_, '_>, site: usize) -> u64 {
    let rules = &network.expansion(site).rules;
    let most = u64::from(Data::get().planning.cells_per_central_unit.value);
    most.min(rules.layout.cells_per_gnb() - rules.cell_start)
}

/// Whether a cell may belong to a gNB: one nobody has, or one of its own kind with room.
fn has_room(network: &Network<'_, '_>, cell: usize, gnb: u64) -> bool {
    let site = network.cells[cell].site;
    let Some(found) = network.gnbs.get(&gnb) else { return true };
    let own_site = is_per_site(&network.expansion(site).rules).then_some(site);
    found.group == network.sites[site].group
        && found.cluster == network.sites[site].spec.cluster.name
        && found.site == own_site
        && found.cells < room(network, site)
}

/// Next to other cells of the site where there is room, else in a gNB with room for the whole site, else in a new one.
fn assign_new(network: &mut Network<'_, '_>, taken: &mut Taken, reserved: &BTreeSet<u64>, cell: usize) -> bool {
    let site = network.cells[cell].site;
    let rules = &network.expansion(site).rules;
    let done = |other: &&usize| !taken.open.contains(other);
    let own: Vec<u64> = network.sites[site].cells.iter().filter(done).map(|other| network.cells[*other].gnb).collect();
    let left = network.sites[site].cells.iter().filter(|other| taken.open.contains(other)).count() as u64;
    let capacity = room(network, site);
    let fitting = |gnb: &u64, cells: u64| {
        has_room(network, cell, *gnb) && network.gnbs.get(gnb).is_none_or(|found| found.cells + cells <= capacity)
    };
    let existing = own.into_iter().find(|gnb| fitting(gnb, 1)).or_else(|| {
        let whole = left.min(capacity);
        network.gnbs.keys().copied().find(|gnb| fitting(gnb, whole))
    });
    let new = || (rules.gnb_start..rules.layout.gnbs()).find(|gnb| !network.gnbs.contains_key(gnb));
    let Some(gnb) = existing.or_else(new) else { return false };
    let free = (rules.cell_start..rules.layout.cells_per_gnb()).find(|local| {
        let identity = rules.layout.join(gnb, *local);
        identity.is_some_and(|identity| !taken.cells.contains_key(&identity) && !reserved.contains(&identity))
    });
    let Some(local) = free else { return false };
    take(network, taken, cell, gnb, local);
    true
}
