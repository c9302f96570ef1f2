//! MultiNetworkPolicies: what passes on the network attachments of 3GPP and O-RAN interfaces.

use porchlight_krm::order::Arrange;
use porchlight_krm::{Code, Finding};
use porchlight_yaml::json::json;
use serde_json::Value;

use super::network::{blocks, written};
use crate::data::{Direction, Peers};
use crate::package::interfaces::{Holder, Interface, Link};
use crate::plan::Plan;

pub(super) fn run(plan: &mut Plan<'_>) {
    let package = plan.package;
    for interface in &package.interfaces {
        let (namespace, selector, item) = match interface.of {
            Holder::Function(position) => {
                let function = &package.functions[position];
                (&function.namespace, function.pod_selector(), function.item)
            }
            // Pod specs name their attachments in annotations of any form; the interfaces known of them are on the pod
            // network.
            Holder::Workload(_) => continue,
        };
        match &interface.link {
            Link::Pod => {}
            Link::Layer2 => {
                let Some(applied) = plan.rule_in("multi-network-policies", namespace) else { continue };
                let message = format!(
                    "interface `{}` carries Ethernet frames (eCPRI, PTP): no policy of Kubernetes governs them, protect the \
                     ports of the fronthaul switch with 802.1X",
                    interface.name
                );
                let finding = Finding::warning(Code::SecurityPolicyFailed, message).on(&plan.items[item]);
                plan.findings.push(finding.tag("rule", &applied.rule.id));
            }
            Link::Attachment { name, cni, .. } if cni == "sriov" => {
                let Some(applied) = plan.rule_in("multi-network-policies", namespace) else { continue };
                let message = format!(
                    "attachment `{name}` is a virtual function that its pod drives itself: the kernel sees no packet, so no \
                     MultiNetworkPolicy is made; filter in the network function or the switch"
                );
                plan.note(item, &applied.rule.id.clone(), message);
            }
            Link::Attachment { name, prefixes, pools, .. } => {
                let Some(applied) = plan.rule_in("multi-network-policies", namespace) else { continue };
                if prefixes.is_empty() && interface.spec.peers == Peers::Network {
                    let message =
                        format!("no prefixes are known for `{name}`: its ports are open to its whole network");
                    plan.note(item, &applied.rule.id.clone(), message);
                }
                let (ingress, egress) = rules(interface, prefixes, pools, &internal(&package.interfaces));
                let object = json!({
                    "apiVersion": "k8s.cni.cncf.io/v1beta1",
                    "kind": "MultiNetworkPolicy",
                    "metadata": {
                        "name": name,
                        "namespace": namespace,
                        "annotations": { "k8s.v1.cni.cncf.io/policy-for": format!("{namespace}/{name}") },
                    },
                    "spec": {
                        "podSelector": selector,
                        "policyTypes": ["Ingress", "Egress"],
                        "ingress": ingress,
                        "egress": egress,
                    },
                });
                plan.make_for(&applied, &[&interface.spec.name], &object);
            }
        }
    }
}

/// Prefixes of the operator's own networks.
fn internal(interfaces: &[Interface]) -> Vec<String> {
    let own = interfaces.iter().filter(|interface| interface.spec.peers == Peers::Network);
    let mut prefixes: Vec<String> = own
        .filter_map(|interface| match &interface.link {
            Link::Attachment { prefixes, .. } => Some(prefixes.clone()),
            Link::Pod | Link::Layer2 => None,
        })
        .flatten()
        .collect();
    prefixes.arrange();
    prefixes.dedup();
    prefixes
}

fn rules(interface: &Interface, prefixes: &[String], pools: &[String], internal: &[String]) -> (Value, Value) {
    if interface.spec.peers == Peers::DataNetwork {
        // Users reach anything but the operator's own networks, and only their addresses come in (nephio-domain F.1).
        let outside = |all: &str, is_v6: bool| {
            let except: Vec<&String> = internal.iter().filter(|prefix| prefix.contains(':') == is_v6).collect();
            if except.is_empty() {
                json!({ "ipBlock": { "cidr": all } })
            } else {
                json!({ "ipBlock": { "cidr": all, "except": except } })
            }
        };
        let ingress = if pools.is_empty() { json!([]) } else { json!([{ "from": blocks(pools) }]) };
        return (ingress, json!([{ "to": [outside("0.0.0.0/0", false), outside("::/0", true)] }]));
    }
    let but = |other: Direction| written(interface.spec.ports.iter().filter(|port| port.direction != Some(other)));
    let (own, theirs) = (but(Direction::Out), but(Direction::In));
    if prefixes.is_empty() {
        return (json!([{ "ports": own }]), json!([{ "ports": theirs }]));
    }
    let peers = blocks(prefixes);
    (json!([{ "from": peers, "ports": own }]), json!([{ "to": peers, "ports": theirs }]))
}
