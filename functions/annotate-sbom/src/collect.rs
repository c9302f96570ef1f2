//! Finds every image in a list of items.
//!
//! | where | what |
//! |---|---|
//! | any kind | `containers`, `initContainers`, `ephemeralContainers` with `image`, and image volumes beside them |
//! | `workload.nephio.org` (NFConfig and what it carries) | `image`, `images[]`, and `{registry, name, tag}` mappings |
//! | Kptfile | `image` and `exec` of every function of the pipeline |
//! | `config.porch.kpt.dev` (PackageVariant, PackageVariantSet) | `image` of every function of a pipeline |
//! | Argo CD Application, Flux HelmRelease | the chart |
//! | what the configuration names | `imagePaths` |
//!
//! Kinds that hold patterns or schemas instead of workloads are passed over: CustomResourceDefinition, Kyverno and
//! Gatekeeper policies, admission policies.

mod chart;
mod function;
mod image_path;
mod network_function;
mod pod_spec;

use std::borrow::Cow;
use std::collections::HashSet;

use porchlight_api::annotation::SBOM_REF;
use porchlight_api::sbom_config::SbomConfig;
use porchlight_krm::{FieldPath, Resource};
use porchlight_yaml::NodeId;

use crate::carrier;
use crate::fields::{Fields, walk};
use crate::inventory::{Chart, Inventory, Place, Role, Step};
use crate::package_tree::PackageTree;
use crate::sighting::Sighting;

pub(crate) use image_path::{ImagePath, ImagePathError};

/// API groups whose objects quote pod specs without running them.
const PATTERN_GROUPS: &[&str] = &[
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "constraints.gatekeeper.sh",
    "kyverno.io",
    "mutations.gatekeeper.sh",
    "policies.kyverno.io",
    "templates.gatekeeper.sh",
];

/// Everything that was found.
pub(crate) struct Collected {
    pub(crate) inventory: Inventory,
    /// Every place that names an image, by item and then in reading order.
    pub(crate) sightings: Vec<Sighting>,
}

/// Reads all items.
pub(crate) fn collect(items: &[Resource], tree: &PackageTree, config: &SbomConfig, paths: &[ImagePath]) -> Collected {
    let mut collected = Collected { inventory: Inventory::of(tree.packages.clone()), sightings: Vec::new() };
    for (position, item) in items.iter().enumerate() {
        if carrier::is_carrier(item) || !may_hold_something(item, paths) {
            continue;
        }
        // What is tied to documents already mostly stays as it is, and is looked into only here.
        let document = match item.annotation(SBOM_REF) {
            Some(_) => item.glance(),
            None => Cow::Borrowed(item.document()),
        };
        let fields = Fields::new(&document);
        let lists = HashSet::new();
        let first = collected.sightings.len();
        let mut visit = Visit { position, item, tree, config, fields: &fields, lists, collected: &mut collected };
        visit.item(paths);
        let mut own = collected.sightings.split_off(first);
        if own.len() > 1 {
            let mut known = HashSet::new();
            own.retain(|sighting| known.insert(sighting.field.clone()));
        }
        collected.sightings.append(&mut own);
    }
    collected
}

/// False where the item certainly has nothing to be found, by its kind and the words in it: most items.
fn may_hold_something(item: &Resource, paths: &[ImagePath]) -> bool {
    let group = group(item);
    let by_kind = match group {
        "kpt.dev" | "config.porch.kpt.dev" | "workload.nephio.org" => true,
        _ if PATTERN_GROUPS.contains(&group) => false,
        _ => pod_spec::may_be_in(item) || chart::may_be_of(group),
    };
    by_kind || paths.iter().any(|path| path.is_for(item.kind()))
}

/// The API group, "" for Kubernetes' core.
fn group(item: &Resource) -> &str {
    item.api_version().split_once('/').map_or("", |(group, _)| group)
}

/// One item being read.
struct Visit<'a> {
    position: usize,
    item: &'a Resource,
    tree: &'a PackageTree,
    config: &'a SbomConfig,
    fields: &'a Fields<'a>,
    /// Lists already read: aliases of a list say nothing new, and many of them must not multiply the work.
    lists: HashSet<NodeId>,
    collected: &'a mut Collected,
}

impl Visit<'_> {
    fn item(&mut self, paths: &[ImagePath]) {
        let group = group(self.item);
        match group {
            "kpt.dev" => self.kptfile(),
            "config.porch.kpt.dev" => self.package_variant(),
            "workload.nephio.org" => self.network_function(),
            _ if PATTERN_GROUPS.contains(&group) => {}
            _ => {
                self.pod_specs(pod_spec::is_known_holder(self.item));
                self.charts(group);
            }
        }
        for path in paths.iter().filter(|path| path.is_for(self.item.kind())) {
            for (field, node) in path.find(self.fields, self.item.root()) {
                self.value(&field, node, Role::Workload);
            }
        }
    }

    /// Reads a value that is known to be an image: a reference, a list of references, or a triple.
    fn value(&mut self, field: &FieldPath, node: NodeId, role: Role) {
        if let Some(text) = self.fields.text(node) {
            self.image(field.clone(), text.to_owned(), role, true);
        } else if let Some(text) = network_function::triple(self.fields, node) {
            self.image(field.clone(), text, role, true);
        } else {
            let items: Vec<_> = self.fields.items(node).collect();
            for (index, item) in items {
                let text =
                    self.fields.text(item).map(str::to_owned).or_else(|| network_function::triple(self.fields, item));
                if let Some(text) = text {
                    self.image(field.index(index), text, role, true);
                }
            }
        }
    }

    /// True where `list` is a list that was not read before.
    fn is_new(&mut self, list: NodeId) -> bool {
        self.fields.target(list).is_some_and(|list| self.lists.insert(list))
    }

    /// Records an image.
    fn image(&mut self, field: FieldPath, text: String, role: Role, certain: bool) {
        let reference = text.parse();
        if let Ok(reference) = &reference {
            self.collected.inventory.add_image(reference, role, self.place(&field));
        }
        self.collected.sightings.push(Sighting { item: self.position, field, text, reference, role, certain });
    }

    fn chart(&mut self, chart: Chart, field: &FieldPath) {
        let place = self.place(field);
        self.collected.inventory.charts.entry(chart).or_default().insert(place);
    }

    fn program(&mut self, command: String, field: &FieldPath) {
        let place = self.place(field);
        self.collected.inventory.programs.entry(command).or_default().insert(place);
    }

    fn step(&mut self, step: Step) {
        let package = self.tree.location(self.position).package.clone();
        self.collected.inventory.pipelines.entry(package).or_default().push(step);
    }

    fn place(&self, field: &FieldPath) -> Place {
        let location = self.tree.location(self.position);
        Place {
            package: location.package.clone(),
            file: location.file.clone(),
            object: format!("{}/{}", self.item.kind(), self.item.name()),
            field: field.to_string(),
        }
    }
}
