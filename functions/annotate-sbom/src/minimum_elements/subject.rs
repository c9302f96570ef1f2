//! The components that elements are asked of, with their identifiers in both documents and a place to show.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

use porchlight_krm::{Finding, Resource};

use super::catalogue::What;
use super::reading::{Elements, Reading};
use crate::collect::Collected;
use crate::cyclonedx;
use crate::findings::FirstSightings;
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
    /// What a document says of the component, under the identifier it has there.
    pub(super) fn elements(&self, reading: &Reading<'_>) -> Elements {
        let ids = [self.bom_ref.as_str(), self.spdx_id.as_str()];
        ids.iter().find_map(|id| reading.components.get(id)).copied().unwrap_or_default()
    }

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
pub(super) fn subjects<'a>(
    items: &'a [Resource],
    tree: &'a PackageTree,
    collected: &'a Collected,
    first: &FirstSightings<'a>,
) -> Vec<Subject<'a>> {
    let inventory = &collected.inventory;
    let objects = Objects::of(items, tree);
    let mut subjects = Vec::new();
    for (directory, package) in &inventory.packages {
        subjects.push(Subject {
            what: What::Package,
            name: format!("package `{}`", package.name),
            bom_ref: cyclonedx::package_ref(directory),
            spdx_id: spdx::kpt_package_id(directory, package),
            place: objects.kptfiles.get(directory.as_str()).map(|item| (*item, None)),
        });
    }
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
            place: objects.first_of(places, &chart.name),
        });
    }
    for (command, places) in &inventory.programs {
        subjects.push(Subject {
            what: What::Program,
            name: format!("program `{command}`"),
            bom_ref: cyclonedx::program_ref(command),
            spdx_id: spdx::program_id(command),
            place: objects.first_of(places, command),
        });
    }
    subjects
}

/// Where items are, looked up once.
struct Objects<'a> {
    /// By directory of the package.
    kptfiles: HashMap<&'a str, &'a Resource>,
    items: &'a [Resource],
    tree: &'a PackageTree,
    /// By file, kind and name; the first of several. Made when one is asked for.
    by_name: OnceCell<HashMap<(&'a str, &'a str, &'a str), &'a Resource>>,
}

impl<'a> Objects<'a> {
    fn of(items: &'a [Resource], tree: &'a PackageTree) -> Self {
        let mut kptfiles: HashMap<&str, &Resource> = HashMap::new();
        for (position, item) in items.iter().enumerate() {
            let location = tree.location(position);
            if location.is_kptfile {
                kptfiles.entry(&location.package).or_insert(item);
            }
        }
        Self { kptfiles, items, tree, by_name: OnceCell::new() }
    }

    fn by_name(&self) -> &HashMap<(&'a str, &'a str, &'a str), &'a Resource> {
        self.by_name.get_or_init(|| {
            let mut by_name = HashMap::new();
            for (position, item) in self.items.iter().enumerate() {
                let file = self.tree.location(position).file.as_str();
                by_name.entry((file, item.kind(), item.name())).or_insert(item);
            }
            by_name
        })
    }

    /// The first place that names something, with the value to show.
    fn first_of(&self, places: &BTreeSet<Place>, value: &str) -> Option<(&'a Resource, Option<(String, String)>)> {
        let place = places.first()?;
        let (kind, name) = place.object.split_once('/')?;
        let item = self.by_name().get(&(place.file.as_str(), kind, name))?;
        Some((item, Some((place.field.clone(), value.to_owned()))))
    }
}
