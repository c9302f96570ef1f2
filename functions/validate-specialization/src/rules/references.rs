//! What an object refers to is in the package, every cluster has it, or somebody declared it.

mod collect;

use porchlight_api::object_pattern::{any_matches, matches};
use porchlight_api::validate_config::ValidateSpecializationConfig;
use porchlight_krm::Code;

use crate::data::Data;
use crate::package::{Item, Package};
use crate::report::{Defect, Report, Weight};

/// One reference of an object to another by kind and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) kind: String,
    /// "" for the namespace of the referring object.
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// The field that holds the name.
    pub(crate) path: String,
    /// Whether the other object can only be in this package.
    pub(crate) inner: bool,
}

pub(super) fn check(package: &Package<'_>, config: &ValidateSpecializationConfig, report: &mut Report<'_>) {
    for item in &package.items {
        for reference in collect::references(item) {
            if !resolves(package, item, config, &reference) {
                report.add(item, dangling(package, &reference));
            }
        }
    }
}

fn resolves(
    package: &Package<'_>,
    item: &Item<'_>,
    config: &ValidateSpecializationConfig,
    reference: &Reference,
) -> bool {
    let Reference { kind, namespace, name, inner, .. } = reference;
    let home = item.resource.namespace();
    // What another package keeps in a namespace of its own cannot be seen from here.
    let foreign = !inner && !namespace.is_empty() && namespace != home && !package.uses_namespace(namespace);
    let there = || match namespace.as_str() {
        "" => package.has_beside(item, kind, name),
        _ => package.has(kind, namespace, name),
    };
    let builtin = || Data::get().builtin.iter().any(|known| known.kind == *kind && matches(&known.name, name));
    let external = || any_matches(&config.external_references, kind, name);
    foreign || there() || builtin() || external()
}

fn dangling(package: &Package<'_>, reference: &Reference) -> Defect {
    let Reference { kind, name, path, inner, .. } = reference;
    let weight = if *inner { Weight::Wrong } else { Weight::Doubtful };
    let message = format!("`{path}`: no {kind} `{name}` is in the package");
    let near = porchlight_yaml::serde::nearest(name, package.names(kind));
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if *inner => format!("add the {kind}, or remove the reference"),
        None => format!("add the {kind}; if others bring it, say so: `externalReferences: [{kind}/{name}]`"),
    };
    Defect::new(weight, Code::ReferenceDangling, "dangling-reference", message)
        .at(path.clone())
        .current(name.clone())
        .proposing(near)
        .hint(hint)
}
