//! The inventory as an SPDX 2.3 document.
//!
//! Everything is an SPDX package; relationships tell apart what a package contains, depends on and is built with.
//! What is not known is `NOASSERTION` (nephio-domain §G.5).

mod download_location;
mod model;

use std::collections::{BTreeMap, BTreeSet};

use porchlight_krm::order::{Arrange, Gather};
use sha2::{Digest, Sha256};

use crate::attribution::{Attribution, Attributions};
use crate::carrier::{CarriedDocument, SPDX_KEY};
use crate::digest::hex;
use crate::image_reference::Algorithm;
use crate::inventory::{Chart, File, Image, Inventory, Package, Place};
use crate::json::Json;
use crate::provenance::{Author, DOMAIN, Provenance, TOOL, TOOL_VERSION};
use crate::purl::program_purl;
use model::{Checksum, CreationInfo, Document, ExternalRef, Purpose, Relationship, RelationshipType};

const DOCUMENT: &str = "SPDXRef-DOCUMENT";
const NOASSERTION: &str = "NOASSERTION";

/// The document, keys in the schema's order.
pub(crate) fn document(inventory: &Inventory, provenance: &Provenance, attributions: &Attributions) -> CarriedDocument {
    let name = inventory.root().name.clone();
    let namespace = format!("https://{DOMAIN}/spdx/{}", identifier_text(&name));
    let document = Document {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        spdx_id: DOCUMENT,
        name,
        document_namespace: String::new(),
        creation_info: creation_info(provenance),
        packages: packages(inventory, attributions),
        relationships: relationships(inventory),
    };
    CarriedDocument::new(SPDX_KEY, Json::of(&document), provenance, "documentNamespace", |identity| {
        format!("{namespace}-{identity}")
    })
}

fn creation_info(provenance: &Provenance) -> CreationInfo {
    let author = provenance.author.as_ref().map(|author| match author {
        Author::Person(name) => format!("Person: {name}"),
        Author::Organization(name) => format!("Organization: {name}"),
    });
    CreationInfo {
        created: provenance.timestamp.to_string(),
        creators: author.into_iter().chain([format!("Tool: {TOOL}-{TOOL_VERSION}")]).collect(),
        // One of CISA's SBOM types, stated where the OpenChain Telco guide looks for it.
        comment: "CISA SBOM Type: Source",
    }
}

/// The root first, then all others by identifier.
fn packages(inventory: &Inventory, attributions: &Attributions) -> Vec<model::Package> {
    let mut root = Vec::new();
    let mut others = Vec::new();
    for (directory, package) in &inventory.packages {
        let list = if directory.is_empty() { &mut root } else { &mut others };
        list.push(attributed(kpt_package(directory, package), &attributions.of_package(inventory, directory)));
    }
    others.extend(
        inventory.images().map(|image| attributed(image_package(image), &attributions.of_image(&image.reference))),
    );
    for (chart, places) in &inventory.charts {
        others.push(attributed(chart_package(chart, places), &attributions.of_chart(chart)));
    }
    for (command, places) in &inventory.programs {
        others.push(attributed(program_package(command, places), &attributions.of_program(command)));
    }
    for (path, file) in &inventory.files {
        let version = inventory.packages.get(&file.package).and_then(Package::version);
        others.push(attributed(file_package(path, file, version), &attributions.of_package(inventory, &file.package)));
    }
    others.arrange_by(|a, b| a.spdx_id.cmp(&b.spdx_id));
    root.append(&mut others);
    root
}

fn relationships(inventory: &Inventory) -> Vec<Relationship> {
    let mut relationships = Vec::new();
    let mut relate = |from: &str, relationship_type, to: &str| {
        relationships.push(Relationship {
            spdx_element_id: from.to_owned(),
            relationship_type,
            related_spdx_element: to.to_owned(),
        });
    };
    let ids: BTreeMap<&str, String> = inventory
        .packages
        .iter()
        .map(|(directory, package)| (directory.as_str(), kpt_package_id(directory, package)))
        .gather();
    let package_id = |directory: &str| ids.get(directory).map(String::as_str);
    for directory in inventory.packages.keys() {
        let Some(id) = package_id(directory) else { continue };
        match inventory.parent(directory).and_then(package_id) {
            None => relate(DOCUMENT, RelationshipType::Describes, id),
            Some(parent) => relate(parent, RelationshipType::Contains, id),
        }
    }
    for image in inventory.images() {
        let id = image_id(image);
        for package in image.workloads.iter().filter_map(|place| package_id(&place.package)) {
            relate(package, RelationshipType::DependsOn, &id);
        }
        for package in image.functions.iter().filter_map(|place| package_id(&place.package)) {
            relate(&id, RelationshipType::BuildToolOf, package);
        }
    }
    for (chart, places) in &inventory.charts {
        for package in places.iter().filter_map(|place| package_id(&place.package)) {
            relate(package, RelationshipType::DependsOn, &chart_id(chart));
        }
    }
    for (command, places) in &inventory.programs {
        for package in places.iter().filter_map(|place| package_id(&place.package)) {
            relate(&program_id(command), RelationshipType::BuildToolOf, package);
        }
    }
    for (path, file) in &inventory.files {
        if let Some(package) = package_id(&file.package) {
            relate(package, RelationshipType::Contains, &file_id(path));
        }
    }
    relationships.arrange();
    relationships.dedup();
    relationships
}

