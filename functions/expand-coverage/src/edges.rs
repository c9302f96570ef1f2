//! The `EdgeSite`s of a package: places with a cluster.

use std::collections::BTreeMap;

use porchlight_api::coverage::GeoCoordinate;
use porchlight_api::edge_site::{EdgeSite, Location};
use porchlight_api::infra::{self, SITE_TYPE_LABEL, WorkloadCluster};
use porchlight_api::network_slice_intent::SiteRole;
use porchlight_api::{API_VERSION, Kind, Object, Quantity};
use porchlight_krm::order::{Arrange, Gather};
use porchlight_krm::{FieldPath, Resource, annotations};

use crate::data::Data;
use crate::fault::Faults;
use crate::names::{DNS_LABEL, is_dns_label};
use crate::read::read;

/// Another name of the kind.
const ALIAS: &str = "Edge";
/// Cluster name of blueprints that nobody has specialised yet.
const PLACEHOLDER: &str = "example";

/// A place with a cluster.
pub(crate) struct Edge<'a> {
    pub(crate) object: Option<&'a Resource>,
    pub(crate) name: String,
    pub(crate) role: SiteRole,
    pub(crate) location: Option<GeoCoordinate>,
    pub(crate) region: Option<String>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) cluster: Option<Cluster>,
    pub(crate) cpu: Option<Quantity>,
}

/// A workload cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) cnis: Vec<String>,
    pub(crate) master_interface: String,
    /// Porch repository.
    pub(crate) repository: String,
}

/// All of them, sorted by name.
pub(crate) struct Edges<'a>(pub(crate) Vec<Edge<'a>>);

impl<'a> Edges<'a> {
    /// Finds and checks the sites, and the workload clusters that no site has.
    pub(crate) fn find(items: &'a [Resource], faults: &mut Faults) -> Self {
        let mut edges: Vec<Edge<'a>> = Vec::new();
        let is_ours =
            |item: &&Resource| item.api_version() == API_VERSION && [EdgeSite::KIND, ALIAS].contains(&item.kind());
        let mut objects: Vec<&Resource> = items.iter().filter(is_ours).collect();
        objects.arrange_by_key(|object| (object.name(), object.namespace(), object.file()));
        for object in objects {
            let edge = check(object, faults);
            if edges.iter().any(|other| other.name == edge.name) {
                faults.invalid(object, "spec.siteId", &edge.name, "another EdgeSite has this name: rename one of them");
            } else {
                edges.push(edge);
            }
        }
        edges.extend(clusters_without_site(items, &edges));
        edges.arrange_by(|left, right| left.name.cmp(&right.name));
        Self(edges)
    }

    /// A site by its name or that of its cluster.
    pub(crate) fn named(&self, name: &str) -> Option<&Edge<'a>> {
        let by_cluster = |edge: &&Edge<'_>| edge.cluster.as_ref().is_some_and(|cluster| cluster.name == name);
        self.0.iter().find(|edge| edge.name == name).or_else(|| self.0.iter().find(by_cluster))
    }

    /// The site of a cluster.
    pub(crate) fn of_cluster(&self, cluster: &str) -> Option<&Edge<'a>> {
        self.0.iter().find(|edge| edge.cluster.as_ref().is_some_and(|other| other.name == cluster))
    }
}

/// Checks one site.
fn check<'a>(object: &'a Resource, faults: &mut Faults) -> Edge<'a> {
    let reading = read::<EdgeSite>(object, faults);
    let spec = &reading.spec;
    let name = spec.site_id.clone().unwrap_or_else(|| object.name().to_owned());
    let field = if spec.site_id.is_some() { "spec.siteId" } else { "metadata.name" };
    if !is_dns_label(&name) {
        faults.invalid(object, field, &name, DNS_LABEL);
    }
    let location = spec.location.and_then(|location| check_location(object, location, faults));
    if let Some(capacity) = &spec.capacity {
        let counts = [("hugepages1Gi", capacity.hugepages_1gi), ("sriovVfs", capacity.sriov_vfs)];
        for (part, count) in counts {
            if let Some(count) = count.filter(|count| *count < 0) {
                faults.invalid(object, format!("spec.capacity.{part}"), count, "expected a number from 0");
            }
        }
    }
    Edge {
        object: Some(object),
        name,
        role: spec.site_type.unwrap_or_default(),
        location,
        region: spec.region.clone(),
        labels: object.labels().map(|(key, value)| (key.to_owned(), value.to_owned())).gather(),
        cluster: check_cluster(object, spec, faults),
        cpu: spec.capacity.as_ref().and_then(|capacity| capacity.cpu),
    }
}

