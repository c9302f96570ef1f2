//! The package context of packages in deployment repositories.

use std::collections::BTreeMap;

use porchlight_krm::{FieldPath, Resource};
use porchlight_yaml::Style;

use crate::mutate::CONTEXT_NAME;

/// True for a package context, of whatever package.
pub(super) fn is_context(resource: &Resource) -> bool {
    resource.is("v1", "ConfigMap") && resource.name() == CONTEXT_NAME
}

/// The context of a package: its name and its path in the repository.
pub(super) fn of_package(package: &str) -> Resource {
    let mut context = Resource::new("v1", "ConfigMap", CONTEXT_NAME);
    let local = context.document_mut().new_scalar("true", Style::DoubleQuoted);
    context.set_node(&FieldPath::of(["metadata", "annotations", "config.kubernetes.io/local-config"]), local);
    let data = BTreeMap::from([("name", package), ("package-path", package)]);
    context.set(&FieldPath::of(["data"]), &data);
    context
}
