//! The objects of a plan, with the fields of the expansion each was derived from.

mod cluster;
mod in_package;
mod nf_config;
mod variant;

use porchlight_api::coverage::{CoveragePlacement, CoveragePlan};
use porchlight_api::object::condition_type;
use porchlight_api::{Kind, Object, annotation};
use porchlight_krm::{Resource, annotations, ownership};
use serde::Serialize;

use crate::expansion::Expansion;
use crate::network::Network;
use crate::plan::FunctionPlan;

pub(crate) use cluster::clusters;

/// Collects the objects of one expansion.
pub(crate) struct Objects<'n, 'e, 'a> {
    network: &'n Network<'e, 'a>,
    expansion: &'e Expansion<'a>,
    pub(crate) desired: Vec<ownership::Desired>,
}

/// The objects of the network functions of an expansion.
pub(crate) fn of_functions<'n, 'e, 'a>(
    network: &'n Network<'e, 'a>,
    group: usize,
    functions: &[FunctionPlan],
) -> Objects<'n, 'e, 'a> {
    let expansion = &network.expansions[group];
    let mut objects = Objects { network, expansion, desired: Vec::new() };
    match expansion.placement {
        CoveragePlacement::PackageVariant => objects.add_variants(functions),
        CoveragePlacement::PackageVariantSet => objects.add_variant_sets(functions),
        CoveragePlacement::InPackage => objects.add_in_package(functions),
    }
    objects
}

impl Objects<'_, '_, '_> {
    /// Adds the plan itself.
    pub(crate) fn add_plan(&mut self, plan: CoveragePlan) {
        let object = Object::new(&self.expansion.name, plan).annotated(annotations::LOCAL_CONFIG, "true");
        self.add(object, "coverage-plan.yaml", &["spec"]);
    }

    /// Adds an object that belongs to the expansion; `file` is relative to the folder of its objects.
    fn add<S: Kind + Serialize>(&mut self, object: Object<S>, file: &str, derived_from: &[&str]) {
        let expansion = self.expansion;
        let owner = condition_type(expansion.object.api_version(), expansion.object.kind(), &expansion.name);
        let mut object = object
            .annotated(annotation::SPECIALIZER_OWNER, owner)
            .annotated(annotation::DERIVED_FROM, derived_from.join(","));
        if let Some(intent) = expansion.object.annotation(annotation::INTENT) {
            object = object.annotated(annotation::INTENT, intent);
        }
        let file = format!("{}{}/{file}", expansion.folder, expansion.name);
        let resource = Resource::from_typed(&object);
        self.desired.push(ownership::Desired::new(&expansion.name, resource).in_file(file));
    }
}

/// A reference to an object in the plan: `<Kind>/<name>` or `<Kind>/<namespace>/<name>`.
pub(crate) fn reference(resource: &Resource) -> String {
    match resource.namespace() {
        "" => format!("{}/{}", resource.kind(), resource.name()),
        namespace => format!("{}/{namespace}/{}", resource.kind(), resource.name()),
    }
}
