//! The objects a slice asks for, with the intent fields each was derived from.

mod coverage;
mod network_function;
mod networks;
mod nf_config;
mod package_variant;
mod pools;

use porchlight_api::intent_report::IntentReport;
use porchlight_api::network_slice_intent::{NetworkSliceIntent, Placement};
use porchlight_api::object::condition_type;
use porchlight_api::{Draft, Kind, annotation};
use porchlight_krm::{Resource, annotations};

use crate::placement::{Instance, Plan};
use crate::slice::Slice;

pub(crate) use coverage::edge_sites;
pub(crate) use networks::{of_instance as networks_of, of_plans as networks};

/// An object to create or keep.
pub(crate) struct Desired {
    pub(crate) resource: Resource,
    /// File to create it in, relative to the package.
    pub(crate) file: String,
    /// Field paths in the intent.
    pub(crate) derived_from: Vec<String>,
}

/// Collects the objects of a slice, or of what several slices share.
pub(crate) struct Objects<'a> {
    /// By name, at least one.
    slices: Vec<&'a Slice>,
    /// Folder for them, beside the intent.
    folder: String,
    desired: Vec<Desired>,
}

impl<'a> Objects<'a> {
    fn new(slices: Vec<&'a Slice>, owner: &str) -> Self {
        let beside = slices.first().map_or("", |slice| slice.folder.as_str());
        Self { folder: format!("{beside}{owner}"), slices, desired: Vec::new() }
    }
}

/// Every object that is a slice's own, except its report.
pub(crate) fn of_slice(plan: &Plan<'_>) -> Vec<Desired> {
    let mut objects = Objects::new(vec![plan.slice], &plan.slice.name);
    for instance in plan.instances.iter().filter(|instance| instance.subnet().is_none()) {
        objects.add_instance(instance);
    }
    objects.add_coverage(plan.slice);
    objects.desired
}

/// The objects of a network function that several slices share.
pub(crate) fn of_shared(instance: &Instance<'_>) -> Vec<Desired> {
    let mut objects = Objects::new(instance.slices.clone(), instance.owner());
    objects.add_instance(instance);
    objects.desired
}

/// The objects of one network function inside its own package.
pub(crate) fn of_instance(instance: &Instance<'_>) -> Vec<Desired> {
    let mut objects = Objects::new(instance.slices.clone(), instance.owner());
    objects.add_network_function(instance, &instance.package());
    objects.desired
}

/// The report of a slice as an object.
pub(crate) fn report(slice: &Slice, report: Draft) -> Desired {
    let mut objects = Objects::new(vec![slice], &slice.name);
    let owner = objects.intent_condition();
    let report = report.annotated(annotation::SPECIALIZER_OWNER, &owner);
    objects.add_local(report, "intent-report.yaml", &["metadata.name"]);
    objects.desired.remove(0)
}

/// The report of an intent that is not decomposed now.
pub(crate) fn idle_report(intent: &Resource, report: &IntentReport) -> Desired {
    let owner = condition_type(NetworkSliceIntent::API_VERSION, NetworkSliceIntent::KIND, intent.name());
    let beside = intent.file().0.and_then(|path| path.rfind('/').map(|slash| &path[..=slash])).unwrap_or_default();
    let object = Draft::new(intent.name(), report)
        .annotated(annotation::SPECIALIZER_OWNER, &owner)
        .annotated(annotations::LOCAL_CONFIG, "true")
        .annotated(annotation::INTENT, intent.name());
    desired(object, format!("{beside}{}/intent-report.yaml", intent.name()), &["metadata.name"])
}

impl<'a> Objects<'a> {
    fn add_instance(&mut self, instance: &Instance<'a>) {
        match instance.slice.placement {
            Placement::PackageVariant => self.add_package_variant(instance),
            Placement::InPackage => self.add_network_function(instance, &instance.unique_name()),
        }
    }

    /// Adds an object; `file` is relative to the folder of the slice.
    fn add(&mut self, object: Draft, file: &str, derived_from: &[&str]) {
        let names: Vec<&str> = self.slices.iter().map(|slice| slice.name.as_str()).collect();
        let mut object = object.annotated(annotation::INTENT, &names.join(","));
        if let [Slice { generation: Some(generation), .. }] = self.slices[..] {
            object = object.annotated(annotation::INTENT_GENERATION, &generation.to_string());
        }
        let file = format!("{}/{file}", self.folder);
        self.desired.push(desired(object, file, derived_from));
    }

    /// Adds an object that never leaves the package.
    fn add_local(&mut self, object: Draft, file: &str, derived_from: &[&str]) {
        self.add(object.annotated(annotations::LOCAL_CONFIG, "true"), file, derived_from);
    }

    /// Condition type string of the intent, for owner annotations.
    fn intent_condition(&self) -> String {
        let name = self.slices.first().map_or("", |slice| slice.name.as_str());
        condition_type(NetworkSliceIntent::API_VERSION, NetworkSliceIntent::KIND, name)
    }
}

fn desired(object: Draft, file: String, derived_from: &[&str]) -> Desired {
    let object = object.annotated(annotation::DERIVED_FROM, &derived_from.join(","));
    let derived_from = derived_from.iter().map(|&field| field.to_owned()).collect();
    Desired { resource: object.resource(), file, derived_from }
}

/// A reference to an object in the report: `<Kind>/<name>` or `<Kind>/<namespace>/<name>`.
pub(crate) fn reference(resource: &Resource) -> String {
    match resource.namespace() {
        "" => format!("{}/{}", resource.kind(), resource.name()),
        namespace => format!("{}/{namespace}/{}", resource.kind(), resource.name()),
    }
}
