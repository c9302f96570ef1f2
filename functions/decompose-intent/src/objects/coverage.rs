//! What the planning of sites and cells starts from: the area, and the places that can host radio network functions.

use porchlight_api::coverage::{CoverageExpansion, CoveragePlacement};
use porchlight_api::edge_site::{EdgeCapacity, EdgeCluster, EdgeSite, Nic};
use porchlight_api::network_slice_intent::{Placement, Snssai};
use porchlight_api::{Draft, annotation};
use porchlight_krm::annotations;
use porchlight_krm::order::{Gather, SortedMap};

use super::{Desired, Objects, desired};
use crate::placement::Plan;
use crate::slice::{Site, Slice};

impl Objects<'_> {
    /// Hands the area over, with the radio network functions that are to serve it.
    pub(super) fn add_coverage(&mut self, slice: &Slice) {
        let Some(area) = slice.coverage.clone() else { return };
        // Where nothing is planned from the area, the radio network functions are with the slice's own.
        let radio: Vec<_> = if slice.leaves_radio_to_coverage() { slice.radio().collect() } else { Vec::new() };
        let stated = radio.iter().filter(|function| function.blueprint_field.is_some());
        let blueprints: SortedMap<_, _> = stated.map(|function| (function.nf, function.blueprint.clone())).gather();
        let providers: SortedMap<_, _> = radio.iter().map(|function| (function.nf, function.provider.clone())).gather();
        let expansion = CoverageExpansion {
            area,
            clusters: slice.sites.iter().map(|site| site.cluster.clone()).collect(),
            plmns: slice.plmns.clone(),
            slices: vec![Snssai { sst: Some(i64::from(slice.sst)), sd: slice.sd.clone() }],
            network_functions: Some(radio.iter().map(|function| function.nf).collect()),
            providers: (!providers.is_empty()).then_some(providers),
            blueprints: (!blueprints.is_empty()).then_some(blueprints),
            placement: Some(match slice.placement {
                Placement::PackageVariant => CoveragePlacement::PackageVariant,
                Placement::InPackage => CoveragePlacement::InPackage,
            }),
            ..CoverageExpansion::default()
        };
        let owner = self.intent_condition();
        let object = Draft::new(&slice.name, &expansion).annotated(annotation::SPECIALIZER_OWNER, &owner);
        let fields = ["spec.coverage", "spec.plmns", "spec.snssai", "spec.topology", "spec.sites"];
        self.add_local(object, "coverage.yaml", &fields);
    }
}

/// A place for every site of slices whose area is planned. Slices that describe a cluster differently agree on the
/// first one by name.
pub(crate) fn edge_sites(plans: &[Plan<'_>]) -> Vec<Desired> {
    let mut places: SortedMap<&str, (&Site, Vec<&str>)> = SortedMap::new();
    for plan in plans.iter().filter(|plan| plan.slice.leaves_radio_to_coverage()) {
        for site in &plan.slice.sites {
            places.entry(&site.cluster).or_insert((site, Vec::new())).1.push(&plan.slice.name);
        }
    }
    let folder = plans.first().map_or("", |plan| plan.slice.folder.as_str());
    places
        .into_values()
        .map(|(site, intents)| {
            let object = Draft::new(&site.name, &edge_site(site))
                .annotated(annotation::INTENT, &intents.join(","))
                .annotated(annotations::LOCAL_CONFIG, "true");
            desired(object, format!("{folder}sites/{}.yaml", site.name), &["spec.coverage", "spec.sites"])
        })
        .collect()
}

fn edge_site(site: &Site) -> EdgeSite {
    #[expect(clippy::cast_precision_loss, reason = "port speeds are far below 2^53")]
    let nics = site.stated_nic.map(|_| vec![Nic { speed_gbps: site.nic_bandwidth as f64 / 1e9 }]);
    EdgeSite {
        site_type: Some(site.role),
        location: site.location,
        cluster: Some(EdgeCluster {
            name: site.cluster.clone(),
            cnis: site.cnis.clone().unwrap_or_default(),
            master_interface: None,
            repository: (site.repository != site.cluster).then(|| site.repository.clone()),
        }),
        capacity: nics.map(|nics| EdgeCapacity { nics, ..EdgeCapacity::default() }),
        ..EdgeSite::default()
    }
}
