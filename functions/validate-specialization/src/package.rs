//! The items as the rules look at them.

use porchlight_krm::{Resource, annotations};
use serde_json::{Map, Value};

/// Every item of a package and its subpackages.
pub(crate) struct Package<'r> {
    pub(crate) items: Vec<Item<'r>>,
}

/// Image of the catalog's function that puts every object of a package into one namespace.
const SET_NAMESPACE: &str = "/set-namespace";

/// One item.
pub(crate) struct Item<'r> {
    pub(crate) resource: &'r Resource,
    /// The object as a value, aliases and merge keys applied; `null` where it cannot be read as one.
    pub(crate) value: Value,
    /// Stays in the package and is not applied to a cluster.
    pub(crate) local: bool,
    /// Folder of the package whose pipeline moves the object into the package's namespace, whatever it says now.
    moved_by: Option<&'r str>,
}

impl<'r> Package<'r> {
    pub(crate) fn of(items: &'r [Resource]) -> Self {
        let mut items: Vec<Item<'r>> = items.iter().map(Item::of).collect();
        let movers: Vec<&str> = items.iter().filter(|item| item.moves()).filter_map(Item::folder).collect();
        for item in &mut items {
            let Some(path) = item.resource.file().0 else { continue };
            // Outer packages run after inner ones, so the outermost decides.
            let above = movers.iter().copied().filter(|folder| path.starts_with(folder));
            item.moved_by = above.min_by_key(|folder| folder.len());
        }
        Self { items }
    }

    /// Whether two objects can be in one namespace: they say so, one of them gets it later, or one pipeline moves both.
    pub(crate) fn share_namespace(left: &Item<'_>, right: &Item<'_>) -> bool {
        let (one, other) = (left.resource.namespace(), right.resource.namespace());
        one == other
            || one.is_empty()
            || other.is_empty()
            || (left.moved_by.is_some() && left.moved_by == right.moved_by)
    }

    /// Whether an object that another one refers to, without a namespace, is there.
    pub(crate) fn has_beside(&self, home: &Item<'_>, kind: &str, name: &str) -> bool {
        let mut found = self.items.iter().filter(|item| item.resource.kind() == kind && item.resource.name() == name);
        found.any(|item| Self::share_namespace(home, item))
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
        Self { resource, value, local, moved_by: None }
    }

    /// Folder of the file, with a `/` at its end; "" for the package's own.
    fn folder(&self) -> Option<&'r str> {
        let path = self.resource.file().0?;
        Some(&path[..path.rfind('/').map_or(0, |end| end + 1)])
    }

    /// Whether this is a Kptfile whose pipeline moves the package's objects into one namespace.
    fn moves(&self) -> bool {
        self.resource.kind() == "Kptfile"
            && self.list("/pipeline/mutators").any(|(_, step)| {
                step.get("image").and_then(Value::as_str).is_some_and(|image| image.contains(SET_NAMESPACE))
            })
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
    pub(crate) fn pod_labels(&self) -> Map<String, Value> {
        let steps = porchlight_schema::pod_spec(self.group(), self.resource.kind()).unwrap_or_default();
        let template = steps.split_last().map_or(&[][..], |(_, template)| template);
        let written = template.iter().try_fold(&self.value, |value, step| value.get(step));
        let written = written.and_then(|template| template.get("metadata")?.get("labels")?.as_object());
        let mut labels = written.cloned().unwrap_or_default();
        if self.resource.kind() == "Job" {
            // The Job controller labels its pods by its name (Kubernetes, well-known labels).
            for key in ["batch.kubernetes.io/job-name", "job-name"] {
                labels.insert(key.to_owned(), self.resource.name().into());
            }
        }
        labels
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
