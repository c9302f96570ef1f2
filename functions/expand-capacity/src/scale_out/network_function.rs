//! Further `NFDeployment`s, each in a namespace of its own with its `Capacity`, interfaces, data networks, dependencies and
//! parameters: names such as `n3` are fixed by the operators and cannot be shared within a namespace.

use porchlight_api::annotation::{SPECIALIZER_FOR, SPECIALIZER_NAMESPACE, SPECIALIZER_OWNER};
use porchlight_api::core::Namespace;
use porchlight_api::object::condition_type;
use porchlight_api::req::{Capacity, DataNetwork, Dependency, Interface};
use porchlight_api::workload::{NFConfig, NFDeployment};
use porchlight_api::{Kind, Object};
use porchlight_krm::ownership::Desired;
use porchlight_krm::{FieldPath, Resource, annotations};
use porchlight_sizing::capacity;

use super::{folder, instance_name};
use crate::capacity_values;
use crate::is_generated;
use crate::planning::Plan;

/// Kinds that belong to one network function.
const CHILDREN: [(&str, &str); 4] = [
    (Interface::API_VERSION, Interface::KIND),
    (DataNetwork::API_VERSION, DataNetwork::KIND),
    (Dependency::API_VERSION, Dependency::KIND),
    (NFConfig::API_VERSION, NFConfig::KIND),
];

pub(super) fn objects(items: &[Resource], plan: &Plan) -> Vec<Desired> {
    let mut objects: Vec<Desired> = first_capacity(items, plan).into_iter().collect();
    for ordinal in 2..=plan.size.instances {
        objects.extend(instance(items, plan, ordinal));
    }
    objects
}

/// A `Capacity` for a network function that has none, which Nephio's functions ask for.
fn first_capacity(items: &[Resource], plan: &Plan) -> Option<Desired> {
    if plan.target.capacity.is_some() || plan.values().is_empty() {
        return None;
    }
    let deployment = &items[plan.target.item];
    let capacity = capacity(plan, deployment.name(), deployment.namespace());
    Some(Desired::new(deployment.name(), capacity).in_file(format!("{}capacity.yaml", folder(deployment))))
}

fn capacity(plan: &Plan, deployment: &str, namespace: &str) -> Resource {
    let name = capacity::object_of(&plan.target.nf_type).map_or("capacity", |object| &object.name);
    let mut resource = Resource::new(Capacity::API_VERSION, Capacity::KIND, name);
    if !namespace.is_empty() {
        resource.set(&FieldPath::of(["metadata", "namespace"]), namespace);
    }
    own(&mut resource, deployment, namespace);
    capacity_values::write(&mut resource, "spec", &plan.values(), capacity_values::canonical);
    resource
}

/// Nephio's marks of an object that belongs to a network function.
fn own(resource: &mut Resource, deployment: &str, namespace: &str) {
    let owner = condition_type(NFDeployment::API_VERSION, NFDeployment::KIND, deployment);
    resource.set_annotation(annotations::LOCAL_CONFIG, "true");
    resource.set_annotation(SPECIALIZER_OWNER, &owner);
    if !namespace.is_empty() {
        resource.set_annotation(SPECIALIZER_NAMESPACE, namespace);
    }
}

fn instance(items: &[Resource], plan: &Plan, ordinal: u64) -> Vec<Desired> {
    let first = &items[plan.target.item];
    let name = instance_name(first.name(), ordinal);
    let base = if first.namespace().is_empty() { first.name() } else { first.namespace() };
    let namespace = instance_name(base, ordinal);
    let file = |kind: &str, name: &str| format!("{}{namespace}/{}-{name}.yaml", folder(first), kind.to_lowercase());
    let wish = |resource: Resource| {
        let file = file(resource.kind(), resource.name());
        Desired::new(first.name(), resource).in_file(file)
    };

    let mut deployment = copy(first, &name, &namespace);
    for field in ["interfaces", "networkInstances", "capacity"] {
        deployment.remove(&FieldPath::of(["spec", field]));
    }
    capacity_values::write(&mut deployment, "spec.capacity", &plan.values(), capacity_values::canonical);
    let mut objects = vec![wish(namespace_object(items, base, &namespace)), wish(deployment)];
    if !plan.values().is_empty() {
        objects.push(wish(capacity(plan, &name, &namespace)));
    }

    let owner = condition_type(first.api_version(), first.kind(), first.name());
    for child in items.iter().filter(|item| belongs_to(item, &owner, first)) {
        let mut child = copy(child, child.name(), &namespace);
        if child.api_version() == NFConfig::API_VERSION {
            child.set_annotation(SPECIALIZER_OWNER, &condition_type(first.api_version(), first.kind(), &name));
        } else {
            own(&mut child, &name, &namespace);
            if child.annotation(SPECIALIZER_FOR).is_some() {
                child.set_annotation(SPECIALIZER_FOR, &condition_type(first.api_version(), first.kind(), &name));
            }
        }
        if child.kind() == DataNetwork::KIND {
            for pool in plan.prefixes(&child) {
                let path = FieldPath::of(["spec", "pools"]).index(pool.index).key("prefixLength");
                child.set(&path, &pool.length);
            }
        }
        objects.push(wish(child));
    }
    objects
}

fn belongs_to(item: &Resource, owner: &str, first: &Resource) -> bool {
    CHILDREN.iter().any(|(api_version, kind)| item.is(api_version, kind))
        && item.annotation(SPECIALIZER_OWNER) == Some(owner)
        && [first.namespace(), ""].contains(&item.namespace())
        && !is_generated(item)
}

/// Another object like this one: its labels, annotations of people and functions, and its spec, without what was claimed
/// for it.
fn copy(item: &Resource, name: &str, namespace: &str) -> Resource {
    let mut copy = Resource::new(item.api_version(), item.kind(), name);
    copy.set(&FieldPath::of(["metadata", "namespace"]), namespace);
    for (key, value) in item.labels() {
        if key != annotations::GENERATED_BY {
            copy.set_label(key, value);
        }
    }
    for (key, value) in item.annotations().filter(|(key, _)| is_kept(key)) {
        copy.set_annotation(key, value);
    }
    if let Some(spec) = item.document().get(item.root(), "spec") {
        let spec = copy.document_mut().import(item.document(), spec);
        copy.set_node(&FieldPath::of(["spec"]), spec);
    }
    copy
}

/// Not the place of the file, nor what a function remembers about the object.
fn is_kept(key: &str) -> bool {
    let is_place = key.starts_with("internal.config.kubernetes.io/")
        || ["config.kubernetes.io/path", "config.kubernetes.io/index"].contains(&key)
        || key.starts_with("config.k8s.io/");
    !is_place && !key.starts_with(annotations::GROUP)
}

/// The namespace of a further instance, with the labels of the first one's.
fn namespace_object(items: &[Resource], base: &str, name: &str) -> Resource {
    let namespaces: Vec<&Resource> =
        items.iter().filter(|item| item.is("v1", Namespace::KIND) && !is_generated(item)).collect();
    let like = namespaces.iter().find(|item| item.name() == base).or(match namespaces.as_slice() {
        [only] => Some(only),
        _ => None,
    });
    let mut object = Object::new(name, Namespace {});
    for (key, value) in like.iter().flat_map(|item| item.labels()) {
        if key != annotations::GENERATED_BY {
            object.metadata.labels.insert(key.to_owned(), value.to_owned());
        }
    }
    Resource::from_typed(&object)
}
