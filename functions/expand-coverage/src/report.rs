//! What the numbers of a plan come from, and what will not be as the expansion says.

use std::collections::{BTreeMap, BTreeSet};

use porchlight_api::coverage::PlannedCarrier;
use porchlight_api::intent_report::DerivedValue;
use porchlight_api::network_slice_intent::NfType;
use porchlight_krm::order::Gather;
use porchlight_krm::{Code, Notice};
use porchlight_radio::identity::ranges;
use porchlight_radio::{band, raster, rate};

use crate::data::{Data, Figure};
use crate::edges::Edges;
use crate::expansion::{Expansion, downlink_percent, is_per_site};
use crate::lattice;
use crate::memory::ESTIMATE;
use crate::network::{Network, cells_per_unit};

/// Scope of values that hold for the whole expansion.
const COVERAGE: &str = "coverage";
/// Source of what somebody wrote.
const EXPANSION: &str = "the expansion";

/// Collects derived values.
#[derive(Default)]
struct Values(Vec<DerivedValue>);

impl Values {
    /// A value with the rule that gave it and, where there is one, its calculation.
    #[expect(clippy::needless_pass_by_value, reason = "callers pass numbers and texts alike")]
    fn add(&mut self, scope: &str, name: &str, value: impl ToString, how: (&str, &str), source: &str) {
        let (rule, calculation) = how;
        self.0.push(DerivedValue {
            name: name.to_owned(),
            scope: scope.to_owned(),
            value: value.to_string(),
            rule: rule.to_owned(),
            calculation: (!calculation.is_empty()).then(|| calculation.to_owned()),
            source: source.to_owned(),
        });
    }

    fn figure(&mut self, name: &str, value: impl ToString, how: (&str, &str), figure: &Figure) {
        self.add(COVERAGE, name, value, how, &figure.source);
    }
}

/// The numbers of one expansion.
pub(crate) fn derived(network: &Network<'_, '_>, group: usize) -> Vec<DerivedValue> {
    let expansion = &network.expansions[group];
    let mut values = Values::default();
    sites(network, group, &mut values);
    functions(network, group, &mut values);
    for (index, carrier) in expansion.carriers.iter().enumerate() {
        let scope = format!("carrier {}", index + 1);
        let PlannedCarrier { arfcn_dl, resource_blocks, scs_khz, channel_bandwidth_mhz, frequency_dl_khz, .. } =
            carrier.carrier;
        values.add(
            &scope,
            "resourceBlocks",
            resource_blocks,
            ("resourceBlocks", &format!("{channel_bandwidth_mhz} MHz at {scs_khz} kHz")),
            carrier.blocks_source,
        );
        let source = format!("{}; {}", raster::source(arfcn_dl).unwrap_or_default(), carrier.band_source);
        let how = ("globalRaster", format!("NR-ARFCN {arfcn_dl}"));
        values.add(&scope, "frequency", format!("{frequency_dl_khz} kHz"), (how.0, &how.1), &source);
        rates(expansion, index, &scope, &mut values);
    }
    values.0
}

fn sites(network: &Network<'_, '_>, group: usize, values: &mut Values) {
    let planning = &Data::get().planning;
    let expansion = &network.expansions[group];
    let own = || network.sites.iter().filter(|site| site.group == group);
    let (metres, area) = (expansion.distance.metres, &expansion.area);
    values.add(
        COVERAGE,
        ESTIMATE.name,
        format!("{metres} m"),
        (expansion.distance.rule, ""),
        &expansion.distance.source,
    );
    if !area.polygons.is_empty() {
        let square_kilometres = area.square_metres / 1e6;
        let source = "TS 28.623 GeoArea; equal-area projection of the earth's mean sphere";
        values.add(COVERAGE, "area", format!("{square_kilometres:.3} km²"), ("polygonArea", ""), source);
    }
    let from_polygons = expansion.spec.sites.is_empty() && !area.polygons.is_empty();
    if from_polygons {
        let served = lattice::site_area(metres);
        values.add(
            COVERAGE,
            "siteArea",
            format!("{served:.0} m²"),
            ("hexagonArea", "√3/2 × isd²"),
            "area of a hexagon of the grid",
        );
        let rule = format!("ceil({:.0} m² × {} % / {served:.0} m²)", area.square_metres, area.percent);
        values.figure("sites", own().count(), ("areaPercent", &rule), &planning.area_percent);
    } else {
        values.add(COVERAGE, "sites", own().count(), ("asListed", ""), "the expansion or the EdgeSites of the package");
    }
    let sectors: usize = own().map(|site| site.spec.sectors.len()).sum();
    let rule = format!("{sectors} sectors × {} carriers", expansion.carriers.len());
    let default = expansion.spec.plan.as_ref().is_none_or(|plan| plan.sectors_per_site.is_none())
        && expansion.spec.sites.iter().all(|site| site.sectors.is_empty());
    let source = if default { planning.sectors_per_site.source.as_str() } else { EXPANSION };
    values.add(COVERAGE, "cells", sectors * expansion.carriers.len(), ("sectorsPerSite", &rule), source);
    let radius = expansion.neighbour_radius();
    let rule = format!("{} % of isd", planning.neighbour_radius.value);
    values.figure("neighbourRadius", format!("{radius:.0} m"), ("neighbourRadius", &rule), &planning.neighbour_radius);
    let rule = format!("{} % of neighbourRadius", planning.reuse_distance.value);
    values.figure(
        "reuseDistance",
        format!("{:.0} m", expansion.reuse_distance()),
        ("reuseDistance", &rule),
        &planning.reuse_distance,
    );
    let (first, last) = expansion.rules.pci;
    let used: BTreeSet<u16> = own().flat_map(|site| &site.cells).map(|cell| network.cells[*cell].pci).gather();
    let rule = format!("{first} to {last}");
    values.add(COVERAGE, "physicalCellIdentities", used.len(), ("pciRange", &rule), &ranges().pci.source);
    let source = "uplink reference signals repeat mod 30 (TS 38.211 §6.4.1.1.1)";
    let clashes = network.mod30_clashes.iter().filter(|cell| network.sites[network.cells[**cell].site].group == group);
    values.add(
        COVERAGE,
        "mod30Clashes",
        clashes.count(),
        ("mod30", "cells with a neighbour of the same identity mod 30"),
        source,
    );
}