fn new_package(spdx_id: String, name: String, purpose: Purpose) -> model::Package {
    model::Package {
        spdx_id,
        name,
        version_info: None,
        supplier: NOASSERTION.to_owned(),
        download_location: NOASSERTION.to_owned(),
        files_analyzed: false,
        checksums: Vec::new(),
        source_info: None,
        license_concluded: NOASSERTION,
        license_declared: NOASSERTION.to_owned(),
        copyright_text: NOASSERTION,
        external_refs: Vec::new(),
        primary_package_purpose: purpose,
    }
}

/// The entry with what is known about its supplier and licence.
fn attributed(mut entry: model::Package, attribution: &Attribution<'_>) -> model::Package {
    if let Some(supplier) = attribution.supplier {
        entry.supplier = match Author::parse(supplier) {
            Some(Author::Person(name)) => format!("Person: {name}"),
            Some(Author::Organization(name)) => format!("Organization: {name}"),
            None => entry.supplier,
        };
    }
    if let Some(license) = attribution.license {
        license.clone_into(&mut entry.license_declared);
    }
    entry
}

fn purl_reference(purl: &(impl ToString + ?Sized)) -> ExternalRef {
    ExternalRef { reference_category: "PACKAGE-MANAGER", reference_type: "purl", reference_locator: purl.to_string() }
}

fn kpt_package(directory: &str, package: &Package) -> model::Package {
    let mut entry = new_package(kpt_package_id(directory, package), package.name.clone(), Purpose::Application);
    entry.version_info = package.version().map(str::to_owned);
    let mut sources: Vec<String> = Vec::new();
    if !directory.is_empty() {
        sources.push(format!("subpackage in {directory}"));
    }
    if let Some(upstream) = &package.upstream {
        match upstream.location() {
            Some(location) if download_location::is_accepted(&location) => entry.download_location = location,
            Some(location) => sources.push(format!("upstream {location}")),
            None => sources.push(format!("upstream {} in {}", upstream.directory, upstream.repository)),
        }
    }
    if !sources.is_empty() {
        entry.source_info = Some(sources.join("\n"));
    }
    entry.external_refs.push(purl_reference(&package.purl()));
    entry
}

fn image_package(image: &Image) -> model::Package {
    let reference = &image.reference;
    let mut entry = new_package(image_id(image), reference.repository(), Purpose::Container);
    entry.version_info = Some(image.version());
    entry.checksums = reference
        .digest()
        .map(|digest| Checksum {
            algorithm: match digest.algorithm() {
                Algorithm::Sha256 => "SHA256",
                Algorithm::Sha512 => "SHA512",
            },
            checksum_value: digest.hex().to_owned(),
        })
        .into_iter()
        .collect();
    entry.source_info = found_in(image.places());
    entry.external_refs.push(purl_reference(image.purl()));
    entry
}

fn chart_package(chart: &Chart, places: &BTreeSet<Place>) -> model::Package {
    let mut entry = new_package(chart_id(chart), chart.name.clone(), Purpose::Application);
    entry.version_info.clone_from(&chart.version);
    entry.source_info = found_in(places);
    entry.external_refs.push(purl_reference(&chart.purl()));
    entry
}

fn program_package(command: &str, places: &BTreeSet<Place>) -> model::Package {
    let mut entry = new_package(program_id(command), command.to_owned(), Purpose::Application);
    entry.source_info = found_in(places);
    entry.external_refs.push(purl_reference(&program_purl(command)));
    entry
}

/// An SPDX file would need a hash of its bytes, which a function does not see; so it is a package of purpose `FILE`.
fn file_package(path: &str, file: &File, version: Option<&str>) -> model::Package {
    let mut entry = new_package(file_id(path), path.to_owned(), Purpose::File);
    entry.version_info = version.map(str::to_owned);
    entry.source_info = Some(format!("{} of the canonical JSON of its resources", file.digest));
    entry
}

/// Every place in words, one per line.
fn found_in<'a>(places: impl IntoIterator<Item = &'a Place>) -> Option<String> {
    let places: BTreeSet<&Place> = places.into_iter().gather();
    let lines: Vec<String> =
        places.iter().map(|place| format!("{}: {} {}", place.file, place.object, place.field)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn file_id(path: &str) -> String {
    spdx_id("File", path, path)
}

pub(crate) fn kpt_package_id(directory: &str, package: &Package) -> String {
    spdx_id("Package", &package.name, directory)
}

pub(crate) fn image_id(image: &Image) -> String {
    image.spdx_id(|image| spdx_id("Image", image.reference.name(), image.purl())).to_owned()
}

pub(crate) fn chart_id(chart: &Chart) -> String {
    spdx_id("Chart", &chart.name, &chart.purl().to_string())
}

pub(crate) fn program_id(command: &str) -> String {
    spdx_id("Program", command, command)
}

/// `SPDXRef-<kind>-<name>-<12 hex of the identity>`: readable, in the allowed characters, and unique.
fn spdx_id(kind: &str, name: &str, identity: &str) -> String {
    let digest = Sha256::digest(identity.as_bytes());
    format!("SPDXRef-{kind}-{}-{}", identifier_text(name), hex(&digest[..6]))
}

/// `text` with everything outside `[A-Za-z0-9.-]` as `-`, at most 64 characters.
fn identifier_text(text: &str) -> String {
    text.chars()
        .take(64)
        .map(|character| if character.is_ascii_alphanumeric() || character == '.' { character } else { '-' })
        .collect()
}
