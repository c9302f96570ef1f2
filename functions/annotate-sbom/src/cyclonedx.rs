//! The inventory as a CycloneDX 1.6 document.
//!
//! Packages are `application`s, images are `container`s; what only a pipeline runs has scope `excluded` and is told
//! as workflow of the formulation. What is not known is left out and declared so in `compositions`
//! (nephio-domain §G.5); vulnerabilities never stand here (O-RAN WG11 REQ-SBOM-003).

mod model;

use std::collections::{BTreeMap, BTreeSet};

use porchlight_krm::order::{Arrange, Gather};

use crate::attribution::{Attribution, Attributions};
use crate::carrier::{CYCLONEDX_KEY, CarriedDocument};
use crate::image_reference::Algorithm;
use crate::inventory::{Chart, File, Image, Inventory, Phase, Place, Step, Tool};
use crate::json::Json;
use crate::provenance::{Provenance, TOOL, TOOL_VERSION};
use crate::purl::program_purl;
use model::{
    Bom, Component, ComponentType, Composition, Dependency, Evidence, ExternalReference, Formula, Hash, License,
    Lifecycle, Metadata, Named, Occurrence, Property, ResourceReference, Scope, Task, Tools, Workflow,
};

/// The document, keys in the schema's order.
pub(crate) fn document(inventory: &Inventory, provenance: &Provenance, attributions: &Attributions) -> CarriedDocument {
    let bom = Bom {
        bom_format: "CycloneDX",
        spec_version: "1.6",
        serial_number: String::new(),
        version: 1,
        metadata: metadata(inventory, provenance, attributions),
        components: components(inventory, attributions),
        dependencies: dependencies(inventory),
        compositions: compositions(inventory, attributions),
        formulation: formulation(inventory),
    };
    CarriedDocument::new(CYCLONEDX_KEY, Json::of(&bom), provenance, "serialNumber", |identity| {
        identity.urn().to_string()
    })
}

fn metadata(inventory: &Inventory, provenance: &Provenance, attributions: &Attributions) -> Metadata {
    let mut tool = Component::new(ComponentType::Application, String::new(), TOOL.to_owned());
    tool.version = Some(TOOL_VERSION.to_owned());
    Metadata {
        timestamp: provenance.timestamp.to_string(),
        lifecycles: vec![Lifecycle { phase: "pre-build" }],
        tools: Tools { components: vec![tool] },
        authors: provenance.author.iter().map(|author| Named { name: author.name().to_owned() }).collect(),
        component: package_component(inventory, "", attributions),
    }
}

/// All but the root, by `bom-ref`.
fn components(inventory: &Inventory, attributions: &Attributions) -> Vec<Component> {
    let packages = inventory.packages.keys().filter(|directory| !directory.is_empty());
    let charts = inventory.charts.iter();
    let programs = inventory.programs.iter();
    let mut components: Vec<Component> = packages
        .map(|directory| package_component(inventory, directory, attributions))
        .chain(inventory.images().map(|image| image_component(image, attributions)))
        .chain(charts.map(|(chart, places)| chart_component(chart, places, attributions)))
        .chain(programs.map(|(command, places)| program_component(command, places, attributions)))
        .chain(inventory.files.iter().map(|(path, file)| file_component(path, file)))
        .collect();
    components.arrange_by(|a, b| a.bom_ref.cmp(&b.bom_ref));
    components
}

pub(crate) fn package_ref(directory: &str) -> String {
    format!("package:{}", if directory.is_empty() { "." } else { directory })
}

pub(crate) fn image_ref(image: &Image) -> String {
    image.purl().to_owned()
}

pub(crate) fn program_ref(command: &str) -> String {
    format!("exec:{command}")
}

pub(crate) fn chart_ref(chart: &Chart) -> String {
    chart.purl().to_string()
}