fn functions(network: &Network<'_, '_>, group: usize, values: &mut Values) {
    let planning = &Data::get().planning;
    let expansion = &network.expansions[group];
    let cells = || network.cells.iter().filter(|cell| network.sites[cell.site].group == group);
    let count = u64::try_from(cells().count()).unwrap_or(u64::MAX);
    let gnbs = network.gnbs.values().filter(|gnb| gnb.group == group).count();
    let scope = if is_per_site(&expansion.rules) { "site" } else { "cluster" };
    let rule = format!("one per {scope}, at most {} cells in each", planning.cells_per_central_unit.value);
    values.figure("gnbs", gnbs, ("cellsPerCentralUnit", &rule), &planning.cells_per_central_unit);
    let per_unit = u64::from(expansion.rules.cells_per_du);
    let given = expansion.spec.plan.as_ref().is_some_and(|plan| plan.cells_per_du.is_some());
    let source = if given { EXPANSION } else { planning.cells_per_du.source.as_str() };
    let rule = format!("ceil({count} / {per_unit})");
    values.add(COVERAGE, "distributedUnits", count.div_ceil(per_unit), ("cellsPerDu", &rule), source);
    let units: BTreeSet<&str> = cells().map(|cell| cell.distributed_unit.as_str()).gather();
    let provider = expansion.function(NfType::Du).and_then(|function| Data::get().provider(&function.provider));
    let source = provider.map_or("the plan", |provider| provider.source.as_str());
    let rule = format!("at most {} in each, of one gNB and tracking area", cells_per_unit(expansion));
    values.add(COVERAGE, "distributedUnitInstances", units.len(), ("cellsOfProvider", &rule), source);
}

/// Rates of a cell on a carrier.
fn rates(expansion: &Expansion<'_>, index: usize, scope: &str, values: &mut Values) {
    let (carrier, layers) = (&expansion.carriers[index].carrier, expansion.layers[index]);
    let Some(range) = band::find(carrier.band).map(band::Band::frequency_range) else { return };
    let peak = rate::peak_downlink(range, carrier.scs_khz, carrier.resource_blocks, layers);
    let figures = rate::figures();
    let rule = format!(
        "{layers} layers × {} bits × {}/1024 × {} blocks",
        figures.modulation_bits.value, figures.code_rate_numerator.value, carrier.resource_blocks
    );
    values.add(scope, "peakDownlink", megabits(peak), ("peakRate", &rule), "TS 38.306 §4.1.2");
    if let Some(percent) = downlink_percent(expansion.spec.radio.get(index)) {
        let rule = format!("peakDownlink × {percent} % downlink slots");
        values.add(scope, "peakDownlinkTdd", megabits(peak * percent / 100), ("tddPattern", &rule), EXPANSION);
    }
    let stream = rate::fronthaul_stream(carrier.scs_khz, carrier.resource_blocks);
    let rule = format!(
        "{} blocks × (24 × {} + {}) bits",
        carrier.resource_blocks, figures.fronthaul_sample_bits.value, figures.fronthaul_exponent_bits.value
    );
    values.add(
        scope,
        "fronthaulPerStream",
        megabits(stream),
        ("fronthaulRate", &rule),
        &figures.fronthaul_sample_bits.source,
    );
}

fn megabits(bits: u64) -> String {
    format!("{} Mbit/s", bits / 1_000_000)
}

