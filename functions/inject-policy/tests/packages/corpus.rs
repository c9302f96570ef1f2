//! Packages that others wrote, where they are at hand (`PORCHLIGHT_CORPUS`). `UPDATE=1` records digests of the results
//! after their objects were looked at one by one; the packages themselves are not kept here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use porchlight_krm::ResourceList;
use sha2::{Digest, Sha256};

use crate::package::{find, run, source, values};

pub(crate) const PACKAGES: [&str; 9] = [
    "workloads/free5gc/free5gc-cp",
    "workloads/free5gc/pkg-example-upf-bp",
    "workloads/oai/pkg-example-du-bp",
    "workloads/oai/pkg-example-cucp-bp",
    "workloads/ric/pkg-example-ric",
    "infra/capi/multus",
    "distros/sandbox/gitea",
    "nephio/core/porch",
    "nephio/optional/argo-cd-app",
];

pub(crate) const PROFILES: [&str; 4] = ["baseline", "oran-zero-trust", "qos-slice", "operational-ha"];

/// The folder of a package of the catalog, where it is at hand.
pub(crate) fn corpus(package: &str) -> Option<PathBuf> {
    porchlight_cases::corpus::package(&format!("nephio-catalog/{package}"))
}

fn digest(list: &ResourceList) -> String {
    Sha256::digest(list.to_text()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[test]
fn results_are_the_reviewed_ones_and_all_of_them_can_be_taken_back() {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packages/corpus.txt");
    let mut digests = BTreeMap::new();
    for package in PACKAGES {
        let Some(folder) = corpus(package) else { return };
        let before = source(&folder);
        for profiles in [&PROFILES[..1], &PROFILES[..]] {
            let with = run(before.clone(), profiles);
            assert_eq!(with.to_text(), run(with.clone(), profiles).to_text(), "{package}: a second run");
            digests.insert(format!("{package} {}", profiles.join(",")), digest(&with));
            assert_eq!(values(&run(with, &[])), values(&before), "{package}: taken back");
        }
    }
    let text = digests.iter().fold(String::new(), |mut text, (name, digest)| {
        writeln!(text, "{digest}  {name}").unwrap();
        text
    });
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(&recorded, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&recorded).unwrap_or_default(), text, "look at the objects, then run with UPDATE=1");
}

#[test]
fn each_package_gets_what_it_has() {
    let expected: [(&str, &[&str], &[&str]); 5] = [
        (
            "workloads/free5gc/pkg-example-upf-bp",
            &[
                "MultiNetworkPolicy/upf-example-n3",
                "MultiNetworkPolicy/upf-example-n4",
                "MultiNetworkPolicy/upf-example-n6",
            ],
            &["MultiNetworkPolicy/upf-example-n9", "NetworkPolicy/allow-e2"],
        ),
        ("workloads/oai/pkg-example-du-bp", &["MultiNetworkPolicy/du-example-f1"], &["NetworkPolicy/allow-sbi"]),
        (
            "workloads/ric/pkg-example-ric",
            &["NetworkPolicy/allow-e2", "NetworkPolicy/allow-a1", "NetworkPolicy/allow-o1"],
            &["NetworkPolicy/allow-sbi"],
        ),
        (
            "workloads/free5gc/free5gc-cp",
            &[
                "NetworkPolicy/allow-sbi-free5gc-nrf",
                "NetworkPolicy/allow-exposed-webui-service",
                "ResourceQuota/package-quota",
            ],
            &["NetworkPolicy/allow-exposed-mongodb", "NetworkPolicy/allow-sbi-mongodb"],
        ),
        (
            "nephio/optional/argo-cd-app",
            &["NetworkPolicy/default-deny-create-argocd-repo-secret-from-porch"],
            &["NetworkPolicy/default-deny-all", "ResourceQuota/package-quota"],
        ),
    ];
    for (package, there, absent) in expected {
        let Some(folder) = corpus(package) else { return };
        let list = run(source(&folder), &["baseline"]);
        for reference in there {
            assert!(find(&list, reference).is_some(), "{package} lacks {reference}");
        }
        for reference in absent {
            assert!(find(&list, reference).is_none(), "{package} has {reference}");
        }
    }
}
