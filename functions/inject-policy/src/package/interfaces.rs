//! The 3GPP and O-RAN interfaces that a package really has, and the networks they are on.

use porchlight_api::annotation::{NETWORK_NAME, SPECIALIZER_OWNER};
use porchlight_krm::Resource;
use porchlight_krm::order::SortedMap;
use serde_json::Value;

use super::workloads::{NetworkFunction, Workload};
use super::{Package, is_generated, list, text, value_at};
use crate::data::{Data, InterfaceSpec, Network};

/// One interface of a package.
#[derive(Clone)]
pub(crate) struct Interface {
    pub(crate) spec: &'static InterfaceSpec,
    /// What the package calls it.
    pub(crate) name: String,
    pub(crate) of: Holder,
    pub(crate) link: Link,
}

impl Interface {
    /// Position of the object that has it.
    pub(crate) fn item(&self, package: &Package) -> usize {
        match self.of {
            Holder::Function(position) => package.functions[position].item,
            Holder::Workload(position) => package.workloads[position].item,
        }
    }
}

/// Whose interface it is, as a position in the lists of the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Holder {
    Function(usize),
    Workload(usize),
}

/// What carries an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// The pod network.
    Pod,
    /// A network attachment.
    Attachment {
        /// Name of the NetworkAttachmentDefinition that Nephio makes.
        name: String,
        /// `macvlan`, `ipvlan` or `sriov`.
        cni: String,
        /// Prefixes of its network, IPv4 and IPv6.
        prefixes: Vec<String>,
        /// Prefixes that user equipment gets addresses from.
        pools: Vec<String>,
    },
    /// Frames below IP.
    Layer2,
}

pub(super) fn interfaces(items: &[Resource], functions: &[NetworkFunction], workloads: &[Workload]) -> Vec<Interface> {
    let mut found: SortedMap<(Holder, String), Interface> = SortedMap::new();
    let mut add = |interface: Interface| {
        found.entry((interface.of, interface.name.clone())).or_insert(interface);
    };
    for item in items.iter().filter(|item| item.is("req.nephio.org/v1alpha1", "Interface") && !is_generated(item)) {
        let (Some(spec), Some(function)) = (Data::get().interface(item.name()), function_of(item, functions)) else {
            continue;
        };
        let network = item.str_at("spec.networkInstance.name").unwrap_or_default();
        let cni = item.str_at("spec.cniType");
        let link = match (network, cni, spec.network) {
            (_, _, Network::Layer2) => Link::Layer2,
            ("" | "default", _, _) => Link::Pod,
            // Without a CNI it is a loopback address that nothing reaches directly.
            (_, None, _) => continue,
            (_, Some(cni), _) => {
                let label = item.annotation(NETWORK_NAME).unwrap_or(item.name());
                attachment(&functions[function].name, item.name(), cni, network, label, items)
            }
        };
        add(Interface { spec, name: item.name().to_owned(), of: Holder::Function(function), link });
    }
    for (position, function) in functions.iter().enumerate() {
        let networks = value_at(&items[function.item], &["spec", "networkInstances"]);
        for written in value_at(&items[function.item], &["spec", "interfaces"]).as_array().into_iter().flatten() {
            let name = text(written, "name");
            let Some(spec) = Data::get().interface(name) else { continue };
            let network = networks
                .as_array()
                .into_iter()
                .flatten()
                .find(|network| list(network, "interfaces").any(|interface| interface.as_str() == Some(name)));
            let network = network.map_or("", |network| text(network, "name"));
            let link = match spec.network {
                Network::Layer2 => Link::Layer2,
                _ if matches!(network, "" | "default") && spec.network == Network::Pod => Link::Pod,
                _ => attachment(&function.name, name, "macvlan", network, name, items),
            };
            add(Interface { spec, name: name.to_owned(), of: Holder::Function(position), link });
        }
        for spec in
            function.role.into_iter().flat_map(|role| &role.interfaces).filter_map(|name| Data::get().interface(name))
        {
            add(Interface { spec, name: spec.name.clone(), of: Holder::Function(position), link: Link::Pod });
        }
        for spec in components(items, function) {
            add(Interface { spec, name: spec.name.clone(), of: Holder::Function(position), link: Link::Pod });
        }
    }
    for (position, workload) in workloads.iter().enumerate() {
        for spec in
            workload.role.into_iter().flat_map(|role| &role.interfaces).filter_map(|name| Data::get().interface(name))
        {
            add(Interface { spec, name: spec.name.clone(), of: Holder::Workload(position), link: Link::Pod });
        }
    }
    found.into_values().collect()
}

/// The network function an Interface is for: the one its owner annotation names, or the only one there is.
fn function_of(item: &Resource, functions: &[NetworkFunction]) -> Option<usize> {
    let owner = item.annotation(SPECIALIZER_OWNER).and_then(|owner| owner.rsplit('.').next());
    match functions {
        [_] => Some(0),
        _ => functions.iter().position(|function| Some(function.name.as_str()) == owner),
    }
}

/// Nephio's nad-fn calls the attachment after the network function and the interface (nephio-domain §C.2).
fn attachment(function: &str, interface: &str, cni: &str, network: &str, label: &str, items: &[Resource]) -> Link {
    let mut prefixes = Vec::new();
    let mut pools = Vec::new();
    for item in items.iter().filter(|item| item.is("infra.nephio.org/v1alpha1", "Network")) {
        let tables = value_at(item, &["spec", "routingTables"]);
        let tables = tables.as_array().into_iter().flatten();
        for prefix in tables.filter(|table| text(table, "name") == network).flat_map(|table| list(table, "prefixes")) {
            let labels = prefix.get("labels").unwrap_or(&Value::Null);
            let cidr = text(prefix, "prefix").to_owned();
            if text(labels, "nephio.org/prefix-kind") == "pool" {
                pools.push(cidr);
            } else if matches!(text(labels, NETWORK_NAME), "") || text(labels, NETWORK_NAME) == label {
                prefixes.push(cidr);
            }
        }
    }
    Link::Attachment { name: format!("{function}-{interface}"), cni: cni.to_owned(), prefixes, pools }
}

/// Interfaces of the parts that the near-RT RIC of an NFDeployment is configured with.
fn components(items: &[Resource], function: &NetworkFunction) -> Vec<&'static InterfaceSpec> {
    if function.role.is_none_or(|role| role.name != "ric") {
        return Vec::new();
    }
    let configs = items.iter().filter(|item| item.is("workload.nephio.org/v1alpha1", "NFConfig"));
    let refs = configs.flat_map(|item| value_at(item, &["spec", "configRefs"]).as_array().cloned().unwrap_or_default());
    let parts: Vec<String> = refs
        .filter(|embedded| text(embedded, "kind") == "RICConfig")
        .filter_map(|embedded| Some(embedded.get("spec")?.as_object()?.keys().cloned().collect::<Vec<_>>()))
        .flatten()
        .collect();
    let interfaces = Data::get().interfaces.iter();
    interfaces.filter(|spec| spec.components.iter().any(|component| parts.contains(component))).collect()
}
