//! The functions may stand in any order: every permutation of the five ends in the same package, after one render or
//! two.
//!
//! What is left out of the comparison: the Kptfile and the bill of materials with its digests, which name the pipeline
//! in its order.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::program::{copy, files, porchlight, repository, text};

const FUNCTIONS: [&str; 5] =
    ["decompose-intent", "expand-capacity", "expand-coverage", "inject-policy", "annotate-sbom"];

fn permutations(rest: &[&'static str]) -> Vec<Vec<&'static str>> {
    if rest.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (position, first) in rest.iter().enumerate() {
        let others: Vec<&str> =
            rest.iter().enumerate().filter(|(at, _)| *at != position).map(|(_, name)| *name).collect();
        for mut order in permutations(&others) {
            order.insert(0, first);
            all.push(order);
        }
    }
    all
}

fn kptfile(order: &[&str]) -> String {
    let mut text = String::from(
        "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: p\n  annotations:\n    config.kubernetes.io/local-config: \"true\"\npipeline:\n  mutators:\n",
    );
    for name in order {
        let _ = writeln!(text, "  - image: ghcr.io/porchlight/{name}:v0.1.0");
        if *name == "annotate-sbom" {
            text.push_str("    configMap:\n      timestamp: \"2026-01-01T00:00:00Z\"\n");
        }
    }
    text
}

/// The package without what names the order.
fn content(folder: &Path) -> BTreeMap<String, String> {
    let kept = files(folder).into_iter().filter(|(path, _)| !matches!(path.as_str(), "p/Kptfile" | "p/sbom.yaml"));
    kept.map(|(path, bytes)| {
        let lines: Vec<String> =
            text(&bytes).lines().filter(|line| !line.contains("/sbom-")).map(str::to_owned).collect();
        (path, lines.join("\n"))
    })
    .collect()
}

fn end_of(package: &str, order: &[&str]) -> BTreeMap<String, String> {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let folder = scratch.path().join("p");
    copy(&repository().join("catalog").join(package), &folder);
    fs::write(folder.join("Kptfile"), kptfile(order)).expect("a Kptfile");
    for _ in 0..2 {
        let output = porchlight(scratch.path(), &["render", "p"]);
        assert!(output.status.success(), "{package} {order:?}: {}", text(&output.stderr));
    }
    let check = porchlight(scratch.path(), &["render", "p", "--check"]);
    assert!(check.status.success(), "{package} {order:?} has not come to rest: {}", text(&check.stderr));
    content(scratch.path())
}

fn same_in_any_order(package: &str) {
    let orders = permutations(&FUNCTIONS);
    assert_eq!(orders.len(), 120);
    let expected = end_of(package, &orders[0]);
    for order in &orders[1..] {
        let end = end_of(package, order);
        let paths: Vec<&String> = expected.keys().chain(end.keys()).collect();
        let differing: Vec<&String> = paths.into_iter().filter(|path| expected.get(*path) != end.get(*path)).collect();
        assert!(differing.is_empty(), "{package} {order:?}: {differing:?}");
    }
}

#[test]
fn a_slice_is_the_same_in_any_order() {
    same_in_any_order("slice-embb");
}

#[test]
fn a_radio_site_is_the_same_in_any_order() {
    same_in_any_order("ran-site");
}

/// Where both would put guard rails around a namespace, the first does and the other leaves them: only their names differ.
#[test]
fn a_user_plane_is_the_same_but_for_who_set_the_guard_rails() {
    let first = ["expand-capacity", "inject-policy"];
    let ends = [first, [first[1], first[0]]].map(|order| end_of("upf-edge", &order));
    let rails = |path: &str| ["limitrange", "resourcequota", "policy-report"].iter().any(|part| path.contains(part));
    let [one, other] = ends.map(|mut end| {
        end.retain(|path, _| !rails(path));
        end
    });
    assert!(!one.is_empty());
    assert_eq!(one, other);
}
