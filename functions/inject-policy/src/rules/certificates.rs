//! Certificates for the HTTP interfaces of 3GPP and O-RAN. Keys are made by cert-manager in the cluster, never here.

use porchlight_krm::order::{Arrange, SortedMap};
use porchlight_yaml::json::json;

use crate::package::interfaces::{Holder, Link};
use crate::plan::Plan;

pub(super) fn run(plan: &mut Plan<'_>) {
    let package = plan.package;
    let mut served: SortedMap<(String, String), Vec<&str>> = SortedMap::new();
    for interface in package.interfaces.iter().filter(|interface| interface.spec.http && interface.link == Link::Pod) {
        let (namespace, name) = match interface.of {
            Holder::Function(position) => (&package.functions[position].namespace, &package.functions[position].name),
            Holder::Workload(position) => (&package.workloads[position].namespace, &package.workloads[position].name),
        };
        served.entry((namespace.clone(), name.clone())).or_default().push(&interface.spec.name);
    }
    for ((namespace, name), interfaces) in served {
        let Some(applied) = plan.rule_in("certificates", &namespace) else { continue };
        let services = plan.items.iter().filter(|item| {
            item.is("v1", "Service")
                && package.namespaces.of_object(item.namespace()) == namespace
                && package.workloads.iter().any(|workload| workload.name == name && selects(item, &workload.pod_labels))
        });
        let mut names: Vec<String> = services
            .flat_map(|item| {
                let service = item.name();
                [
                    format!("{service}.{namespace}.svc"),
                    format!("{service}.{namespace}.svc.cluster.local"),
                    service.to_owned(),
                ]
            })
            .collect();
        if names.is_empty() {
            names = vec![format!("{name}.{namespace}.svc"), format!("{name}.{namespace}.svc.cluster.local")];
        }
        names.arrange();
        let hours = applied.number("durationHours");
        let object = json!({
            "apiVersion": "cert-manager.io/v1",
            "kind": "Certificate",
            "metadata": {
                "name": format!("{name}-tls"),
                "namespace": namespace,
                "labels": { crate::plan::INTERFACE: interfaces.join("-") },
            },
            "spec": {
                "secretName": format!("{name}-tls"),
                "duration": format!("{hours}h0m0s"),
                "renewBefore": format!("{}h0m0s", hours / 3),
                "privateKey": { "algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always" },
                "usages": ["digital signature", "server auth", "client auth"],
                "dnsNames": names,
                "issuerRef": {
                    "name": applied.text("issuer"),
                    "kind": applied.text("issuerKind"),
                    "group": "cert-manager.io",
                },
            },
        });
        plan.make_for(&applied, &interfaces, &object);
    }
}

fn selects(service: &porchlight_krm::Resource, labels: &SortedMap<String, String>) -> bool {
    let selector = crate::package::value_at(service, &["spec", "selector"]);
    selector.as_object().is_some_and(|selector| {
        !selector.is_empty()
            && selector.iter().all(|(key, value)| labels.get(key).map(String::as_str) == value.as_str())
    })
}
