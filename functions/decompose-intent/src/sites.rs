//! The sites of a slice: as listed, or found by label among the clusters of the package.

use std::collections::BTreeMap;

use porchlight_api::edge_site::Location;
use porchlight_api::infra::{self, LabelSelector, SITE_TYPE_LABEL, WorkloadCluster};
use porchlight_api::network_slice_intent::{Site as Written, SiteRole};
use porchlight_api::{Kind, Object};
use porchlight_krm::order::SortedMap;
use porchlight_krm::{Code, Notice, Resource, annotations};
use porchlight_sizing::Figures;

use crate::latency;
use crate::problem::Problems;
use crate::slice::Site;
use crate::validate::{Check, DNS_LABEL, is_dns_label};

const MAX_WEIGHT: i64 = 1_000_000;
/// Cluster name of blueprints that nobody has specialised yet.
const PLACEHOLDER: &str = "example";

/// The workload clusters a package knows, by cluster name.
#[derive(Default)]
pub(crate) struct Clusters(SortedMap<String, Cluster>);

struct Cluster {
    labels: BTreeMap<String, String>,
    cnis: Vec<String>,
    /// A function made it, from the sites of a coverage plan: there may be further clusters that nobody describes.
    generated: bool,
}

impl Clusters {
    /// Finds the `WorkloadCluster` objects. One that cannot be read is none of our business here.
    pub(crate) fn find(items: &[Resource]) -> Self {
        let mut clusters = SortedMap::new();
        for item in items {
            let is_cluster = item.is(infra::API_VERSION, WorkloadCluster::KIND);
            // What other functions derive from an intent is no news about it, and may be of some clusters only.
            if !is_cluster || item.label(annotations::GENERATED_BY).is_some() {
                continue;
            }
            let Ok(Object { metadata, spec }) = item.typed::<Object<WorkloadCluster>>() else { continue };
            if spec.cluster_name != PLACEHOLDER && !spec.cluster_name.is_empty() {
                let generated = item.label(annotations::GENERATED_BY).is_some();
                clusters.insert(spec.cluster_name, Cluster { labels: metadata.labels, cnis: spec.cnis, generated });
            }
        }
        Self(clusters)
    }

    /// Attachment types a cluster offers, where it is known.
    pub(crate) fn cnis(&self, cluster: &str) -> Option<Vec<String>> {
        self.0.get(cluster).map(|cluster| cluster.cnis.clone())
    }
}

/// Resolves the sites of an intent.
pub(crate) fn resolve(clusters: &Clusters, check: &mut Check<'_>) -> Vec<Site> {
    let spec = check.spec();
    let sites = match (&spec.site_selector, spec.sites.is_empty()) {
        (Some(_), false) => {
            check.problems.add(
                Code::IntentConflict,
                "spec.siteSelector",
                None,
                "give either sites or siteSelector, not both",
            );
            return Vec::new();
        }
        (Some(selector), true) => select(selector, clusters, check),
        (None, false) => listed(&spec.sites, clusters, check),
        (None, true) => {
            if check.reading.is_readable("siteSelector") {
                check.missing_section("sites", "name at least one site, or select clusters with siteSelector");
            }
            return Vec::new();
        }
    };
    if !sites.is_empty() && sites.iter().all(|site| site.weight == 0) {
        check.problems.invalid("spec.sites[0].weight", 0, "at least one site needs a weight above 0");
    }
    for site in sites.iter().filter(|site| site.cluster.contains('-')) {
        check.notices.push(
            Notice::warning(
                Code::ProviderUnsupported,
                format!("{}.cluster", site.field),
                format!(
                    "Nephio's blueprints replace what follows the first dash of a name: with the cluster `{}` every \
                     render would make names longer; use a cluster name without dashes",
                    site.cluster
                ),
            )
            .with_current(&site.cluster),
        );
    }
    sites
}

