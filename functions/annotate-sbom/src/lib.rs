//! `annotate-sbom`: the software bill of materials of a package, in CycloneDX 1.6 and SPDX 2.3.
//!
//! The function lists every image that the package's objects run and every function its pipelines use, with the
//! subpackages and where they come from, writes both documents into a ConfigMap that stays in the package, and puts the
//! digest of the document on every object that runs an image. See README.md for configuration and limits.
//!
//! It is a pure function of the items and the configuration: no clock, no random numbers, and nothing that other
//! functions of the pipeline set (namespaces, line numbers, annotations) enters a document. The way through the code:
//! [`package_tree`] says what the packages are, [`collect`] finds the images and fills an [`inventory`],
//! [`cyclonedx`] and [`spdx`] write it down, [`minimum_elements`] reads the documents and tells what they lack,
//! [`carrier`] and [`annotate`] bring the result into the items.

mod annotate;
mod attribution;
mod carrier;
mod collect;
mod cyclonedx;
mod digest;
mod fields;
mod files;
mod findings;
mod image_reference;
mod inventory;
mod json;
mod license;
mod minimum_elements;
mod package_tree;
mod provenance;
mod purl;
mod settings;
mod sighting;
mod spdx;
mod timestamp;

pub use image_reference::{Algorithm, DEFAULT_REGISTRY, DEFAULT_TAG, Digest, ImageReference, ReferenceError};
pub use purl::{Purl, PurlError};
pub use timestamp::Timestamp;

use porchlight_api::Kind;
use porchlight_api::sbom_config::{SbomConfig, SbomFormat};
use porchlight_krm::{Code, CodedError, Function, Gvk, ResourceList, Severity};

use carrier::CarriedDocument;
use inventory::Inventory;
use package_tree::PackageTree;
use settings::Settings;

/// Kinds whose images are found by schema. Lists of containers are found in every other kind too.
const READS: &[Gvk] = &[
    Gvk::new("apps/v1", "DaemonSet"),
    Gvk::new("apps/v1", "Deployment"),
    Gvk::new("apps/v1", "ReplicaSet"),
    Gvk::new("apps/v1", "StatefulSet"),
    Gvk::new("argoproj.io/v1alpha1", "Application"),
    Gvk::new("argoproj.io/v1alpha1", "ApplicationSet"),
    Gvk::new("batch/v1", "CronJob"),
    Gvk::new("batch/v1", "Job"),
    Gvk::new("config.porch.kpt.dev/v1alpha1", "PackageVariant"),
    Gvk::new("config.porch.kpt.dev/v1alpha2", "PackageVariantSet"),
    Gvk::new("helm.toolkit.fluxcd.io/v2", "HelmRelease"),
    Gvk::new("kpt.dev/v1", "Kptfile"),
    Gvk::new("v1", "Pod"),
    Gvk::new("v1", "PodTemplate"),
    Gvk::new("v1", "ReplicationController"),
    Gvk::new("workload.nephio.org/v1alpha1", "NFConfig"),
];

/// The function.
#[derive(Clone, Copy, Debug, Default)]
pub struct AnnotateSbom;

impl Function for AnnotateSbom {
    const NAME: &'static str = "annotate-sbom";
    const DESCRIPTION: &'static str =
        "Lists every image of a package as CycloneDX and SPDX documents and ties objects to them";
    const CONFIG_KIND: &'static str = SbomConfig::KIND;
    const READS: &'static [Gvk] = READS;
    const WRITES: &'static [Gvk] = &[Gvk::new("v1", "ConfigMap")];
    type Config = SbomConfig;

    fn run(list: &mut ResourceList, config: SbomConfig) -> Result<(), CodedError> {
        let settings = Settings::new(&config)
            .map_err(|error| CodedError::new(Code::FnConfigInvalid, format!("functionConfig {error}")))?;
        let tree = PackageTree::of(&list.items, &config);
        let mut collected = collect::collect(&list.items, &tree, &config, &settings.image_paths);
        if config.include_files {
            collected.inventory.files = files::files(&list.items, &tree);
        }

        let documents = documents(&collected.inventory, &settings, config.format);
        let mut findings = findings::malformed(&list.items, &collected.sightings);
        let first = findings::first_sightings(&list.items, &collected);
        findings.extend(findings::unpinned(&list.items, &collected, &first, &settings));
        findings.extend(minimum_elements::check(&list.items, &tree, &collected, &first, &settings, &documents));
        let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
        list.results.extend(findings);
        if failed {
            return Ok(());
        }

        let carrier = carrier::name(&collected.inventory);
        let [first, ..] = documents.as_slice() else { return Ok(()) };
        annotate::annotate(&mut list.items, &tree, &collected.sightings, &carrier, first);
        carrier::apply(&mut list.items, &tree, &collected.inventory, &documents);
        list.sort_items();
        Ok(())
    }
}

/// The documents of a format, the one that annotations refer to first.
fn documents(inventory: &Inventory, settings: &Settings, format: SbomFormat) -> Vec<CarriedDocument> {
    let cyclonedx = || cyclonedx::document(inventory, &settings.provenance, &settings.attributions);
    let spdx = || spdx::document(inventory, &settings.provenance, &settings.attributions);
    match format {
        SbomFormat::CycloneDx => vec![cyclonedx().digested()],
        SbomFormat::Spdx => vec![spdx().digested()],
        SbomFormat::Both => vec![cyclonedx().digested(), spdx()],
    }
}
