//! The radio sites of an expansion: as listed, from the polygons, or the edge sites themselves.

use std::collections::BTreeSet;

use porchlight_api::coverage::{CoverageSite, GeoCoordinate};
use porchlight_api::network_slice_intent::SiteRole;
use porchlight_krm::order::Arrange;
use porchlight_krm::{Code, Notice, annotations};
use porchlight_radio::geo::Direction;

use super::area::Area;
use super::rules::Rules;
use super::sectors::{self, Sector};
use super::units::{self, RadioUnit};
use super::{Check, Distance};
use crate::data::Data;
use crate::edges::{Cluster, Edge, Edges, check_place};
use crate::lattice;
use crate::memory::{ESTIMATE, Memory};
use crate::names::{DNS_LABEL, is_dns_label};

/// A radio site.
#[derive(Clone, Debug)]
pub(crate) struct SiteSpec {
    pub(crate) name: String,
    pub(crate) place: GeoCoordinate,
    pub(crate) cluster: Cluster,
    pub(crate) tac: Option<u32>,
    pub(crate) sectors: Vec<Sector>,
    pub(crate) units: Vec<RadioUnit>,
    /// Where the expansion says so, such as `spec.sites[2]`.
    pub(crate) field: String,
}

/// What an expansion is planned on.
pub(super) struct Places {
    /// Radio sites, sorted by name. Empty where there is nothing to plan or everything is at fault.
    pub(super) sites: Vec<SiteSpec>,
    /// Cluster of the control planes of the central units: that of the first regional site the expansion may use.
    pub(super) central: Option<Cluster>,
}

/// Resolves the sites.
#[expect(clippy::too_many_arguments, reason = "everything a site can depend on")]
pub(super) fn resolve(
    name: &str,
    area: &Area,
    rules: &Rules,
    carriers: usize,
    distance: &mut Distance,
    edges: &Edges<'_>,
    memory: &Memory,
    check: &mut Check<'_, '_>,
) -> Places {
    let written = check.spec().sites.clone();
    let chosen = choose(edges, check);
    let mut sites = if !written.is_empty() {
        listed(&written, rules, carriers, edges, check)
    } else if !area.polygons.is_empty() {
        let host = |site: &str, place, share| host_of(site, place, share, &chosen, memory);
        from_polygons(name, area, rules, carriers, distance.metres, host, memory, check)
    } else if check.reading.is_readable("sites") && check.reading.is_readable("area") {
        from_edges(&chosen, rules, carriers, check)
    } else {
        Vec::new()
    };
    sites.arrange_by(|left, right| left.name.cmp(&right.name));
    let from_polygons = written.is_empty() && !area.polygons.is_empty();
    if check.spec().isd_metres.is_none() && !from_polygons {
        estimate(name, &sites, memory, distance);
    }
    let central = chosen.iter().filter(|edge| edge.role == SiteRole::Regional).find_map(|edge| edge.cluster.clone());
    Places { sites, central }
}

/// Edge sites an expansion may use: those it names or selects, else all.
fn choose<'e, 'a>(edges: &'e Edges<'a>, check: &mut Check<'_, '_>) -> Vec<&'e Edge<'a>> {
    let spec = check.spec().clone();
    if let Some(selector) = &spec.cluster_selector {
        if !spec.clusters.is_empty() {
            check.missing("spec.clusterSelector", "give either clusters or clusterSelector, not both");
        }
        let chosen: Vec<&Edge<'_>> = edges.0.iter().filter(|edge| selector.matches(&edge.labels)).collect();
        if chosen.is_empty() {
            let message =
                format!("no EdgeSite or WorkloadCluster of the package matches ({} looked at)", edges.0.len());
            check.missing("spec.clusterSelector", message);
        }
        return chosen;
    }
    if spec.clusters.is_empty() {
        return edges.0.iter().collect();
    }
    // An expansion that was generated names every cluster of its intent, not only those with a radio site.
    let generated = check.object.label(annotations::GENERATED_BY).is_some();
    let mut chosen: Vec<&Edge<'_>> = Vec::new();
    for (index, name) in spec.clusters.iter().enumerate() {
        match edges.named(name) {
            Some(edge) => chosen.push(edge),
            None if generated => {}
            None => {
                let message = "no EdgeSite or WorkloadCluster of the package has this name: add one";
                check.invalid(format!("spec.clusters[{index}]"), name, message);
            }
        }
    }
    chosen
}

