//! Annotations that tie objects to the documents: on everything that runs an image, and on the package's Kptfile.
//!
//! They stand on the object only, never in a pod template: a changed document must not restart pods.

use std::collections::BTreeSet;

use porchlight_api::annotation::{SBOM_DIGEST, SBOM_REF, SBOM_SERIAL};
use porchlight_krm::Resource;
use porchlight_krm::order::Gather;

use crate::carrier::{self, CarriedDocument};
use crate::inventory::Role;
use crate::package_tree::PackageTree;
use crate::sighting::Sighting;

/// Sets the annotations and removes them where they are no longer due.
///
/// A subpackage that carries documents of its own keeps its objects: they refer to the nearest documents, so that
/// rendering a subpackage alone and rendering it within its parent give the same.
pub(crate) fn annotate(
    items: &mut [Resource],
    tree: &PackageTree,
    sightings: &[Sighting],
    carrier: &str,
    document: &CarriedDocument,
) {
    let covered: BTreeSet<String> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| carrier::is_carrier(item))
        .map(|(position, _)| tree.location(position).package.clone())
        .filter(|package| !package.is_empty())
        .gather();
    let runs_images: BTreeSet<usize> = sightings
        .iter()
        .filter(|sighting| sighting.role == Role::Workload && sighting.reference.is_ok())
        .map(|sighting| sighting.item)
        .gather();
    let reference = format!("ConfigMap/{carrier}/{}", document.key);
    for (position, item) in items.iter_mut().enumerate() {
        let location = tree.location(position);
        if carrier::is_carrier(item) || is_within(&covered, &location.package) {
            continue;
        }
        let is_own_kptfile = location.is_kptfile && location.package.is_empty();
        if is_own_kptfile || runs_images.contains(&position) {
            item.set_annotation(SBOM_REF, &reference);
            item.set_annotation(SBOM_DIGEST, &document.digest);
        } else {
            item.remove_annotation(SBOM_REF);
            item.remove_annotation(SBOM_DIGEST);
        }
        if is_own_kptfile {
            item.set_annotation(SBOM_SERIAL, &document.serial);
        } else {
            item.remove_annotation(SBOM_SERIAL);
        }
    }
}

/// True where `package` or a package above it is one of `packages`.
fn is_within(packages: &BTreeSet<String>, package: &str) -> bool {
    let mut directory = package;
    loop {
        if packages.contains(directory) {
            return true;
        }
        match directory.rsplit_once('/') {
            Some((above, _)) => directory = above,
            None => return false,
        }
    }
}
