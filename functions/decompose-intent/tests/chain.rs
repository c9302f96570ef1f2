//! What this function hands over is what `expand-coverage` starts from.

use std::path::Path;

use decompose_intent::DecomposeIntent;
use expand_coverage::ExpandCoverage;
use porchlight_krm::{ResourceList, Severity, run_text};

fn input(case: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/functions/decompose-intent");
    std::fs::read_to_string(root.join(case).join("input.yaml")).expect("the case is there")
}

fn kinds(list: &ResourceList, kind: &str) -> Vec<String> {
    let items = list.items.iter().filter(|item| item.kind() == kind);
    items.map(|item| item.name().to_owned()).collect()
}

#[test]
fn an_area_becomes_radio_network_functions() {
    let decomposed = run_text::<DecomposeIntent>(&input("coverage-polygon"));
    let before = ResourceList::parse(&decomposed.stdout).unwrap();
    let radio = |names: Vec<String>| names.into_iter().filter(|name| name.contains("-du")).count();
    assert_eq!(radio(kinds(&before, "PackageVariant")), 0, "the radio is left to the planning of cells");

    let expanded = run_text::<ExpandCoverage>(&decomposed.stdout);
    assert_eq!((expanded.exit_code, expanded.stderr.as_str()), (0, ""));
    let after = ResourceList::parse(&expanded.stdout).unwrap();
    assert!(after.results.iter().all(|finding| finding.severity != Severity::Error));
    assert!(radio(kinds(&after, "PackageVariant")) > 0, "{:?}", kinds(&after, "PackageVariant"));
    assert_eq!(kinds(&after, "CoveragePlan").len(), 1);
    let clusters = kinds(&after, "WorkloadCluster");
    for edge in ["edge01", "edge02"] {
        assert!(clusters.iter().any(|cluster| cluster == edge), "{edge} hosts the cells near it: {clusters:?}");
    }

    // Both again, in either order: nothing changes.
    let again = run_text::<DecomposeIntent>(&expanded.stdout);
    assert_eq!((again.exit_code, again.stderr.as_str()), (0, ""));
    let mut list = ResourceList::parse(&again.stdout).unwrap();
    let mut first = after;
    list.results.clear();
    first.results.clear();
    list.sort_items();
    first.sort_items();
    assert_eq!(list.to_text(), first.to_text());
}
