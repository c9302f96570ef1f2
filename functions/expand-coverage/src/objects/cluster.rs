//! `WorkloadCluster`s of the sites that host network functions.

use std::collections::BTreeMap;

use porchlight_api::infra::{SITE_TYPE_LABEL, WorkloadCluster};
use porchlight_api::{Object, annotation};
use porchlight_krm::{Resource, ownership};

use crate::edges::Edges;
use crate::expansion::Expansion;
use crate::network::Network;

/// Label: region of a cluster.
const REGION_LABEL: &str = "nephio.org/region";
/// Label: site of a cluster.
const SITE_LABEL: &str = "nephio.org/site-name";

/// One object per cluster that hosts a site and that nobody described yet.
pub(crate) fn clusters(network: &Network<'_, '_>, edges: &Edges<'_>, described: &[String]) -> Vec<ownership::Desired> {
    let mut wanted = BTreeMap::new();
    let central = network.expansions.iter().filter_map(Expansion::central);
    for cluster in network.sites.iter().map(|site| &site.spec.cluster).chain(central) {
        if !described.contains(&cluster.name) {
            wanted.entry(cluster.name.as_str()).or_insert(cluster);
        }
    }
    let folder = network.expansions.first().map_or("", |expansion| expansion.folder.as_str());
    wanted
        .into_values()
        .map(|cluster| {
            let mut object = Object::new(
                &cluster.name,
                WorkloadCluster {
                    cluster_name: cluster.name.clone(),
                    cnis: cluster.cnis.clone(),
                    master_interface: cluster.master_interface.clone(),
                },
            )
            .annotated(annotation::DERIVED_FROM, "spec.cluster");
            if let Some(edge) = edges.of_cluster(&cluster.name) {
                let labels = &mut object.metadata.labels;
                labels.insert(SITE_TYPE_LABEL.to_owned(), edge.role.as_str().to_owned());
                labels.insert(SITE_LABEL.to_owned(), edge.name.clone());
                if let Some(region) = &edge.region {
                    labels.insert(REGION_LABEL.to_owned(), region.clone());
                }
            }
            let file = format!("{folder}clusters/{}.yaml", cluster.name);
            ownership::Desired::new("clusters", Resource::from_typed(&object)).in_file(file)
        })
        .collect()
}
