//! What runs pods: workloads with a pod spec, and NFDeployments that an operator makes pods of.

use porchlight_api::Kind as _;
use porchlight_api::workload::NFDeployment;
use porchlight_krm::order::{Gather, SortedMap, SortedSet};
use porchlight_krm::{FieldPath, PathStep, Resource};
use porchlight_yaml::json::json;
use serde_json::Value;

use super::namespaces::Namespaces;
use super::{is_generated, is_local, list, text, unmanaged, value_at};
use crate::data::{Data, Role};
use crate::resolution::Subject;

/// An object with a pod spec.
pub(crate) struct Workload {
    pub(crate) item: usize,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) pod_path: FieldPath,
    pub(crate) pod: Value,
    /// Labels of its pods.
    pub(crate) pod_labels: SortedMap<String, String>,
    /// As many as it can become: what a HorizontalPodAutoscaler lets it grow to, else what it states.
    pub(crate) replicas: u64,
    pub(crate) containers: Vec<Container>,
    pub(crate) role: Option<&'static Role>,
    pub(crate) subject: Subject,
    /// Why it is left as it is, where it is.
    pub(crate) unmanaged: Option<&'static str>,
}

/// A port a container listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Port {
    pub(crate) protocol: String,
    pub(crate) port: i64,
}

/// A container of a workload.
pub(crate) struct Container {
    pub(crate) name: String,
    pub(crate) path: FieldPath,
    pub(crate) value: Value,
    pub(crate) init: bool,
}

impl Container {
    pub(crate) fn image(&self) -> &str {
        text(&self.value, "image")
    }

    /// Ports it listens on.
    pub(crate) fn ports(&self) -> Vec<Port> {
        let port = |port: &Value| {
            let protocol = match text(port, "protocol") {
                "" => "TCP",
                other => other,
            };
            Some(Port { protocol: protocol.to_owned(), port: port.get("containerPort")?.as_i64()? })
        };
        list(&self.value, "ports").filter_map(port).collect()
    }

    pub(crate) fn security(&self, field: &str) -> &Value {
        self.value.get("securityContext").and_then(|context| context.get(field)).unwrap_or(&Value::Null)
    }
}

impl Workload {
    /// Selects its pods and no others; `None` where they carry nothing to tell them by.
    pub(crate) fn pod_selector(&self) -> Option<Value> {
        if self.kind == "Job" {
            // Set by Kubernetes on the pods of every Job (1.27).
            return Some(json!({ "matchLabels": { "batch.kubernetes.io/job-name": self.name } }));
        }
        (!self.pod_labels.is_empty()).then(|| json!({ "matchLabels": self.pod_labels }))
    }

    pub(crate) fn uses_host_network(&self) -> bool {
        self.pod.get("hostNetwork") == Some(&Value::Bool(true))
    }

    pub(crate) fn service_account(&self) -> &str {
        match text(&self.pod, "serviceAccountName") {
            "" => "default",
            name => name,
        }
    }

    /// A field of the pod's security context.
    pub(crate) fn pod_security(&self, field: &str) -> &Value {
        self.pod.get("securityContext").and_then(|context| context.get(field)).unwrap_or(&Value::Null)
    }

    /// Why a rule cannot apply to its role.
    pub(crate) fn need(&self, rule: &str) -> Option<&'static str> {
        self.role?.needs.get(rule).map(String::as_str)
    }
}

/// An NFDeployment.
pub(crate) struct NetworkFunction {
    pub(crate) item: usize,
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) provider: String,
    pub(crate) role: Option<&'static Role>,
    pub(crate) subject: Subject,
}

impl NetworkFunction {
    /// Selects the pods its operator makes, where it is known how it labels them; else every pod.
    pub(crate) fn pod_selector(&self) -> Value {
        match self.role.and_then(|role| role.pod_label.as_ref()) {
            Some(label) => json!({ "matchLabels": { &label.key: label.value.replace("{name}", &self.name) } }),
            None => json!({}),
        }
    }
}

/// Keys from the root of a kind to its pod spec.
fn pod_keys(item: &Resource) -> Option<&'static [&'static str]> {
    match (item.api_version(), item.kind()) {
        ("v1", "Pod") => Some(&["spec"]),
        ("apps/v1", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") | ("batch/v1", "Job") => {
            Some(&["spec", "template", "spec"])
        }
        ("batch/v1", "CronJob") => Some(&["spec", "jobTemplate", "spec", "template", "spec"]),
        _ => None,
    }
}

fn is_function(item: &Resource) -> bool {
    item.is(NFDeployment::API_VERSION, NFDeployment::KIND)
}

/// True for what becomes pods in a cluster.
pub(crate) fn runs_pods(item: &Resource) -> bool {
    !is_local(item) && (pod_keys(item).is_some() || is_function(item))
}

