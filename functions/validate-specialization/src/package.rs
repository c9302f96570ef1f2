//! The items as the rules look at them.

use porchlight_krm::{Resource, annotations};
use serde_json::Value;

/// Every item of a package and its subpackages.
pub(crate) struct Package<'r> {
    pub(crate) items: Vec<Item<'r>>,
}

/// One item.
pub(crate) struct Item<'r> {
    pub(crate) resource: &'r Resource,
    /// The object as a value, aliases and merge keys applied; `null` where it cannot be read as one.
    pub(crate) value: Value,
    /// Stays in the package and is not applied to a cluster.
    pub(crate) local: bool,
}

impl<'r> Package<'r> {
    pub(crate) fn of(items: &'r [Resource]) -> Self {
        Self { items: items.iter().map(Item::of).collect() }
    }

    /// Items of a kind in any version of its group.
    pub(crate) fn of_kind(&self, group: &str, kind: &str) -> impl Iterator<Item = &Item<'r>> {
        self.items.iter().filter(move |item| item.resource.kind() == kind && item.group() == group)
    }

    /// Whether there is an object of a kind and name in a namespace. An object or a reference without a namespace gets one
    /// later, so it agrees with every one.
    pub(crate) fn has(&self, kind: &str, namespace: &str, name: &str) -> bool {
        self.items.iter().any(|item| {
            let resource = item.resource;
            resource.kind() == kind
                && resource.name() == name
                && (namespace.is_empty() || resource.namespace().is_empty() || resource.namespace() == namespace)
        })
    }

    /// Names of the objects of a kind.
    pub(crate) fn names(&self, kind: &str) -> impl Iterator<Item = &'r str> {
        self.items.iter().filter(move |item| item.resource.kind() == kind).map(|item| item.resource.name())
    }

    /// Whether anything of the package is in a namespace, or the namespace itself is in the package.
    pub(crate) fn uses_namespace(&self, namespace: &str) -> bool {
        self.items.iter().any(|item| item.resource.namespace() == namespace)
            || self.items.iter().any(|item| item.resource.kind() == "Namespace" && item.resource.name() == namespace)
    }
}

impl<'r> Item<'r> {
    fn of(resource: &'r Resource) -> Self {
        let value = resource.typed().unwrap_or_default();
        let local = resource.kind() == "Kptfile"
            || resource.annotation(annotations::LOCAL_CONFIG).is_some_and(|flag| flag != "false");
        Self { resource, value, local }
    }

    /// The API group, "" for Kubernetes' core.
    pub(crate) fn group(&self) -> &'r str {
        self.resource.api_version().split_once('/').map_or("", |(group, _)| group)
    }

    /// The pod spec and the way to it, for Kubernetes' own kinds that hold one.
    pub(crate) fn pod_spec(&self) -> Option<(&Value, String)> {
        let steps = porchlight_schema::pod_spec(self.group(), self.resource.kind())?;
        let spec = steps.iter().try_fold(&self.value, |value, step| value.get(step))?;
        Some((spec, steps.join(".")))
    }

    /// Labels of the pods a workload makes.
    pub(crate) fn pod_labels(&self) -> Option<&Value> {
        let steps = porchlight_schema::pod_spec(self.group(), self.resource.kind())?;
        let template = &steps[..steps.len() - 1];
        template.iter().try_fold(&self.value, |value, step| value.get(step))?.get("metadata")?.get("labels")
    }

    /// The text at a JSON pointer.
    pub(crate) fn text(&self, pointer: &str) -> Option<&str> {
        self.value.pointer(pointer)?.as_str()
    }

    /// The list at a JSON pointer, with positions.
    pub(crate) fn list(&self, pointer: &str) -> impl Iterator<Item = (usize, &Value)> {
        self.value.pointer(pointer).and_then(Value::as_array).into_iter().flatten().enumerate()
    }
}
