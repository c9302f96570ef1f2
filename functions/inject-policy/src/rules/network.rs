//! NetworkPolicies: nothing passes but what the package really has.

use porchlight_yaml::json::json;
use serde_json::{Map, Value};

use crate::data::{Data, Direction, InterfacePort, Peers};
use crate::package::interfaces::{Holder, Interface, Link};
use crate::package::workloads::Port;
use crate::package::{is_generated, value_at};
use crate::params::prefixes;
use crate::plan::Plan;
use crate::resolution::Applied;

/// Pods that policies are for: a whole namespace, or one workload where others share the namespace.
struct Scope {
    namespace: String,
    /// End of the names of its policies.
    suffix: String,
    selector: Value,
    whole: bool,
}

pub(super) fn run(plan: &mut Plan<'_>) {
    for scope in scopes(plan) {
        default_deny(plan, &scope);
        allow_dns(plan, &scope);
        allow_package(plan, &scope);
    }
    allow_interfaces(plan);
    allow_kube_api(plan);
    allow_exposed(plan);
    broad_policies(plan);
}

fn scopes(plan: &mut Plan<'_>) -> Vec<Scope> {
    let package = plan.package;
    let mut scopes = Vec::new();
    for namespace in package.used_namespaces() {
        if package.namespaces.is_own(&namespace) {
            scopes.push(Scope { namespace, suffix: String::new(), selector: json!({}), whole: true });
            continue;
        }
        for workload in package.workloads.iter().filter(|workload| workload.namespace == namespace) {
            if workload.unmanaged.is_some() {
                continue;
            }
            if workload.uses_host_network() {
                plan.note(workload.item, "default-deny", "pods in the network of their host pass no NetworkPolicy");
                continue;
            }
            let Some(selector) = workload.pod_selector() else {
                plan.note(
                    workload.item,
                    "default-deny",
                    "its pods carry no labels, so no NetworkPolicy can be for them",
                );
                continue;
            };
            let suffix = format!("-{}", workload.name);
            scopes.push(Scope { namespace: namespace.clone(), suffix, selector, whole: false });
        }
    }
    scopes
}

fn policy(namespace: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": { "name": name, "namespace": namespace },
        "spec": spec,
    })
}

fn default_deny(plan: &mut Plan<'_>, scope: &Scope) {
    let Some(applied) = plan.rule_in("default-deny", &scope.namespace) else { return };
    let types = match applied.text("directions") {
        "ingress" => json!(["Ingress"]),
        "egress" => json!(["Egress"]),
        _ => json!(["Ingress", "Egress"]),
    };
    let spec = json!({ "podSelector": scope.selector, "policyTypes": types });
    let name = format!("default-deny{}", if scope.whole { "-all" } else { &scope.suffix });
    plan.make(&applied, &policy(&scope.namespace, &name, &spec));
}

fn allow_dns(plan: &mut Plan<'_>, scope: &Scope) {
    let Some(applied) = plan.rule_in("allow-dns", &scope.namespace) else { return };
    let spec = json!({
        "podSelector": scope.selector,
        "policyTypes": ["Egress"],
        "egress": [{
            "to": [{
                "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": applied.text("namespace") } },
                "podSelector": { "matchLabels": { "k8s-app": applied.text("label") } },
            }],
            "ports": [{ "protocol": "UDP", "port": 53 }, { "protocol": "TCP", "port": 53 }],
        }],
    });
    plan.make(&applied, &policy(&scope.namespace, &format!("allow-dns{}", scope.suffix), &spec));
}

