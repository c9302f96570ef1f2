//! The objects a slice asks for, with the intent fields each was derived from.

mod network_function;
mod networks;
mod nf_config;
mod package_variant;
mod pools;

use porchlight_api::coverage::CoverageExpansion;
use porchlight_api::intent_report::IntentReport;
use porchlight_api::network_slice_intent::{NetworkSliceIntent, Placement};
use porchlight_api::object::condition_type;
use porchlight_api::{Kind, Object, annotation};
use porchlight_krm::{Resource, annotations};
use serde::Serialize;

use crate::placement::{Instance, Plan};
use crate::slice::Slice;

pub(crate) use networks::of_plans as networks;

/// An object to create or keep.
pub(crate) struct Desired {
    pub(crate) resource: Resource,
    /// File to create it in, relative to the package.
    pub(crate) file: String,
    /// Field paths in the intent.
    pub(crate) derived_from: Vec<String>,
}

/// Collects the objects of one slice.
pub(crate) struct Objects<'a> {
    slice: &'a Slice,
    desired: Vec<Desired>,
}

/// Every object that is a slice's own, except its report.
pub(crate) fn of_slice(plan: &Plan<'_>) -> Vec<Desired> {
    let mut objects = Objects { slice: plan.slice, desired: Vec::new() };
    for instance in &plan.instances {
        match plan.slice.placement {
            Placement::PackageVariant => objects.add_package_variant(instance),
            Placement::InPackage => objects.add_network_function(instance, &instance.unique_name()),
        }
    }
    objects.add_coverage();
    objects.desired
}

/// The objects of one network function inside its own package.
pub(crate) fn of_instance(instance: &Instance<'_>) -> Vec<Desired> {
    let mut objects = Objects { slice: instance.slice, desired: Vec::new() };
    objects.add_network_function(instance, &instance.package());
    objects.desired
}

/// The report of a slice as an object.
pub(crate) fn report(slice: &Slice, report: Object<IntentReport>) -> Desired {
    let mut objects = Objects { slice, desired: Vec::new() };
    let owner = objects.intent_condition();
    let report = report.annotated(annotation::SPECIALIZER_OWNER, owner);
    objects.add_local(report, "intent-report.yaml", &["metadata.name"]);
    objects.desired.remove(0)
}

impl Objects<'_> {
    /// Adds an object; `file` is relative to the folder of the slice.
    fn add<S: Kind + Serialize>(&mut self, object: Object<S>, file: &str, derived_from: &[&str]) {
        let mut object = object.annotated(annotation::INTENT, &self.slice.name);
        if let Some(generation) = self.slice.generation {
            object = object.annotated(annotation::INTENT_GENERATION, generation.to_string());
        }
        let file = format!("{}{}/{file}", self.slice.folder, self.slice.name);
        self.desired.push(desired(object, file, derived_from));
    }

    /// Adds an object that never leaves the package.
    fn add_local<S: Kind + Serialize>(&mut self, object: Object<S>, file: &str, derived_from: &[&str]) {
        self.add(object.annotated(annotations::LOCAL_CONFIG, "true"), file, derived_from);
    }

    /// Hands the area over to the planning of sites and cells.
    fn add_coverage(&mut self) {
        let Some(area) = self.slice.coverage.clone() else { return };
        let clusters = self.slice.sites.iter().map(|site| site.cluster.clone()).collect();
        let object =
            Object::new(&self.slice.name, CoverageExpansion { area, clusters, ..CoverageExpansion::default() })
                .annotated(annotation::SPECIALIZER_OWNER, self.intent_condition());
        self.add_local(object, "coverage.yaml", &["spec.coverage", "spec.sites"]);
    }

    /// Condition type string of the intent, for owner annotations.
    fn intent_condition(&self) -> String {
        condition_type(NetworkSliceIntent::API_VERSION, NetworkSliceIntent::KIND, &self.slice.name)
    }
}

fn desired<S: Kind + Serialize>(object: Object<S>, file: String, derived_from: &[&str]) -> Desired {
    let object = object.annotated(annotation::DERIVED_FROM, derived_from.join(","));
    let derived_from = derived_from.iter().map(|&field| field.to_owned()).collect();
    Desired { resource: Resource::from_typed(&object), file, derived_from }
}

/// A reference to an object in the report: `<Kind>/<name>` or `<Kind>/<namespace>/<name>`.
pub(crate) fn reference(resource: &Resource) -> String {
    match resource.namespace() {
        "" => format!("{}/{}", resource.kind(), resource.name()),
        namespace => format!("{}/{namespace}/{}", resource.kind(), resource.name()),
    }
}
