//! The components that elements are asked of, with their identifiers in both documents and a place to show.

use std::collections::BTreeSet;

use porchlight_krm::{Finding, Resource};

use super::catalogue::What;
use crate::collect::Collected;
use crate::cyclonedx;
use crate::findings::first_sightings;
use crate::inventory::Place;
use crate::package_tree::PackageTree;
use crate::spdx;

/// One component. Files are none: they are parts of their package.
pub(super) struct Subject<'a> {
    pub(super) what: What,
    /// As messages call it: ``image `docker.io/library/busybox:1` ``.
    pub(super) name: String,
    pub(super) bom_ref: String,
    pub(super) spdx_id: String,
    place: Option<(&'a Resource, Option<(String, String)>)>,
}

impl Subject<'_> {
    /// The finding with the object and the field that bring the component in.
    pub(super) fn locate(&self, finding: Finding) -> Finding {
        match &self.place {
            Some((item, Some((field, value)))) => finding.on(item).field(field, value),
            Some((item, None)) => finding.on(item),
            None => finding,
        }
    }
}

/// Everything but files, in a fixed order.
pub(super) fn subjects<'a>(items: &'a [Resource], tree: &PackageTree, collected: &'a Collected) -> Vec<Subject<'a>> {
    let inventory = &collected.inventory;
    let mut subjects = Vec::new();
    for (directory, package) in &inventory.packages {
        let kptfile = items.iter().enumerate().find(|(position, _)| {
            let location = tree.location(*position);
            location.is_kptfile && location.package == *directory
        });
        subjects.push(Subject {
            what: What::Package,
            name: format!("package `{}`", package.name),
            bom_ref: cyclonedx::package_ref(directory),
            spdx_id: spdx::kpt_package_id(directory, package),
            place: kptfile.map(|(_, item)| (item, None)),
        });
    }
    let first = first_sightings(items, collected);
    for image in inventory.images() {
        let sighting = first.get(&image.reference);
        subjects.push(Subject {
            what: What::Image,
            name: format!("image `{}`", image.reference),
            bom_ref: cyclonedx::image_ref(image),
            spdx_id: spdx::image_id(image),
            place: sighting
                .map(|sighting| (&items[sighting.item], Some((sighting.field.to_string(), sighting.text.clone())))),
        });
    }
    for (chart, places) in &inventory.charts {
        subjects.push(Subject {
            what: What::Chart,
            name: format!("chart `{}`", chart.name),
            bom_ref: cyclonedx::chart_ref(chart),
            spdx_id: spdx::chart_id(chart),
            place: first_place(items, tree, places, &chart.name),
        });
    }
    for (command, places) in &inventory.programs {
        subjects.push(Subject {
            what: What::Program,
            name: format!("program `{command}`"),
            bom_ref: cyclonedx::program_ref(command),
            spdx_id: spdx::program_id(command),
            place: first_place(items, tree, places, command),
        });
    }
    subjects
}

fn first_place<'a>(
    items: &'a [Resource],
    tree: &PackageTree,
    places: &BTreeSet<Place>,
    value: &str,
) -> Option<(&'a Resource, Option<(String, String)>)> {
    let place = places.first()?;
    let mut located = items.iter().enumerate();
    let (_, item) = located.find(|(position, item)| {
        tree.location(*position).file == place.file && format!("{}/{}", item.kind(), item.name()) == place.object
    })?;
    Some((item, Some((place.field.clone(), value.to_owned()))))
}