/// What will not be as an expansion says, and what is worth knowing.
pub(crate) fn notices(network: &Network<'_, '_>, group: usize, edges: &Edges<'_>) -> Vec<Notice> {
    let expansion = &network.expansions[group];
    let mut notices = expansion.notices.clone();
    notices.extend(network.notices.iter().filter(|(of, _)| *of == group).map(|(_, notice)| notice.clone()));
    provider_limits(expansion, &mut notices);
    isolated_sites(network, group, &mut notices);
    processors(network, group, edges, &mut notices);
    recorded_only(expansion, &mut notices);
    notices
}

fn provider_limits(expansion: &Expansion<'_>, notices: &mut Vec<Notice>) {
    for function in &expansion.functions {
        let Some(provider) = Data::get().provider(&function.provider) else { continue };
        if provider.one_plmn_and_slice && expansion.plmns.len() > 1 {
            let message = format!("{} uses the first network only; {} are given", provider.name, expansion.plmns.len());
            notices.push(Notice::warning(Code::ProviderUnsupported, "spec.plmns[1]", message));
        }
        if provider.one_plmn_and_slice && expansion.slices.len() > 1 {
            let message = format!("{} uses the first slice only; {} are given", provider.name, expansion.slices.len());
            notices.push(Notice::warning(Code::ProviderUnsupported, "spec.slices[1]", message));
        }
        let Some(start) = provider.point_a.and_then(raster::frequency_khz) else { continue };
        for (index, checked) in expansion.carriers.iter().enumerate() {
            let carrier = &checked.carrier;
            let half = u64::from(carrier.resource_blocks) * 12 * u64::from(carrier.scs_khz) / 2;
            if carrier.frequency_dl_khz != start + half {
                let field = format!("spec.radio[{index}].arfcnDL");
                let nearest = raster::arfcn(start + half).map_or_else(String::new, |arfcn| format!(", centre {arfcn}"));
                let message = format!(
                    "{} starts every carrier at {start} kHz{nearest}, whatever channel is planned",
                    provider.name
                );
                notices.push(Notice::warning(Code::ProviderUnsupported, field, message).with_current(carrier.arfcn_dl));
            }
        }
    }
}

fn isolated_sites(network: &Network<'_, '_>, group: usize, notices: &mut Vec<Notice>) {
    let own: Vec<_> = network.sites.iter().filter(|site| site.group == group).collect();
    if own.len() < 2 || network.expansions[group].relations.is_some() {
        return;
    }
    for site in own {
        let alone = site.cells.iter().all(|cell| {
            network.cells[*cell].neighbours.iter().all(|other| network.cells[*other].site == network.cells[*cell].site)
        });
        if alone {
            let message = format!(
                "the site `{}` has no neighbour within {:.0} m: set isdMetres to the distance between your sites if it should",
                site.spec.name,
                network.expansions[group].neighbour_radius()
            );
            notices.push(Notice::info(Code::IntentUnsupported, &site.spec.field, message));
        }
    }
}

/// Whether the clusters have the processors their distributed units ask for.
fn processors(network: &Network<'_, '_>, group: usize, edges: &Edges<'_>, notices: &mut Vec<Notice>) {
    let planning = &Data::get().planning;
    let mut demand: BTreeMap<&str, (BTreeSet<&str>, u64)> = BTreeMap::new();
    for cell in network.cells.iter().filter(|cell| network.sites[cell.site].group == group) {
        let of_cluster = demand.entry(&network.sites[cell.site].spec.cluster.name).or_default();
        of_cluster.0.insert(&cell.distributed_unit);
        of_cluster.1 += 1;
    }
    for (cluster, (units, cells)) in demand {
        let Some(there) = edges.of_cluster(cluster).and_then(|edge| edge.cpu) else { continue };
        let units = u64::try_from(units.len()).unwrap_or(u64::MAX);
        let wanted = units * u64::from(planning.du_base_cpu.value) + cells * u64::from(planning.du_cpu_per_cell.value);
        if there.ceil().is_some_and(|there| there < wanted) {
            let message = format!(
                "{units} distributed units with {cells} cells ask the cluster `{cluster}` for {wanted} CPU ({} each and {} a \
                 cell), it has {there}: add sites or processors",
                planning.du_base_cpu.value, planning.du_cpu_per_cell.value
            );
            notices.push(Notice::warning(Code::SizingLimitExceeded, "spec.clusters", message).with_current(cluster));
        }
    }
}

/// Targets that the plan does not go by.
fn recorded_only(expansion: &Expansion<'_>, notices: &mut Vec<Notice>) {
    let Some(targets) = &expansion.spec.targets else { return };
    let given = [
        ("rsrpDbm", targets.rsrp_dbm.is_some()),
        ("sinrDb", targets.sinr_db.is_some()),
        ("dlUserMbps", targets.dl_user_mbps.is_some()),
        ("ulUserMbps", targets.ul_user_mbps.is_some()),
    ];
    let names: Vec<&str> = given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect();
    if let Some(first) = names.first() {
        let message = format!("recorded, but the plan makes no link budget: {}", names.join(", "));
        notices.push(Notice::info(Code::IntentUnsupported, format!("spec.targets.{first}"), message));
    }
}
