//! Packages as ResourceLists, and what is looked for in a result.

use std::fs;
use std::path::Path;

use inject_policy::InjectPolicy;
use porchlight_krm::{Resource, ResourceList, annotations, run_text};
use serde_json::{Value, json};

/// A table of the tests.
pub(crate) fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let documents = porchlight_yaml::parse(text.into()).unwrap();
    let root = documents[0].root().unwrap();
    porchlight_yaml::serde::from_node(&documents[0], root).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A list from the text of its items.
pub(crate) fn list(items: &str) -> ResourceList {
    let text = format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}");
    ResourceList::parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// The resources of a folder, as `kpt fn source` gives them.
pub(crate) fn source(folder: &Path) -> ResourceList {
    let text = porchlight_cases::corpus::source(folder, "").unwrap_or_else(|error| panic!("{error}"));
    ResourceList::parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// Runs the function with profiles on a list, and expects it to succeed.
pub(crate) fn run(mut list: ResourceList, profiles: &[&str]) -> ResourceList {
    list.function_config = Some(Resource::from_typed(&json!({
        "apiVersion": "orchestration.nephio-oran.io/v1alpha1",
        "kind": "PolicyConfig",
        "metadata": { "name": "config" },
        "spec": { "profiles": profiles, "date": "2026-11-21" },
    })));
    let outcome = run_text::<InjectPolicy>(&list.to_text());
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    ResourceList::parse(&outcome.stdout).unwrap_or_else(|error| panic!("{error}"))
}

/// The items of a list as values, by identity; what the host writes is left out.
pub(crate) fn values(list: &ResourceList) -> Vec<Value> {
    let mut items = list.items.clone();
    for item in &mut items {
        item.remove_annotation(annotations::PATH);
        item.remove_annotation(annotations::INDEX);
    }
    items.sort_by_key(Resource::id);
    items.iter().map(|item| item.typed::<Value>().unwrap()).collect()
}

/// The object a reference such as `Deployment/web` means.
pub(crate) fn find<'a>(list: &'a ResourceList, reference: &str) -> Option<&'a Resource> {
    let (kind, name) = reference.split_once('/').unwrap();
    list.items.iter().find(|item| item.kind() == kind && item.name() == name)
}