/// Pods of one package: its own namespaces as a whole, in shared ones its own workloads that serve anything.
fn allow_package(plan: &mut Plan<'_>, scope: &Scope) {
    let package = plan.package;
    let mut peers = Vec::new();
    if scope.whole {
        peers.push(json!({ "podSelector": {} }));
    }
    for namespace in package.used_namespaces() {
        let here = namespace == scope.namespace;
        let in_namespace = json!({ "matchLabels": { "kubernetes.io/metadata.name": namespace } });
        if package.namespaces.is_own(&namespace) {
            if !here {
                peers.push(json!({ "namespaceSelector": in_namespace }));
            }
            continue;
        }
        let serving = package.workloads.iter().filter(|workload| {
            workload.namespace == namespace
                && !matches!(workload.kind.as_str(), "Job" | "CronJob")
                && !workload.uses_host_network()
        });
        for selector in serving.filter_map(crate::package::workloads::Workload::pod_selector) {
            if here {
                peers.push(json!({ "podSelector": selector }));
            } else {
                peers.push(json!({ "namespaceSelector": in_namespace, "podSelector": selector }));
            }
        }
    }
    if peers.is_empty() {
        return;
    }
    let Some(applied) = plan.rule_in("allow-package", &scope.namespace) else { return };
    let spec = json!({
        "podSelector": scope.selector,
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{ "from": peers }],
        "egress": [{ "to": peers }],
    });
    plan.make(&applied, &policy(&scope.namespace, &format!("allow-package{}", scope.suffix), &spec));
}

fn allow_interfaces(plan: &mut Plan<'_>) {
    let package = plan.package;
    for interface in package.interfaces.iter().filter(|interface| interface.link == Link::Pod) {
        let (namespace, selector, holder, listening) = match interface.of {
            Holder::Function(position) => {
                let function = &package.functions[position];
                (&function.namespace, Some(function.pod_selector()), None, Vec::new())
            }
            Holder::Workload(position) => {
                let workload = &package.workloads[position];
                if workload.unmanaged.is_some() || workload.uses_host_network() {
                    continue;
                }
                let ports = workload.containers.iter().flat_map(crate::package::workloads::Container::ports).collect();
                (&workload.namespace, workload.pod_selector(), Some(&workload.name), ports)
            }
        };
        let Some(selector) = selector else { continue };
        let Some(applied) = plan.rule_in("allow-interfaces", namespace) else { continue };
        let name = match holder {
            Some(holder) => format!("allow-{}-{holder}", interface.name),
            None if package.functions.len() > 1 => {
                format!("allow-{}-{}", interface.name, function_name(plan, interface))
            }
            None => format!("allow-{}", interface.name),
        };
        let spec = interface_rules(interface, &applied, &selector, &listening);
        if interface.spec.peers == Peers::Any && told_peers(&applied, interface).is_none() {
            let item = interface.item(package);
            let message = format!(
                "interface `{}` is open to any address on its ports, as its peers are outside the cluster; name their \
                 prefixes in parameter `peers` of the rule",
                interface.name
            );
            plan.note(item, &applied.rule.id, message);
        }
        plan.make_for(&applied, &[&interface.spec.name], &policy(namespace, &name, &spec));
    }
}

fn function_name(plan: &Plan<'_>, interface: &Interface) -> String {
    match interface.of {
        Holder::Function(position) => plan.package.functions[position].name.clone(),
        Holder::Workload(position) => plan.package.workloads[position].name.clone(),
    }
}

/// Prefixes of the other side, where a profile tells them.
fn told_peers(applied: &Applied, interface: &Interface) -> Option<Vec<String>> {
    let told = applied.params.get("peers")?.get(&interface.spec.name)?.as_str()?;
    Some(prefixes(told).map(str::to_owned).collect())
}

/// Addresses as policies write them.
pub(super) fn blocks(prefixes: &[String]) -> Value {
    prefixes.iter().map(|prefix| json!({ "ipBlock": { "cidr": prefix } })).collect()
}

