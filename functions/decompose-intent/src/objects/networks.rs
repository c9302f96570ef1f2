//! The networks between network functions.

use porchlight_api::infra::{
    BridgeDomain, BridgeInterface, ClusterInterface, LabelOperator, LabelRequirement, LabelSelector, Network,
    RoutingTable,
};
use porchlight_api::network_slice_intent::Placement;
use porchlight_api::{Draft, annotation};
use porchlight_krm::annotations;
use porchlight_krm::order::{SortedMap, SortedSet};

use super::{Desired, desired};
use crate::data::{Data, NetworkPlan};
use crate::placement::{Instance, Plan};

/// Network instance of the pod network: nothing is declared for it.
const POD_NETWORK: &str = "default";
/// Label that every workload cluster has; the bridges reach all of them.
const CLUSTER_LABEL: &str = "nephio.org/cluster-name";

impl Instance<'_> {
    /// The network instance an interface rule means for this slice.
    pub(super) fn network<'s>(&'s self, rule: &'s str) -> &'s str {
        match rule {
            "{userPlane}" => &self.slice.data_networks[0].network_instance,
            name => name,
        }
    }
}

/// A network with those who need it.
#[derive(Default)]
struct Wanted<'a> {
    intents: SortedSet<&'a str>,
    fields: SortedSet<&'static str>,
    /// Somebody deploys by package variants: the package is one of a management cluster, where networks are applied.
    applied: bool,
}

/// Every network that an interface or a data network attaches to. Slices share networks.
///
/// They carry no owner annotation of the specializer protocol: Nephio's nad-fn watches networks and does not see owned
/// ones.
pub(crate) fn of_plans(plans: &[Plan<'_>]) -> Vec<Desired> {
    of_instances(plans.iter().flat_map(|plan| &plan.instances))
}

/// The networks of one network function.
pub(crate) fn of_instance(instance: &Instance<'_>) -> Vec<Desired> {
    of_instances(std::iter::once(instance))
}

fn of_instances<'p, 'a: 'p>(instances: impl Iterator<Item = &'p Instance<'a>>) -> Vec<Desired> {
    let mut wanted: SortedMap<String, Wanted<'_>> = SortedMap::new();
    let mut folder = None;
    for instance in instances {
        folder.get_or_insert(instance.slice.folder.as_str());
        let interfaces = instance.rules.interfaces.iter();
        let attached = interfaces.map(|interface| (instance.network(&interface.network), "spec.topology"));
        let data_networks = instance.slice.data_networks.iter().filter(|_| instance.claims_pools());
        let data_networks = data_networks.map(|network| (network.network_instance.as_str(), "spec.dataNetworks"));
        for (name, field) in attached.chain(data_networks).filter(|(name, _)| *name != POD_NETWORK) {
            let network = wanted.entry(name.to_owned()).or_default();
            network.intents.extend(instance.slices.iter().map(|slice| slice.name.as_str()));
            network.fields.insert(field);
            network.applied |= instance.slice.placement == Placement::PackageVariant;
        }
    }
    let folder = folder.unwrap_or_default();
    wanted
        .into_iter()
        .map(|(name, Wanted { intents, fields, applied })| {
            let intents: Vec<&str> = intents.into_iter().collect();
            let mut object =
                Draft::new(&name, &network(&name, plan_for(&name))).annotated(annotation::INTENT, &intents.join(","));
            if !applied {
                object = object.annotated(annotations::LOCAL_CONFIG, "true");
            }
            let fields: Vec<&str> = fields.into_iter().collect();
            desired(object, format!("{folder}networks/{name}.yaml"), &fields)
        })
        .collect()
}

/// The address plan of a network; one the data does not know is somebody's own N6 network.
fn plan_for(name: &str) -> &'static NetworkPlan {
    let plans = &Data::get().networks;
    let plan = plans.iter().find(|plan| plan.name == name).or_else(|| plans.iter().find(|plan| plan.user_plane));
    plan.expect("invariant: the data tests find one plan for user planes")
}

fn network(name: &str, plan: &NetworkPlan) -> Network {
    let every_cluster = LabelSelector {
        match_expressions: vec![LabelRequirement {
            key: CLUSTER_LABEL.to_owned(),
            operator: LabelOperator::Exists,
            values: Vec::new(),
        }],
        ..LabelSelector::default()
    };
    Network {
        topology: "nephio".to_owned(),
        routing_tables: vec![RoutingTable {
            name: name.to_owned(),
            prefixes: plan.prefixes.clone(),
            interfaces: vec![BridgeInterface { kind: "bridgedomain".to_owned(), bridge_domain_name: name.to_owned() }],
        }],
        bridge_domains: vec![BridgeDomain {
            name: name.to_owned(),
            interfaces: vec![ClusterInterface {
                kind: "interface".to_owned(),
                selector: every_cluster,
                attachment_type: "vlan".to_owned(),
            }],
        }],
    }
}
