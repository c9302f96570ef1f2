//! Who has rights in the Kubernetes API, and what is reachable from outside the package.

use porchlight_krm::Resource;
use porchlight_krm::order::SortedSet;
use porchlight_yaml::json::json;
use serde_json::Value;

use super::namespaces::{Namespaces, subjects};
use super::{is_generated, is_local, list, text, value_at};

/// ServiceAccounts with rights, by namespace and name.
pub(crate) struct Access {
    bound: SortedSet<(String, String)>,
}

impl Access {
    pub(super) fn of(items: &[Resource], namespaces: &Namespaces) -> Self {
        let bindings = items.iter().filter(|item| {
            item.api_version() == "rbac.authorization.k8s.io/v1"
                && item.kind().ends_with("Binding")
                && !is_generated(item)
        });
        let bound = bindings.flat_map(|item| {
            subjects(item).into_iter().map(|(_, namespace, name)| {
                let written = if namespace.is_empty() { item.namespace() } else { &namespace };
                (namespaces.of_object(written), name)
            })
        });
        Self { bound: bound.collect() }
    }

    /// Whether a binding of the package gives the account rights.
    pub(crate) fn has_rights(&self, namespace: &str, account: &str) -> bool {
        self.bound.contains(&(namespace.to_owned(), account.to_owned()))
    }
}

/// A Service that others than the package reach.
pub(crate) struct Exposed {
    pub(crate) item: usize,
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) selector: Value,
    /// Ports of the pods behind it, as NetworkPolicies write them.
    pub(crate) ports: Vec<Value>,
    pub(crate) by: &'static str,
}

pub(super) fn exposed(items: &[Resource], namespaces: &Namespaces) -> Vec<Exposed> {
    let called = called_by_others(items, namespaces);
    let mut found = Vec::new();
    for (position, item) in items.iter().enumerate() {
        if !item.is("v1", "Service") || is_generated(item) || is_local(item) {
            continue;
        }
        let namespace = namespaces.of_object(item.namespace());
        let spec = value_at(item, &["spec"]);
        let by = match text(&spec, "type") {
            "LoadBalancer" => "a load balancer",
            "NodePort" => "a port of every node",
            _ if list(&spec, "externalIPs").next().is_some() => "external addresses",
            _ => match called.iter().find(|(at, name, _)| *at == namespace && name == item.name()) {
                Some((_, _, by)) => by,
                None => continue,
            },
        };
        let selector = spec.get("selector").cloned().unwrap_or_default();
        if selector.as_object().is_none_or(serde_json::Map::is_empty) {
            continue;
        }
        let port = |port: &Value| {
            let protocol = match text(port, "protocol") {
                "" => "TCP",
                protocol => protocol,
            };
            let target = port.get("targetPort").filter(|target| !target.is_null()).or_else(|| port.get("port"))?;
            Some(json!({ "protocol": protocol, "port": target }))
        };
        found.push(Exposed {
            item: position,
            name: item.name().to_owned(),
            namespace,
            selector,
            ports: list(&spec, "ports").filter_map(port).collect(),
            by,
        });
    }
    found
}

/// Services that the API server or an ingress calls.
fn called_by_others(items: &[Resource], namespaces: &Namespaces) -> Vec<(String, String, &'static str)> {
    let mut called = Vec::new();
    let mut add = |namespace: &str, name: &str, by| {
        if !name.is_empty() {
            called.push((namespaces.of_object(namespace), name.to_owned(), by));
        }
    };
    for item in items {
        let root = value_at(item, &[]);
        match item.kind() {
            "APIService" => {
                let service = root.pointer("/spec/service").cloned().unwrap_or_default();
                add(text(&service, "namespace"), text(&service, "name"), "the Kubernetes API (APIService)");
            }
            "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration" => {
                for webhook in list(&root, "webhooks") {
                    let service = webhook.pointer("/clientConfig/service").cloned().unwrap_or_default();
                    add(text(&service, "namespace"), text(&service, "name"), "the Kubernetes API (webhook)");
                }
            }
            "Ingress" => {
                let spec = value_at(item, &["spec"]);
                let paths = list(&spec, "rules")
                    .filter_map(|rule| rule.get("http"))
                    .flat_map(|http| list(http, "paths"))
                    .map(|path| path.pointer("/backend/service/name").and_then(Value::as_str).unwrap_or_default());
                let default = spec.pointer("/defaultBackend/service/name").and_then(Value::as_str);
                for name in paths.chain(default) {
                    add(item.namespace(), name, "an ingress");
                }
            }
            _ => {}
        }
    }
    called
}
