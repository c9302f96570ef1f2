//! What a package holds, as policies see it: namespaces, workloads, network functions and their interfaces, services and
//! who has rights in the Kubernetes API.

pub(crate) mod access;
pub(crate) mod interfaces;
pub(crate) mod namespaces;
mod pod_standard;
pub(crate) mod workloads;

use porchlight_api::annotation::MANAGED;
use porchlight_api::policy_config::PolicyConfig;
use porchlight_krm::annotations::{GENERATED_BY, LOCAL_CONFIG};
use porchlight_krm::order::{Gather, SortedSet};
use porchlight_krm::{FieldPath, Resource};
use serde_json::Value;

use access::{Access, Exposed};
use interfaces::Interface;
use namespaces::Namespaces;
use workloads::{NetworkFunction, Workload};

/// A package. Positions are those of its items.
pub(crate) struct Package {
    pub(crate) namespaces: Namespaces,
    pub(crate) workloads: Vec<Workload>,
    pub(crate) functions: Vec<NetworkFunction>,
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) access: Access,
    pub(crate) exposed: Vec<Exposed>,
}

impl Package {
    pub(crate) fn of(items: &[Resource], config: &PolicyConfig) -> Self {
        let namespaces = Namespaces::of(items, config);
        let access = Access::of(items, &namespaces);
        let workloads = workloads::workloads(items, &namespaces);
        let functions = workloads::functions(items, &namespaces);
        let interfaces = interfaces::interfaces(items, &functions, &workloads);
        let exposed = access::exposed(items, &namespaces);
        Self { namespaces, workloads, functions, interfaces, access, exposed }
    }

    /// Namespaces that hold workloads or network functions, or that the package declares.
    pub(crate) fn used_namespaces(&self) -> SortedSet<String> {
        let workloads = self.workloads.iter().map(|workload| workload.namespace.clone());
        let functions = self.functions.iter().map(|function| function.namespace.clone());
        self.namespaces.declared().map(str::to_owned).chain(workloads).chain(functions).gather()
    }
}

/// True for what this function made earlier; it is made anew on every run and says nothing about the package.
pub(crate) fn is_generated(item: &Resource) -> bool {
    item.label(GENERATED_BY) == Some(crate::NAME)
}

/// True for what never reaches a cluster.
pub(crate) fn is_local(item: &Resource) -> bool {
    item.annotation(LOCAL_CONFIG) == Some("true")
}

/// Why an object is left as it is, where it is.
pub(crate) fn unmanaged(item: &Resource) -> Option<&'static str> {
    if item.annotation(MANAGED) == Some("false") {
        return Some("its annotation says that policies leave it alone");
    }
    let owners = value_at(item, &["metadata", "ownerReferences"]);
    owners.as_array().is_some_and(|owners| !owners.is_empty()).then_some("it belongs to an operator")
}

/// The value at keys; null where nothing is there.
pub(crate) fn value_at(item: &Resource, keys: &[&str]) -> Value {
    item.get(&FieldPath::of(keys.iter().copied())).ok().flatten().unwrap_or_default()
}

/// Items of a list, or none.
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// A text field, or "".
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
