//! The radio network of a package: all sites and cells of all expansions, planned together.

mod identities;
mod nearness;
mod pci;
mod relations;
mod tracking;
mod units;

use std::collections::BTreeMap;

use porchlight_api::coverage::PciReuse;
use porchlight_krm::order::Arrange;
use porchlight_radio::geo::Direction;

use porchlight_krm::Notice;

use crate::expansion::{Expansion, SiteSpec};
use crate::fault::Faults;
use crate::memory::{CellKey, Memory};

use self::nearness::Nearness;
pub(crate) use self::units::cells_per_unit;

/// Frequency of cells that share their identities with those of every frequency.
const EVERY_FREQUENCY: u32 = 0;

/// A site of the network.
pub(crate) struct Site<'e> {
    /// Position of its expansion.
    pub(crate) group: usize,
    pub(crate) spec: &'e SiteSpec,
    pub(crate) direction: Direction,
    /// Its cells: positions, sector by sector and carrier by carrier.
    pub(crate) cells: Vec<usize>,
    pub(crate) tac: u32,
}

/// A cell of the network.
pub(crate) struct Cell {
    pub(crate) site: usize,
    /// From 1.
    pub(crate) sector: u8,
    /// From 1.
    pub(crate) carrier: u8,
    pub(crate) name: String,
    /// Cells of one frequency must not be mistaken for each other.
    frequency: u32,
    pub(crate) pci: u16,
    pub(crate) gnb: u64,
    pub(crate) local: u64,
    pub(crate) cell_id: u64,
    /// Network function.
    pub(crate) distributed_unit: String,
    /// Positions of cells with a relation, sorted by name.
    pub(crate) neighbours: Vec<usize>,
}

/// A gNB.
#[derive(Clone, Debug)]
pub(crate) struct Gnb {
    pub(crate) group: usize,
    pub(crate) cluster: String,
    /// Its site, where each site has its own.
    site: Option<usize>,
    pub(crate) cells: u64,
}

/// Sites sorted by name, their cells likewise.
pub(crate) struct Network<'e, 'a> {
    pub(crate) expansions: &'e [Expansion<'a>],
    pub(crate) sites: Vec<Site<'e>>,
    pub(crate) cells: Vec<Cell>,
    pub(crate) gnbs: BTreeMap<u64, Gnb>,
    /// Positions of cells that share their identity mod 30 with one of a neighbouring site.
    pub(crate) mod30_clashes: Vec<usize>,
    pub(crate) notices: Vec<(usize, Notice)>,
}

/// Plans the network. `None` where something is at fault.
pub(crate) fn plan<'e, 'a>(
    expansions: &'e [Expansion<'a>],
    memory: &Memory,
    faults: &mut Faults,
) -> Option<Network<'e, 'a>> {
    let mut network = Network::of(expansions, faults)?;
    let named = relations::named(&network, faults);
    if !faults.is_empty() {
        return None;
    }
    let nearness = Nearness::of(&network, &named);
    relations::relate(&mut network, &nearness, &named);
    tracking::assign(&mut network, memory);
    identities::assign(&mut network, memory, faults);
    units::assign(&mut network, memory);
    pci::assign(&mut network, &nearness, memory, faults);
    if faults.is_empty() {
        pci::check(&network, faults);
    }
    faults.is_empty().then_some(network)
}

impl<'e, 'a> Network<'e, 'a> {
    fn of(expansions: &'e [Expansion<'a>], faults: &mut Faults) -> Option<Self> {
        let across = expansions.iter().any(|expansion| expansion.rules.reuse == PciReuse::AcrossFrequencies);
        let mut specs: Vec<(usize, &SiteSpec)> = expansions
            .iter()
            .enumerate()
            .flat_map(|(group, expansion)| expansion.sites.iter().map(move |site| (group, site)))
            .collect();
        specs.arrange_by(|left, right| (&left.1.name, left.0).cmp(&(&right.1.name, right.0)));
        for pair in specs.windows(2).filter(|pair| pair[0].1.name == pair[1].1.name) {
            let (first, second) = (&expansions[pair[0].0], &expansions[pair[1].0]);
            let message = format!(
                "the expansion `{}` plans the site `{}` too, by other rules: make both say the same, or leave it out of one",
                first.name, pair[1].1.name
            );
            faults.invalid(second.object, &pair[1].1.field, &pair[1].1.name, message);
        }
        if !faults.is_empty() {
            return None;
        }
        let mut network = Self {
            expansions,
            sites: Vec::with_capacity(specs.len()),
            cells: Vec::new(),
            gnbs: BTreeMap::new(),
            mod30_clashes: Vec::new(),
            notices: Vec::new(),
        };
        for (group, spec) in specs {
            let cells = network.add_cells(group, spec, across);
            let direction = Direction::of(spec.place);
            network.sites.push(Site { group, spec, direction, cells, tac: 0 });
        }
        Some(network)
    }

    fn add_cells(&mut self, group: usize, spec: &SiteSpec, across: bool) -> Vec<usize> {
        let carriers = &self.expansions[group].carriers;
        let site = self.sites.len();
        let mut positions = Vec::new();
        for sector in 1..=u8::try_from(spec.sectors.len()).unwrap_or(u8::MAX) {
            for (index, carrier) in (1_u8..).zip(carriers) {
                let name = match carriers.len() {
                    1 => format!("{}-{sector}", spec.name),
                    _ => format!("{}-{sector}-{index}", spec.name),
                };
                positions.push(self.cells.len());
                self.cells.push(Cell {
                    site,
                    sector,
                    carrier: index,
                    name,
                    frequency: if across { EVERY_FREQUENCY } else { carrier.carrier.arfcn_dl },
                    pci: 0,
                    gnb: 0,
                    local: 0,
                    cell_id: 0,
                    distributed_unit: String::new(),
                    neighbours: Vec::new(),
                });
            }
        }
        positions
    }

    pub(crate) fn expansion(&self, site: usize) -> &'e Expansion<'a> {
        &self.expansions[self.sites[site].group]
    }

    fn key(&self, cell: usize) -> CellKey {
        let cell = &self.cells[cell];
        (self.sites[cell.site].spec.name.clone(), cell.sector, cell.carrier)
    }

    /// Identities that somebody fixed.
    fn fixed(&self, cell: usize) -> &'e crate::expansion::Fixed {
        let cell = &self.cells[cell];
        let sector = &self.sites[cell.site].spec.sectors[usize::from(cell.sector) - 1];
        &sector.fixed[usize::from(cell.carrier) - 1]
    }

    /// The field that fixes a cell's identities.
    fn fixed_field(&self, cell: usize, part: &str) -> String {
        let cell = &self.cells[cell];
        let site = &self.sites[cell.site].spec.field;
        format!("{site}.sectors[{}].cells[{}].{part}", cell.sector - 1, cell.carrier - 1)
    }
}
