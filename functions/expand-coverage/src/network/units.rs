//! Which distributed unit carries which cell.

use std::collections::BTreeMap;

use porchlight_api::network_slice_intent::NfType;

use super::Network;
use crate::data::Data;
use crate::expansion::Expansion;
use crate::memory::Memory;

/// A distributed unit that is being filled: cells of one gNB and one tracking area.
struct Unit {
    gnb: u64,
    tac: u32,
    cells: u32,
}

/// Cells one distributed unit of an expansion carries: as asked for, or what the provider takes.
pub(crate) fn cells_per_unit(expansion: &Expansion<'_>) -> u32 {
    let provider = expansion.function(NfType::Du).and_then(|function| Data::get().provider(&function.provider));
    let most = provider.and_then(|provider| provider.cells).unwrap_or(u32::MAX);
    expansion.rules.cells_per_du.min(most)
}

/// The name of a site or cell without that of its expansion.
fn short<'n>(expansion: &Expansion<'_>, name: &'n str) -> &'n str {
    name.strip_prefix(&expansion.name).and_then(|rest| rest.strip_prefix('-')).unwrap_or(name)
}

/// Gives every cell its distributed unit: the one it had, else one that its site fits into whole, else a new one.
pub(super) fn assign(network: &mut Network<'_, '_>, memory: &Memory) {
    let mut units: BTreeMap<String, Unit> = BTreeMap::new();
    for cell in 0..network.cells.len() {
        let Some(known) = memory.cell(&network.key(cell)) else { continue };
        let site = network.cells[cell].site;
        let (expansion, gnb, tac) = (network.expansion(site), network.cells[cell].gnb, network.sites[site].tac);
        let ours = known.distributed_unit.starts_with(&format!("{}-du-", expansion.name));
        let unit = units.entry(known.distributed_unit.clone()).or_insert(Unit { gnb, tac, cells: 0 });
        if ours && unit.gnb == gnb && unit.tac == tac && unit.cells < cells_per_unit(expansion) {
            unit.cells += 1;
            network.cells[cell].distributed_unit.clone_from(&known.distributed_unit);
        }
    }
    units.retain(|_, unit| unit.cells > 0);
    for cell in 0..network.cells.len() {
        if network.cells[cell].distributed_unit.is_empty() {
            let name = find(network, &mut units, cell);
            network.cells[cell].distributed_unit = name;
        }
    }
}

fn find(network: &Network<'_, '_>, units: &mut BTreeMap<String, Unit>, cell: usize) -> String {
    let site = network.cells[cell].site;
    let expansion = network.expansion(site);
    let (gnb, tac) = (network.cells[cell].gnb, network.sites[site].tac);
    let most = cells_per_unit(expansion);
    let own: Vec<&str> = network.sites[site]
        .cells
        .iter()
        .map(|other| network.cells[*other].distributed_unit.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    let missing = network.sites[site].cells.len() - own.len();
    let missing = u32::try_from(missing).unwrap_or(u32::MAX).min(most);
    let fits = |unit: &Unit, cells: u32| unit.gnb == gnb && unit.tac == tac && unit.cells + cells <= most;
    let existing = own
        .iter()
        .find(|name| units.get(**name).is_some_and(|unit| fits(unit, 1)))
        .map(|name| (*name).to_owned())
        .or_else(|| units.iter().find(|(_, unit)| fits(unit, missing)).map(|(name, _)| name.clone()));
    let name = existing.unwrap_or_else(|| {
        let place = if most == 1 { &network.cells[cell].name } else { &network.sites[site].spec.name };
        let base = format!("{}-du-{}", expansion.name, short(expansion, place));
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let mut names = std::iter::once(base.clone()).chain(numbered);
        names.find(|name| !units.contains_key(name)).unwrap_or(base)
    });
    units.entry(name.clone()).or_insert(Unit { gnb, tac, cells: 0 }).cells += 1;
    name
}
