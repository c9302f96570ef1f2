//! Figures a radio planner would check.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use expand_coverage::ExpandCoverage;
use porchlight_api::Kind;
use porchlight_api::coverage::CoveragePlan;
use porchlight_krm::{FieldPath, ResourceList, run_text};

/// A square of 10 km² in some surroundings, hosted by one cluster.
fn square(environment: &str) -> String {
    let header = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n";
    let edge = "- apiVersion: orchestration.nephio-oran.io/v1alpha1\n  kind: EdgeSite\n  metadata: {name: edge}\n  spec: \
                {cluster: {name: edge}}\n";
    let expansion = format!(
        "- apiVersion: orchestration.nephio-oran.io/v1alpha1\n  kind: CoverageExpansion\n  metadata: {{name: area}}\n  spec:\n    \
         plmns: [{{mcc: '001', mnc: '01'}}]\n    environment: {environment}\n    networkFunctions: []\n    area:\n      \
         polygons:\n      - - {{latitude: 48.0, longitude: 11.0}}\n        - {{latitude: 48.0, longitude: 11.0425}}\n        - \
         {{latitude: 48.02844, longitude: 11.0425}}\n        - {{latitude: 48.02844, longitude: 11.0}}\n"
    );
    format!("{header}{edge}{expansion}")
}

fn plan(input: &str) -> CoveragePlan {
    let outcome = run_text::<ExpandCoverage>(input);
    assert_eq!(outcome.exit_code, 0, "{}", outcome.stderr);
    let list = ResourceList::parse(&outcome.stdout).unwrap();
    let plan = list.of_kind(CoveragePlan::API_VERSION, CoveragePlan::KIND).next().unwrap();
    plan.get(&FieldPath::of(["spec"])).unwrap().unwrap()
}

fn derived(plan: &CoveragePlan, name: &str) -> String {
    plan.derived.iter().find(|value| value.name == name).map(|value| value.value.clone()).unwrap_or_default()
}

/// nephio-domain §E.5: 10 km², 95 %, three sectors, one carrier, six cells a distributed unit.
#[test]
fn sites_and_cells_follow_from_the_area() {
    for (environment, sites, cells, units) in
        [("denseUrban", 275, 825, 138), ("urbanMacro", 44, 132, 22), ("rural", 4, 12, 2)]
    {
        let plan = plan(&square(environment));
        assert_eq!(derived(&plan, "area"), "9.997 km²");
        assert_eq!((plan.sites.len(), plan.cells.len()), (sites, cells), "{environment}");
        assert_eq!(derived(&plan, "distributedUnits"), units.to_string(), "{environment}");
        assert!(plan.derived.iter().all(|value| !value.rule.is_empty() && !value.source.is_empty()));
    }
}

#[test]
fn neighbours_of_a_grid_are_those_around() {
    let plan = plan(&square("urbanMacro"));
    // In the middle a sector sees its two siblings and the cells of six sites around it that face it or that it faces.
    let most = plan.cells.iter().map(|cell| cell.neighbours.len()).max().unwrap();
    assert!((10..=16).contains(&most), "{most}");
    assert_eq!(derived(&plan, "mod30Clashes"), "0");
}

#[test]
fn a_carrier_of_100_mhz_has_the_rate_of_the_reference() {
    let input = square("rural").replace(
        "    networkFunctions: []\n",
        "    networkFunctions: []\n    radio: [{band: n78, arfcnDL: 643334, channelBandwidthMHz: 100, scsKHz: 30, layers: 4}]\n",
    );
    let plan = plan(&input);
    assert_eq!(derived(&plan, "peakDownlink"), "2337 Mbit/s");
    assert_eq!(derived(&plan, "fronthaulPerStream"), "1712 Mbit/s");
    assert_eq!(plan.cells[0].resource_blocks, 273);
}