fn listed(
    written: &[CoverageSite],
    rules: &Rules,
    carriers: usize,
    edges: &Edges<'_>,
    check: &mut Check<'_, '_>,
) -> Vec<SiteSpec> {
    let mut names = BTreeSet::new();
    let mut sites = Vec::new();
    let mut all_units = Vec::new();
    for (index, site) in written.iter().enumerate() {
        let field = format!("spec.sites[{index}]");
        if !is_dns_label(&site.name) {
            check.invalid(format!("{field}.name"), &site.name, DNS_LABEL);
        }
        if !names.insert(&site.name) {
            check.invalid(format!("{field}.name"), &site.name, "this site is listed twice");
        }
        let sectors = sectors::check(&format!("{field}.sectors"), &site.name, &site.sectors, rules, carriers, check);
        let units = units::check(&format!("{field}.radioUnits"), &site.name, &site.radio_units, sectors.len(), check);
        all_units.push(units.clone());
        let tac = site.tac.as_ref().and_then(|tac| {
            let value = tac.value();
            if value.is_none() {
                let message = format!("site `{}`: expected 0 to 16777215, or six hexadecimal digits", site.name);
                check.missing(format!("{field}.tac"), message);
            }
            value
        });
        let place = place_of(&field, site, edges, check);
        let cluster = cluster_of(&field, site, edges, check);
        if let (Some(place), Some(cluster)) = (place, cluster) {
            sites.push(SiteSpec { name: site.name.clone(), place, cluster, tac, sectors, units, field });
        }
    }
    units::check_cascades(written, &all_units, check);
    sites
}

fn place_of(field: &str, site: &CoverageSite, edges: &Edges<'_>, check: &mut Check<'_, '_>) -> Option<GeoCoordinate> {
    let Some(place) = site.location else {
        let edge = edges.0.iter().find(|edge| edge.name == site.name);
        let place = edge.and_then(|edge| edge.location);
        if place.is_none() {
            let message = format!(
                "where does the site `{}` stand? Give latitude and longitude, or an EdgeSite of that name",
                site.name
            );
            check.missing(format!("{field}.location"), message);
        }
        return place;
    };
    check_place(check.object, &format!("{field}.location"), place, check.faults).then_some(place)
}

fn cluster_of(field: &str, site: &CoverageSite, edges: &Edges<'_>, check: &mut Check<'_, '_>) -> Option<Cluster> {
    let field = format!("{field}.cluster");
    let edge = match &site.cluster {
        Some(name) => {
            let edge = edges.named(name);
            if edge.is_none() {
                let message =
                    format!("site `{}`: no EdgeSite or WorkloadCluster of the package has this name", site.name);
                check.invalid(&field, name, message);
            }
            edge?
        }
        None => match edges.0.iter().find(|edge| edge.name == site.name) {
            Some(edge) => edge,
            None => {
                let message = format!(
                    "the site `{}` has no cluster: name an EdgeSite here, or add one called `{}`",
                    site.name, site.name
                );
                check.missing(field, message);
                return None;
            }
        },
    };
    cluster_or_fault(edge, check)
}

/// The cluster of an edge site; a site without one is at fault.
fn cluster_or_fault(edge: &Edge<'_>, check: &mut Check<'_, '_>) -> Option<Cluster> {
    if edge.cluster.is_none()
        && let Some(object) = edge.object
    {
        let message =
            format!("the site `{}` has no cluster, but is to host radio network functions: name it", edge.name);
        check.faults.missing(object, "spec.cluster.name", message);
    }
    edge.cluster.clone()
}

/// The edge sites themselves, near the antennas.
fn from_edges(chosen: &[&Edge<'_>], rules: &Rules, carriers: usize, check: &mut Check<'_, '_>) -> Vec<SiteSpec> {
    let mut sites = Vec::new();
    for edge in chosen.iter().filter(|edge| matches!(edge.role, SiteRole::Edge | SiteRole::FarEdge)) {
        let Some(object) = edge.object else { continue };
        // An edge site that was generated from an intent is a host; where it stands nobody said.
        if edge.location.is_none() && object.label(annotations::GENERATED_BY).is_some() {
            continue;
        }
        let Some(place) = edge.location else {
            let message = format!("where does the site `{}` stand? Give latitude and longitude", edge.name);
            check.faults.missing(object, "spec.location", message);
            continue;
        };
        let Some(cluster) = cluster_or_fault(edge, check) else {
            continue;
        };
        let sectors = sectors::default(rules, carriers);
        let units = units::default(&edge.name, sectors.len());
        let field = if check.spec().clusters.is_empty() { "spec" } else { "spec.clusters" }.to_owned();
        sites.push(SiteSpec { name: edge.name.clone(), place, cluster, tac: None, sectors, units, field });
    }
    if sites.is_empty() {
        let message = "no polygon, no sites and no EdgeSite with a location: there is nothing to plan";
        check.notices.push(Notice::info(Code::IntentUnsupported, super::NOTHING_TO_PLAN, message));
    }
    sites
}

/// The edge site that hosts a new site: the one it had, else the nearest; sites near the antennas go first.
///
/// Where no host says where it stands, each gets an equal share of the sites in a row; `share` is how many of them come
/// before this one, as a fraction.
fn host_of(site: &str, place: GeoCoordinate, share: f64, chosen: &[&Edge<'_>], memory: &Memory) -> Option<Cluster> {
    let hosts = || chosen.iter().filter_map(|edge| Some((*edge, edge.cluster.as_ref()?)));
    if let Some(known) = memory.cluster(site)
        && let Some((_, cluster)) = hosts().find(|(_, cluster)| cluster.name == known)
    {
        return Some(cluster.clone());
    }
    let near = || hosts().filter(|(edge, _)| matches!(edge.role, SiteRole::Edge | SiteRole::FarEdge));
    let count = near().count();
    if count > 1 && near().all(|(edge, _)| edge.location.is_none()) {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of few hosts"
        )]
        let position = (share * count as f64) as usize;
        return near().nth(position.min(count - 1)).map(|(_, cluster)| cluster.clone());
    }
    let here = Direction::of(place);
    hosts()
        .map(|(edge, cluster)| {
            let far = !matches!(edge.role, SiteRole::Edge | SiteRole::FarEdge);
            let distance = edge.location.map_or(f64::MAX, |place| here.chord_squared(Direction::of(place)));
            (far, distance, edge.name.as_str(), cluster)
        })
        .min_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)).then(left.2.cmp(right.2)))
        .map(|(_, _, _, cluster)| cluster.clone())
}