/// Both directions on the interface's ports: to the ports this side listens on, and to those of the other side.
fn interface_rules(interface: &Interface, applied: &Applied, selector: &Value, listening: &[Port]) -> Value {
    let mut ports = interface.spec.ports.clone();
    if let Some(param) = &interface.spec.port_param {
        for port in &mut ports {
            port.port = i64::try_from(applied.number(param)).unwrap_or(port.port);
        }
    }
    let listens = |port: &InterfacePort| {
        listening.is_empty() || listening.iter().any(|own| own.protocol == port.protocol && own.port == port.port)
    };
    let own = ports.iter().filter(|port| port.direction != Some(Direction::Out) && listens(port));
    let theirs = ports.iter().filter(|port| port.direction != Some(Direction::In));
    let (own, theirs) = (written(own), written(theirs));
    let mut ingress = Map::new();
    let mut egress = Map::new();
    if let Some(prefixes) = told_peers(applied, interface) {
        ingress.insert("from".to_owned(), blocks(&prefixes));
        egress.insert("to".to_owned(), blocks(&prefixes));
    } else if interface.spec.peers == Peers::Cluster {
        ingress.insert("from".to_owned(), json!([{ "namespaceSelector": {} }]));
        egress.insert("to".to_owned(), json!([{ "namespaceSelector": {} }]));
    }
    // Without a port there is no rule: one that names none would admit every port.
    let rule = |mut rule: Map<String, Value>, ports: Value| {
        if ports.as_array().is_none_or(Vec::is_empty) {
            return json!([]);
        }
        rule.insert("ports".to_owned(), ports);
        json!([rule])
    };
    json!({
        "podSelector": selector,
        "policyTypes": ["Ingress", "Egress"],
        "ingress": rule(ingress, own),
        "egress": rule(egress, theirs),
    })
}

/// Ports as policies write them.
pub(super) fn written<'a>(ports: impl Iterator<Item = &'a InterfacePort>) -> Value {
    ports.map(|port| json!({ "protocol": port.protocol, "port": port.port })).collect()
}

fn allow_kube_api(plan: &mut Plan<'_>) {
    let package = plan.package;
    for workload in &package.workloads {
        let rights = package.access.has_rights(&workload.namespace, workload.service_account());
        if !rights || workload.unmanaged.is_some() || workload.uses_host_network() {
            continue;
        }
        let Some(selector) = workload.pod_selector() else { continue };
        let Some(applied) = plan.rule_in("allow-kube-api", &workload.namespace) else { continue };
        let ports = Data::get().clusters.kube_api_ports.ports.iter();
        let ports: Value = ports.map(|port| json!({ "protocol": "TCP", "port": port })).collect();
        let servers: Vec<String> = applied.texts("prefixes").into_iter().map(str::to_owned).collect();
        let egress = if servers.is_empty() {
            json!({ "ports": ports })
        } else {
            json!({ "to": blocks(&servers), "ports": ports })
        };
        let spec = json!({ "podSelector": selector, "policyTypes": ["Egress"], "egress": [egress] });
        let name = format!("allow-kube-api-{}", workload.name);
        plan.make(&applied, &policy(&workload.namespace, &name, &spec));
    }
}

fn allow_exposed(plan: &mut Plan<'_>) {
    let package = plan.package;
    for service in &package.exposed {
        let Some(applied) = plan.rule_in("allow-exposed", &service.namespace) else { continue };
        let spec = json!({
            "podSelector": { "matchLabels": service.selector },
            "policyTypes": ["Ingress"],
            "ingress": [{ "ports": service.ports }],
        });
        plan.make(&applied, &policy(&service.namespace, &format!("allow-exposed-{}", service.name), &spec));
        plan.note(
            service.item,
            "allow-exposed",
            format!("stays reachable from outside the package, by {}", service.by),
        );
    }
}

/// Policies add up: one of the user's that admits everything undoes the denial.
fn broad_policies(plan: &mut Plan<'_>) {
    let Some(applied) = plan.rule("default-deny") else { return };
    for item in plan.items.iter().filter(|item| item.is("networking.k8s.io/v1", "NetworkPolicy") && !is_generated(item))
    {
        let spec = value_at(item, &["spec"]);
        for direction in ["ingress", "egress"] {
            let all = crate::package::list(&spec, direction).any(|rule| rule.as_object().is_some_and(Map::is_empty));
            if all {
                let message =
                    format!("this policy allows every {direction} of the pods it selects, which undoes the denial");
                let finding = plan.conflict(message);
                let finding = finding.on(item).missing_field(format!("spec.{direction}"));
                plan.findings.push(finding.tag("rule", &applied.rule.id).hint("name the peers and ports it is for"));
            }
        }
    }
}