fn check_cluster(object: &Resource, spec: &EdgeSite, faults: &mut Faults) -> Option<Cluster> {
    let written = spec.cluster.as_ref()?;
    if written.name.is_empty() {
        let message = format!("the site `{}` has no cluster: name it", object.name());
        faults.missing(object, "spec.cluster.name", message);
        return None;
    }
    if !is_dns_label(&written.name) || written.name == PLACEHOLDER {
        let message =
            if written.name == PLACEHOLDER { "a cluster nobody has named yet; give its name" } else { DNS_LABEL };
        faults.invalid(object, "spec.cluster.name", &written.name, message);
        return None;
    }
    let defaults = &Data::get().defaults;
    Some(Cluster {
        name: written.name.clone(),
        cnis: if written.cnis.is_empty() { defaults.cnis.value.clone() } else { written.cnis.clone() },
        master_interface: written.master_interface.clone().unwrap_or_else(|| defaults.master_interface.value.clone()),
        repository: written.repository.clone().unwrap_or_else(|| written.name.clone()),
    })
}

fn check_location(object: &Resource, location: Location, faults: &mut Faults) -> Option<GeoCoordinate> {
    let place = GeoCoordinate { latitude: location.latitude, longitude: location.longitude };
    check_place(object, "spec.location", place, faults).then_some(place)
}

/// Checks that a place is on earth.
pub(crate) fn check_place(object: &Resource, field: &str, place: GeoCoordinate, faults: &mut Faults) -> bool {
    let before = faults.len();
    for (part, value, limit) in [("latitude", place.latitude, 90.0), ("longitude", place.longitude, 180.0)] {
        if !(-limit..=limit).contains(&value) {
            faults.invalid(object, format!("{field}.{part}"), value, format!("expected −{limit} to {limit} degrees"));
        }
    }
    faults.len() == before
}

/// Clusters the package knows from `WorkloadCluster` objects alone.
fn clusters_without_site<'a>(items: &'a [Resource], edges: &[Edge<'a>]) -> Vec<Edge<'a>> {
    let mut found: BTreeMap<String, Edge<'a>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.is(infra::API_VERSION, WorkloadCluster::KIND)) {
        if item.label(annotations::GENERATED_BY) == Some(crate::NAME) {
            continue;
        }
        let Ok(Object { metadata, spec }) = item.typed::<Object<WorkloadCluster>>() else { continue };
        let taken = |edge: &Edge<'_>| {
            edge.name == spec.cluster_name || edge.cluster.as_ref().is_some_and(|other| other.name == spec.cluster_name)
        };
        if spec.cluster_name.is_empty() || spec.cluster_name == PLACEHOLDER || edges.iter().any(taken) {
            continue;
        }
        let role = metadata.labels.get(SITE_TYPE_LABEL).map(String::as_str);
        let edge = Edge {
            object: None,
            name: spec.cluster_name.clone(),
            role: role_of(role),
            location: None,
            region: None,
            labels: metadata.labels,
            cluster: Some(Cluster {
                name: spec.cluster_name.clone(),
                cnis: spec.cnis,
                master_interface: spec.master_interface,
                repository: spec.cluster_name.clone(),
            }),
            cpu: None,
        };
        found.insert(spec.cluster_name, edge);
    }
    found.into_values().collect()
}

/// Role by the value of Nephio's site-type label; edge where there is none.
fn role_of(site_type: Option<&str>) -> SiteRole {
    SiteRole::ALL
        .into_iter()
        .find(|role| site_type.is_some_and(|text| text.replace('-', "").eq_ignore_ascii_case(role.as_str())))
        .unwrap_or_default()
}

/// Clusters a `WorkloadCluster` of the user describes already.
pub(crate) fn described_clusters(items: &[Resource]) -> Vec<String> {
    let path = FieldPath::of(["spec", "clusterName"]);
    items
        .iter()
        .filter(|item| item.is(infra::API_VERSION, WorkloadCluster::KIND))
        .filter(|item| item.label(annotations::GENERATED_BY) != Some(crate::NAME))
        .filter_map(|item| item.get::<String>(&path).ok().flatten())
        .collect()
}