#[expect(clippy::too_many_arguments, reason = "everything a site of a polygon depends on")]
fn from_polygons(
    name: &str,
    area: &Area,
    rules: &Rules,
    carriers: usize,
    isd_metres: f64,
    host: impl Fn(&str, GeoCoordinate, f64) -> Option<Cluster>,
    memory: &Memory,
    check: &mut Check<'_, '_>,
) -> Vec<SiteSpec> {
    let limit = &Data::get().planning.maximum_sites;
    let count = lattice::site_count(area.square_metres, area.percent, isd_metres);
    if count > limit.real() {
        let message = format!(
            "{:.0} km² at {isd_metres} m between sites are {count} sites, more than {}: take a larger isdMetres, or split the area",
            area.square_metres / 1e6,
            limit.value
        );
        check.missing("spec.area.polygons", message);
        return Vec::new();
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be small and above 0")]
    let count = count as usize;
    let site_name = |spot: &str| format!("{name}-{spot}");
    let grid = lattice::spots(&area.polygons, isd_metres, count, |spot| memory.has_site(&site_name(spot)));
    if grid.covered_percent + 0.05 < area.percent {
        let message = format!(
            "{} sites cover {:.1} % of the area by their hexagons, {} % are asked for: hexagons at the border reach \
             beyond it; add sites there or take a smaller isdMetres",
            grid.spots.len(),
            grid.covered_percent,
            area.percent
        );
        check.notices.push(Notice::info(Code::IntentUnsupported, "spec.area.polygons", message));
    }
    let mut sites = Vec::new();
    let spots = grid.spots.len();
    for (index, spot) in grid.spots.into_iter().enumerate() {
        let name = site_name(&spot.name);
        #[expect(clippy::cast_precision_loss, reason = "the number of sites is limited")]
        let share = index as f64 / spots as f64;
        let Some(cluster) = host(&name, spot.place, share) else {
            let message = format!("the site `{name}` has no cluster: add an EdgeSite with a cluster to the package");
            check.missing("spec.clusters", message);
            return Vec::new();
        };
        let sectors = sectors::default(rules, carriers);
        let units = units::default(&name, sectors.len());
        let field = "spec.area.polygons".to_owned();
        sites.push(SiteSpec { name, place: spot.place, cluster, tac: None, sectors, units, field });
    }
    sites
}

/// Sites that stand already tell their distance themselves: the median of the distances to the nearest one. An earlier
/// plan's figure stays, so that a further site changes no relation between others.
fn estimate(name: &str, sites: &[SiteSpec], memory: &Memory, distance: &mut Distance) {
    let estimated = |metres: f64| Distance {
        metres,
        rule: ESTIMATE.rule,
        source: "Porchlight rule: median of the distances of the listed sites to their nearest one".to_owned(),
    };
    if let Some(metres) = memory.distance(name) {
        *distance = estimated(metres);
        return;
    }
    if sites.len() < 2 {
        return;
    }
    let places: Vec<Direction> = sites.iter().map(|site| Direction::of(site.place)).collect();
    let mut nearest: Vec<f64> = places
        .iter()
        .enumerate()
        .map(|(index, here)| {
            let others = places.iter().enumerate().filter(|(other, _)| *other != index);
            others.map(|(_, there)| here.distance_metres(*there)).fold(f64::MAX, f64::min)
        })
        .collect();
    nearest.arrange_by(f64::total_cmp);
    let median = nearest[nearest.len() / 2].ceil().max(5.0);
    *distance = estimated(median);
}