fn listed(written: &[Written], clusters: &Clusters, check: &mut Check<'_>) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::new();
    for (index, site) in written.iter().enumerate() {
        let field = format!("spec.sites[{index}]");
        let cluster = site.cluster.clone().unwrap_or_else(|| site.name.clone());
        for (part, value) in [("name", &site.name), ("cluster", &cluster)] {
            if !is_dns_label(value) && (part == "name" || site.cluster.is_some()) {
                check.problems.invalid(format!("{field}.{part}"), value, DNS_LABEL);
            }
        }
        if sites.iter().any(|other| other.name == site.name) {
            check.problems.invalid(format!("{field}.name"), &site.name, "this site is listed twice");
        }
        let known = clusters.0.get(&cluster);
        if known.is_none() && clusters.0.values().any(|cluster| !cluster.generated) {
            let names: Vec<&str> = clusters.0.keys().map(String::as_str).collect();
            check.problems.add(
                Code::ResourceFetchFailed,
                format!("{field}.cluster"),
                Some(cluster.clone()),
                format!("no WorkloadCluster of the package has this clusterName; there are {}", names.join(", ")),
            );
        }
        sites.push(Site {
            weight: check_weight(site.weight, &field, &mut check.problems),
            nic_bandwidth: check_nic(site, &field, &mut check.problems),
            stated_nic: site.nic_bandwidth,
            location: check_location(site, &field, &mut check.problems),
            delay: latency::between_antennas_and(site, &field, &mut check.problems),
            name: site.name.clone(),
            role: site.role.unwrap_or_default(),
            repository: site.repository.clone().unwrap_or_else(|| cluster.clone()),
            cnis: known.map(|cluster| cluster.cnis.clone()),
            cluster,
            field,
        });
    }
    sites
}

fn check_weight(weight: Option<i64>, field: &str, problems: &mut Problems) -> u64 {
    let weight = weight.unwrap_or(1);
    u64::try_from(weight).ok().filter(|_| weight <= MAX_WEIGHT).unwrap_or_else(|| {
        problems.invalid(format!("{field}.weight"), weight, format!("expected a weight from 0 to {MAX_WEIGHT}"));
        1
    })
}

fn check_location(site: &Written, field: &str, problems: &mut Problems) -> Option<Location> {
    let location = site.location?;
    for (name, value, limit) in [("latitude", location.latitude, 90.0), ("longitude", location.longitude, 180.0)] {
        if !(-limit..=limit).contains(&value) {
            let message = format!("expected degrees from -{limit} to {limit}");
            problems.invalid(format!("{field}.location.{name}"), value, message);
        }
    }
    Some(location)
}

fn check_nic(site: &Written, field: &str, problems: &mut Problems) -> u64 {
    let default = Figures::get().nic_bandwidth.value;
    let Some(quantity) = site.nic_bandwidth else { return default };
    quantity.ceil().filter(|bits| *bits > 0).unwrap_or_else(|| {
        problems.invalid(format!("{field}.nicBandwidth"), quantity, "expected a bit rate above 0, such as 25G");
        default
    })
}

/// Clusters whose labels match, in the order of their names.
fn select(selector: &LabelSelector, clusters: &Clusters, check: &mut Check<'_>) -> Vec<Site> {
    let sites: Vec<Site> = clusters
        .0
        .iter()
        .filter(|(_, cluster)| selector.matches(&cluster.labels))
        .map(|(name, cluster)| (name, cluster, role(cluster.labels.get(SITE_TYPE_LABEL).map(String::as_str))))
        .map(|(name, cluster, role)| Site {
            name: name.clone(),
            role,
            stated_nic: None,
            location: None,
            delay: latency::by_role(role),
            cluster: name.clone(),
            repository: name.clone(),
            weight: 1,
            nic_bandwidth: Figures::get().nic_bandwidth.value,
            cnis: Some(cluster.cnis.clone()),
            field: "spec.siteSelector".to_owned(),
        })
        .collect();
    for site in sites.iter().filter(|site| !is_dns_label(&site.name)) {
        check.problems.invalid(
            "spec.siteSelector",
            &site.name,
            format!("the selected cluster cannot be used: {DNS_LABEL}"),
        );
    }
    if sites.is_empty() {
        check.problems.add(
            Code::ResourceFetchFailed,
            "spec.siteSelector",
            None,
            format!(
                "no WorkloadCluster of the package matches ({} looked at): add the clusters to the package or change the labels",
                clusters.0.len()
            ),
        );
    }
    sites
}

/// Role by the value of Nephio's site-type label; edge where there is none.
fn role(site_type: Option<&str>) -> SiteRole {
    SiteRole::ALL
        .into_iter()
        .find(|role| site_type.is_some_and(|text| text.replace('-', "").eq_ignore_ascii_case(role.as_str())))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_by_label() {
        assert_eq!(role(Some("regional")), SiteRole::Regional);
        assert_eq!(role(Some("far-edge")), SiteRole::FarEdge);
        assert_eq!(role(Some("farEdge")), SiteRole::FarEdge);
        assert_eq!(role(Some("core")), SiteRole::Core);
        assert_eq!(role(None), SiteRole::Edge);
    }
}
