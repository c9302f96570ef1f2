//! What the controllers would see of a cluster: repositories, and objects to select and to inject.

mod selector;

use std::collections::BTreeMap;
use std::sync::Arc;

use porchlight_krm::Resource;

pub(crate) use selector::matches;

/// apiVersion of [`RepositoryObject`]s.
pub(crate) const REPOSITORY_API_VERSION: &str = "config.porch.kpt.dev/v1alpha1";
/// Their kind.
pub(crate) const REPOSITORY_KIND: &str = "Repository";

/// Objects of a cluster, from files.
#[derive(Debug, Default)]
pub struct Cluster {
    objects: Vec<ClusterObject>,
}

/// An object and the file it was read from.
#[derive(Debug)]
pub struct ClusterObject {
    /// The object.
    pub resource: Resource,
    /// The file, as it was named by the caller.
    pub file: Arc<str>,
}

/// The parts of a `Repository` that matter here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositoryObject {
    /// Name.
    pub name: String,
    /// Namespace, "" where none is written.
    pub namespace: String,
    /// Labels, which selectors and expressions see.
    pub labels: BTreeMap<String, String>,
    /// Annotations, which expressions see.
    pub annotations: BTreeMap<String, String>,
    /// `spec.deployment`: clones into it get a package context.
    pub deployment: bool,
    /// `spec.git.repo`, "" where there is none.
    pub url: String,
    /// `spec.git.directory` without slashes around it.
    pub directory: String,
    /// `spec.git.branch`.
    pub branch: String,
}

impl Cluster {
    /// Adds an object.
    pub fn add(&mut self, object: ClusterObject) {
        let key = |object: &ClusterObject| (object.resource.namespace().to_owned(), object.resource.name().to_owned());
        // As an API server lists them.
        let place = self.objects.partition_point(|other| key(other) <= key(&object));
        self.objects.insert(place, object);
    }

    /// The objects of a kind in a namespace, sorted by name. A namespace that is not written, on either side, fits any.
    pub fn list<'c>(
        &'c self,
        api_version: &'c str,
        kind: &'c str,
        namespace: &'c str,
    ) -> impl Iterator<Item = &'c Resource> {
        let of_kind = self.objects.iter().map(|object| &object.resource).filter(|object| object.is(api_version, kind));
        of_kind.filter(move |object| fits(object.namespace(), namespace))
    }

    /// Every object, sorted by namespace and name.
    pub fn all(&self) -> impl Iterator<Item = &Resource> {
        self.objects.iter().map(|object| &object.resource)
    }

    /// The `Repository` of this name.
    #[must_use]
    pub fn repository(&self, name: &str, namespace: &str) -> Option<RepositoryObject> {
        let mut repositories = self.list(REPOSITORY_API_VERSION, REPOSITORY_KIND, namespace);
        repositories.find(|object| object.name() == name).map(RepositoryObject::of)
    }
}

/// True where objects of two namespaces see each other.
pub(crate) fn fits(left: &str, right: &str) -> bool {
    left.is_empty() || right.is_empty() || left == right
}

impl RepositoryObject {
    fn of(resource: &Resource) -> Self {
        let text = |path: &str| resource.str_at(path).unwrap_or_default().to_owned();
        let branch = text("spec.git.branch");
        Self {
            name: resource.name().to_owned(),
            namespace: resource.namespace().to_owned(),
            labels: owned(resource.labels()),
            annotations: owned(resource.annotations()),
            deployment: text("spec.deployment") == "true",
            url: text("spec.git.repo"),
            directory: text("spec.git.directory").trim_matches('/').to_owned(),
            branch: if branch.is_empty() { crate::store::MAIN.to_owned() } else { branch },
        }
    }

    /// Directory of a package in the repository.
    #[must_use]
    pub fn full_path(&self, package: &str) -> String {
        if self.directory.is_empty() { package.to_owned() } else { format!("{}/{package}", self.directory) }
    }
}

pub(crate) fn owned<'a>(map: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    map.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
