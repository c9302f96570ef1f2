//! The `CoveragePlan` of an expansion.

use std::collections::BTreeMap;

use porchlight_api::coverage::{CoveragePlan, PlannedCell, PlannedFunction, PlannedGnb, PlannedRadioUnit, PlannedSite};
use porchlight_api::intent_report::{DerivedValue, ReportWarning, Trace};
use porchlight_api::network_slice_intent::{NfType, Snssai};
use porchlight_krm::order::Arrange;

use porchlight_krm::{Notice, Severity};

use crate::network::Network;

/// A radio network function of a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FunctionPlan {
    /// Its name, and that of its package.
    pub(crate) name: String,
    pub(crate) nf: NfType,
    pub(crate) gnb: u64,
    pub(crate) cluster: String,
    /// Its cells; for a central unit those of the gNB.
    pub(crate) cells: Vec<usize>,
}

/// Every network function of a group: central units of each gNB, then distributed units, by name.
pub(crate) fn functions(network: &Network<'_, '_>, group: usize) -> Vec<FunctionPlan> {
    let expansion = &network.expansions[group];
    let mut of_gnb: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let mut of_unit: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (position, cell) in network.cells.iter().enumerate().filter(|(_, cell)| network.sites[cell.site].group == group)
    {
        of_gnb.entry(cell.gnb).or_default().push(position);
        of_unit.entry(&cell.distributed_unit).or_default().push(position);
    }
    let mut functions = Vec::new();
    for function in &expansion.functions {
        if function.nf == NfType::Du {
            functions.extend(of_unit.iter().map(|(name, cells)| {
                let first = &network.cells[cells[0]];
                FunctionPlan {
                    name: (*name).to_owned(),
                    nf: NfType::Du,
                    gnb: first.gnb,
                    cluster: network.sites[first.site].spec.cluster.name.clone(),
                    cells: cells.clone(),
                }
            }));
            continue;
        }
        functions.extend(of_gnb.iter().map(|(gnb, cells)| FunctionPlan {
            name: format!("{}-{}-gnb{gnb}", expansion.name, function.nf),
            nf: function.nf,
            gnb: *gnb,
            cluster: match expansion.central().filter(|_| function.nf == NfType::Cucp) {
                Some(central) => central.name.clone(),
                None => network.gnbs.get(gnb).map(|gnb| gnb.cluster.clone()).unwrap_or_default(),
            },
            cells: cells.clone(),
        }));
    }
    functions.arrange();
    functions
}

/// The plan of a group, as it is written.
pub(crate) fn of(
    network: &Network<'_, '_>,
    group: usize,
    names: &[String],
    functions: &[FunctionPlan],
    derived: Vec<DerivedValue>,
    notices: &[Notice],
    decomposition: Vec<Trace>,
) -> CoveragePlan {
    let expansion = &network.expansions[group];
    let own = || network.sites.iter().filter(|site| site.group == group);
    CoveragePlan {
        expansions: names.to_vec(),
        plmns: expansion.plmns.clone(),
        slices: expansion
            .slices
            .iter()
            .map(|slice| Snssai { sst: Some(i64::from(slice.sst)), sd: Some(slice.sd.clone()) })
            .collect(),
        isd_metres: expansion.distance.metres,
        neighbour_radius_metres: expansion.neighbour_radius(),
        reuse_distance_metres: expansion.reuse_distance(),
        carriers: expansion.carriers.iter().map(|checked| checked.carrier.clone()).collect(),
        sites: own()
            .map(|site| PlannedSite {
                site: site.spec.name.clone(),
                latitude: site.spec.place.latitude,
                longitude: site.spec.place.longitude,
                cluster: site.spec.cluster.name.clone(),
                tac: site.tac,
            })
            .collect(),
        gnbs: network
            .gnbs
            .iter()
            .filter(|(_, gnb)| gnb.group == group)
            .map(|(id, gnb)| PlannedGnb {
                gnb_id: number(*id),
                gnb_id_length: u8::try_from(expansion.rules.layout.gnb_bits()).unwrap_or_default(),
                cluster: expansion.central().map_or_else(|| gnb.cluster.clone(), |central| central.name.clone()),
            })
            .collect(),
        network_functions: functions
            .iter()
            .map(|function| PlannedFunction {
                function: function.name.clone(),
                nf_type: function.nf,
                gnb_id: number(function.gnb),
                cluster: function.cluster.clone(),
            })
            .collect(),
        radio_units: own()
            .flat_map(|site| &site.spec.units)
            .map(|unit| PlannedRadioUnit { unit: unit.name.clone(), parent: unit.parent.clone() })
            .collect(),
        cells: own().flat_map(|site| &site.cells).map(|cell| planned_cell(network, *cell)).collect(),
        derived,
        decomposition,
        warnings: notices
            .iter()
            .filter(|notice| notice.level == Severity::Warning)
            .map(|notice| ReportWarning {
                code: notice.code.to_string(),
                field: notice.field.clone(),
                message: notice.message.clone(),
            })
            .collect(),
    }
}

fn planned_cell(network: &Network<'_, '_>, position: usize) -> PlannedCell {
    let cell = &network.cells[position];
    let site = &network.sites[cell.site];
    let sector = &site.spec.sectors[usize::from(cell.sector) - 1];
    let carrier = &network.expansions[site.group].carriers[usize::from(cell.carrier) - 1].carrier;
    let unit = site.spec.units.iter().find(|unit| unit.sectors.contains(&cell.sector));
    PlannedCell {
        cell: cell.name.clone(),
        site: site.spec.name.clone(),
        sector: cell.sector,
        carrier: cell.carrier,
        azimuth_degrees: sector.azimuth,
        beam_width_degrees: sector.beam_width,
        cell_id: cell.cell_id,
        gnb_id: number(cell.gnb),
        cell_local_id: number(cell.local),
        physical_cell_id: cell.pci,
        tac: site.tac,
        band: carrier.band,
        arfcn_dl: carrier.arfcn_dl,
        scs_khz: carrier.scs_khz,
        resource_blocks: carrier.resource_blocks,
        radio_unit: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
        distributed_unit: cell.distributed_unit.clone(),
        neighbours: cell.neighbours.iter().map(|other| network.cells[*other].name.clone()).collect(),
    }
}

/// Identities inside 32 bits.
fn number(identity: u64) -> u32 {
    u32::try_from(identity).unwrap_or(u32::MAX)
}