fn package_component(inventory: &Inventory, directory: &str, attributions: &Attributions) -> Component {
    let package = inventory.packages.get(directory).cloned().unwrap_or_default();
    let mut component = Component::new(ComponentType::Application, package_ref(directory), package.name.clone());
    attribute(&mut component, &attributions.of_package(inventory, directory));
    component.version = package.version().map(str::to_owned);
    component.purl = Some(package.purl().to_string());
    if !directory.is_empty() {
        component.properties.push(Property { name: "porchlight:package:directory", value: directory.to_owned() });
    }
    if let Some(upstream) = &package.upstream {
        if let Some(url) = upstream.url() {
            component.external_references.push(ExternalReference { kind: "vcs", url: url.to_owned() });
        }
        let facts = [
            ("porchlight:upstream:repository", Some(&upstream.repository)),
            ("porchlight:upstream:directory", Some(&upstream.directory)),
            ("porchlight:upstream:reference", upstream.reference.as_ref()),
            ("porchlight:upstream:commit", upstream.commit.as_ref()),
        ];
        component
            .properties
            .extend(facts.into_iter().filter_map(|(name, value)| Some(Property { name, value: value?.clone() })));
    }
    component
}

fn attribute(component: &mut Component, attribution: &Attribution<'_>) {
    component.supplier = attribution.supplier.map(|name| Named { name: name.to_owned() });
    component.licenses =
        attribution.license.map(|expression| License { expression: expression.to_owned() }).into_iter().collect();
}

fn image_component(image: &Image, attributions: &Attributions) -> Component {
    let reference = &image.reference;
    let name = reference.name().to_owned();
    let mut component = Component::new(ComponentType::Container, image_ref(image), name);
    let repository = reference.repository();
    component.group = repository.rsplit_once('/').map(|(group, _)| group.to_owned());
    component.version = Some(image.version());
    component.purl = Some(image_ref(image));
    attribute(&mut component, &attributions.of_image(reference));
    component.scope = Some(if image.workloads.is_empty() { Scope::Excluded } else { Scope::Required });
    component.hashes = reference
        .digest()
        .map(|digest| Hash {
            alg: match digest.algorithm() {
                Algorithm::Sha256 => "SHA-256",
                Algorithm::Sha512 => "SHA-512",
            },
            content: digest.hex().to_owned(),
        })
        .into_iter()
        .collect();
    component.properties.push(Property { name: "porchlight:image:reference", value: reference.to_string() });
    component.evidence = Some(evidence(image.places()));
    component
}

fn chart_component(chart: &Chart, places: &BTreeSet<Place>, attributions: &Attributions) -> Component {
    let purl = chart_ref(chart);
    let mut component = Component::new(ComponentType::Application, purl.clone(), chart.name.clone());
    attribute(&mut component, &attributions.of_chart(chart));
    component.version.clone_from(&chart.version);
    component.scope = Some(Scope::Required);
    component.purl = Some(purl);
    component.evidence = Some(evidence(places));
    component
}

fn program_component(command: &str, places: &BTreeSet<Place>, attributions: &Attributions) -> Component {
    let mut component = Component::new(ComponentType::Application, program_ref(command), command.to_owned());
    attribute(&mut component, &attributions.of_program(command));
    component.scope = Some(Scope::Excluded);
    component.purl = Some(program_purl(command).to_string());
    component.evidence = Some(evidence(places));
    component
}

/// A file of a package. Its digest is no hash of the component in CycloneDX's sense: that would be one of its bytes.
fn file_component(path: &str, file: &File) -> Component {
    let mut component = Component::new(ComponentType::File, format!("file:{path}"), path.to_owned());
    let facts = [
        ("porchlight:file:package", package_ref(&file.package)),
        ("porchlight:file:content-digest", file.digest.clone()),
    ];
    component.properties.extend(facts.map(|(name, value)| Property { name, value }));
    component
}

fn evidence<'a>(places: impl IntoIterator<Item = &'a Place>) -> Evidence {
    let occurrences: BTreeSet<&Place> = places.into_iter().gather();
    Evidence {
        occurrences: occurrences
            .into_iter()
            .map(|place| Occurrence {
                location: place.file.clone(),
                symbol: place.object.clone(),
                additional_context: place.field.clone(),
            })
            .collect(),
    }
}