pub(super) fn workloads(items: &[Resource], namespaces: &Namespaces) -> Vec<Workload> {
    let mut workloads = Vec::new();
    for (position, item) in items.iter().enumerate().filter(|(_, item)| !is_generated(item) && !is_local(item)) {
        let Some(keys) = pod_keys(item) else { continue };
        let pod = value_at(item, keys);
        if !pod.is_object() {
            continue;
        }
        let pod_path = FieldPath::of(keys.iter().copied());
        let pod_labels = match keys.split_last() {
            Some((_, [])) | None => labels(item.labels()),
            Some((_, template)) => {
                let mut way = template.to_vec();
                way.extend(["metadata", "labels"]);
                texts(&value_at(item, &way))
            }
        };
        let containers = containers(&pod, &pod_path);
        let mut subject = Subject {
            kind: item.kind().to_owned(),
            namespace: namespaces.of_object(item.namespace()),
            labels: labels(item.labels()),
            nf_types: SortedSet::new(),
        };
        let role = role(|role| {
            let images = containers.iter().filter(|container| !container.init);
            let by_image = images
                .into_iter()
                .any(|container| role.matches.images.iter().any(|part| container.image().contains(part.as_str())));
            by_image
                || role.matches.labels.iter().any(|(key, values)| {
                    pod_labels.get(key).or_else(|| subject.labels.get(key)).is_some_and(|value| values.contains(value))
                })
        });
        subject.nf_types.extend(role.map(|role| role.name.clone()));
        let stated = value_at(item, &["spec", "replicas"]).as_u64().unwrap_or(1);
        let replicas = grown(items, item, &subject.namespace, namespaces).unwrap_or(stated);
        workloads.push(Workload {
            item: position,
            kind: item.kind().to_owned(),
            name: item.name().to_owned(),
            namespace: subject.namespace.clone(),
            pod_path,
            pod,
            pod_labels,
            replicas,
            containers,
            role,
            subject,
            unmanaged: unmanaged(item),
        });
    }
    workloads
}

/// The most replicas that a HorizontalPodAutoscaler of the package gives a workload, where one is for it.
fn grown(items: &[Resource], workload: &Resource, namespace: &str, namespaces: &Namespaces) -> Option<u64> {
    let scales = |item: &&Resource| {
        item.id().group() == "autoscaling"
            && item.kind() == "HorizontalPodAutoscaler"
            && !is_local(item)
            && namespaces.of_object(item.namespace()) == namespace
            && item.str_at("spec.scaleTargetRef.kind") == Some(workload.kind())
            && item.str_at("spec.scaleTargetRef.name") == Some(workload.name())
    };
    items.iter().filter(scales).filter_map(|item| value_at(item, &["spec", "maxReplicas"]).as_u64()).max()
}

pub(super) fn functions(items: &[Resource], namespaces: &Namespaces) -> Vec<NetworkFunction> {
    let function = |(position, item): (usize, &Resource)| {
        let provider = item.str_at("spec.provider").unwrap_or_default().to_owned();
        let role = role(|role| role.matches.providers.contains(&provider));
        let namespace = namespaces.of_object(item.namespace());
        let subject = Subject {
            kind: item.kind().to_owned(),
            namespace: namespace.clone(),
            labels: labels(item.labels()),
            nf_types: role.iter().map(|role| role.name.clone()).gather(),
        };
        NetworkFunction { item: position, name: item.name().to_owned(), namespace, provider, role, subject }
    };
    let functions =
        items.iter().enumerate().filter(|(_, item)| is_function(item) && !is_generated(item) && !is_local(item));
    functions.map(function).collect()
}

fn containers(pod: &Value, pod_path: &FieldPath) -> Vec<Container> {
    let lists = [("initContainers", true), ("containers", false)];
    let in_list = |(field, init): (&'static str, bool)| {
        list(pod, field).enumerate().map(move |(index, value)| {
            let name = text(value, "name").to_owned();
            // Two of one name are refused by Kubernetes, and must not hide each other here.
            let alone = list(pod, field).filter(|other| text(other, "name") == name).count() == 1;
            let step = if name.is_empty() || !alone {
                PathStep::Index(index)
            } else {
                PathStep::Match { key: "name".to_owned(), value: name.clone() }
            };
            Container { name, path: pod_path.key(field).join(step), value: value.clone(), init }
        })
    };
    lists.into_iter().flat_map(in_list).filter(|container| container.value.is_object()).collect()
}

fn role(fits: impl Fn(&Role) -> bool) -> Option<&'static Role> {
    Data::get().roles.iter().find(|role| fits(role))
}

pub(crate) fn labels<'a>(labels: impl Iterator<Item = (&'a str, &'a str)>) -> SortedMap<String, String> {
    labels.map(|(key, value)| (key.to_owned(), value.to_owned())).gather()
}

fn texts(value: &Value) -> SortedMap<String, String> {
    let entries = value.as_object().into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).gather()
}
