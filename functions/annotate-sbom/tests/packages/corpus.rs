//! Packages that others wrote, where they are at hand (`PORCHLIGHT_CORPUS`): what is found in them.

use std::path::{Path, PathBuf};

use annotate_sbom::AnnotateSbom;
use porchlight_krm::run_text;

use crate::package::{Documents, source};

pub(crate) fn corpus(package: &str) -> Option<PathBuf> {
    let corpus = match std::env::var_os("PORCHLIGHT_CORPUS") {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
    };
    let folder = corpus.join("nephio-catalog").join(package);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no corpus (set PORCHLIGHT_CORPUS to a folder of packages)");
    None
}

const CONFIG: &str = "data: {timestamp: '2026-01-31T12:00:00Z'}";

#[test]
fn free5gc_control_plane_has_eleven_images() {
    let Some(folder) = corpus("workloads/free5gc/free5gc-cp") else { return };
    let outcome = run_text::<AnnotateSbom>(&source(&folder, CONFIG));
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    let documents = Documents::of(&outcome.stdout);
    let nephio = |name: &str| format!("docker.io/nephio/free5gc-{name}:4.1.0");
    let mut expected = vec![
        "docker.io/bitnamilegacy/mongodb:4.4.4".to_owned(),
        "docker.io/library/busybox:1.32.0".to_owned(),
        "docker.io/towards5gs/initcurl:1.0.0".to_owned(),
        "ghcr.io/kptdev/krm-functions-catalog/set-namespace:v0.4.1".to_owned(),
    ];
    expected.extend(["ausf", "nrf", "nssf", "pcf", "udm", "udr", "webui"].map(nephio));
    expected.sort();
    assert_eq!(documents.images(), expected);
    assert_eq!(documents.spdx_images(), expected, "the SPDX document lists every image once");
    // Seven Deployments and the StatefulSet refer to the document, and nothing else but the Kptfile does.
    assert_eq!(documents.annotated, 8);
    // Ten images that run are pinned by tag only; the function's tag is told, not warned about.
    assert_eq!((documents.warnings, documents.infos), (10, 1));
}

#[test]
fn near_real_time_ric_has_its_images_with_their_port() {
    let Some(folder) = corpus("workloads/ric/pkg-example-ric") else { return };
    let outcome = run_text::<AnnotateSbom>(&source(&folder, CONFIG));
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    let documents = Documents::of(&outcome.stdout);
    let images = documents.images();
    assert_eq!(images.len(), 16, "14 of the RIC and 2 functions: {images:#?}");
    for image in [
        "nexus3.o-ran-sc.org:10002/o-ran-sc/ric-plt-a1:3.2.2",
        "nexus3.o-ran-sc.org:10002/o-ran-sc/it-dep-init:0.0.1",
        "docker.io/chartmuseum/chartmuseum:v0.8.2",
        "docker.io/jaegertracing/all-in-one:1.12",
        "docker.io/influxdb/influxdb:2.2.0-alpine",
    ] {
        assert!(images.iter().any(|found| found == image), "{image} is not among {images:#?}");
    }
    assert!(documents.purls().contains(
        &"pkg:oci/ric-plt-a1?repository_url=nexus3.o-ran-sc.org:10002%2Fo-ran-sc%2Fric-plt-a1&tag=3.2.2".to_owned()
    ));
}

#[test]
fn every_package_is_listed_without_a_finding_that_stops_it_and_stays_as_it_is_the_second_time() {
    let Some(catalog) = corpus("") else { return };
    let mut packages = Vec::new();
    let mut folders = vec![catalog];
    while let Some(folder) = folders.pop() {
        if folder.join("Kptfile").is_file() {
            packages.push(folder);
            continue;
        }
        let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        folders.extend(entries.filter(|path| path.is_dir()));
    }
    assert!(packages.len() >= 14, "{packages:?}");
    for folder in packages {
        let first = run_text::<AnnotateSbom>(&source(&folder, CONFIG));
        assert_eq!(first.stderr, "", "{}", folder.display());
        let second = run_text::<AnnotateSbom>(&first.stdout);
        assert!(first == second, "{}: a second run changes something", folder.display());
    }
}