/// One entry per package: its direct subpackages, the images its objects run and the charts they ask for. Images have
/// no entry: what is in them is not known here.
fn dependencies(inventory: &Inventory) -> Vec<Dependency> {
    let mut depends_on: BTreeMap<&str, Vec<String>> =
        inventory.packages.keys().map(|directory| (directory.as_str(), Vec::new())).gather();
    let mut add = |package, component| depends_on.entry(package).or_default().push(component);
    for directory in inventory.packages.keys() {
        if let Some(parent) = inventory.parent(directory) {
            add(parent, package_ref(directory));
        }
    }
    for image in inventory.images() {
        for place in &image.workloads {
            add(&place.package, image_ref(image));
        }
    }
    for (chart, places) in &inventory.charts {
        for place in places {
            add(&place.package, chart_ref(chart));
        }
    }
    let dependency = |(package, on)| Dependency { of: package_ref(package), depends_on: sorted(on) };
    let mut dependencies: Vec<Dependency> = depends_on.into_iter().map(dependency).collect();
    dependencies.arrange_by(|one, other| one.of.cmp(&other.of));
    dependencies
}

/// Sorted, each once. Nearly sorted already, as images are; putting one after the other into a set compares more.
fn sorted(mut references: Vec<String>) -> Vec<String> {
    references.arrange();
    references.dedup();
    references
}

/// What the document does not know: the supplier of some components, the contents of every image and chart.
fn compositions(inventory: &Inventory, attributions: &Attributions) -> Vec<Composition> {
    let images = inventory.images().map(|image| (image_ref(image), attributions.of_image(&image.reference)));
    let charts = inventory.charts.keys().map(|chart| (chart_ref(chart), attributions.of_chart(chart)));
    let opaque: Vec<(String, Attribution<'_>)> = images.chain(charts).collect();
    let without_supplier = opaque.iter().filter(|(_, attribution)| attribution.supplier.is_none());
    let assemblies = sorted(without_supplier.map(|(reference, _)| reference.clone()).collect());
    let mut compositions = Vec::new();
    if !assemblies.is_empty() {
        compositions.push(Composition { aggregate: "incomplete", assemblies, dependencies: Vec::new() });
    }
    if !opaque.is_empty() {
        let dependencies = sorted(opaque.into_iter().map(|(reference, _)| reference).collect());
        compositions.push(Composition { aggregate: "unknown", assemblies: Vec::new(), dependencies });
    }
    compositions
}

/// Each package's pipeline as a workflow, its functions as tasks in the order they run.
fn formulation(inventory: &Inventory) -> Vec<Formula> {
    let workflows: Vec<Workflow> = inventory
        .pipelines
        .iter()
        .filter(|(_, steps)| !steps.is_empty())
        .map(|(directory, steps)| {
            let uid = format!("pipeline:{}", if directory.is_empty() { "." } else { directory });
            let tasks = steps.iter().map(|step| task(inventory, &uid, step)).collect();
            Workflow {
                bom_ref: uid.clone(),
                name: format!("kpt pipeline of {}", inventory.packages.get(directory).map_or("", |p| p.name.as_str())),
                uid,
                task_types: vec!["build"],
                tasks,
            }
        })
        .collect();
    if workflows.is_empty() { Vec::new() } else { vec![Formula { workflows }] }
}

fn task(inventory: &Inventory, pipeline: &str, step: &Step) -> Task {
    let (phase, task_type) = match step.phase {
        Phase::Mutator => ("mutator", "build"),
        Phase::Validator => ("validator", "test"),
    };
    let uid = format!("{pipeline}/{phase}/{}", step.position);
    let reference = match &step.tool {
        Tool::Image(image) => inventory.image(image).map(image_ref),
        Tool::Program(command) => Some(program_ref(command)),
    };
    Task {
        bom_ref: uid.clone(),
        uid,
        name: step.name.clone(),
        resource_references: reference.into_iter().map(|reference| ResourceReference { reference }).collect(),
        task_types: vec![task_type],
    }
}
