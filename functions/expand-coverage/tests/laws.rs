//! Laws over random radio networks.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use expand_coverage::ExpandCoverage;
use porchlight_api::Kind;
use porchlight_api::coverage::{CoveragePlan, PlannedCell};
use porchlight_krm::{FieldPath, ResourceList, run_text};
use proptest::prelude::*;

/// Distance between sites the expansions name, in metres.
const ISD: f64 = 500.0;

/// A random network.
#[derive(Clone, Debug)]
struct Network {
    sectors: usize,
    /// Places in metres north and east of a corner.
    sites: Vec<(f64, f64)>,
    relations: Vec<(usize, usize)>,
    /// Frequencies of the carriers.
    carriers: usize,
}

/// A network of sites that are on average `crowding` times as dense as a hexagonal grid, at most 2,000 cells.
fn network(max_cells: usize) -> impl Strategy<Value = Network> {
    (prop::sample::select(vec![1_usize, 2, 3, 6]), 0.2_f64..2.0, 1_usize..=2).prop_flat_map(
        move |(sectors, crowding, carriers)| {
            let most = max_cells / sectors / carriers;
            prop::collection::vec((0.0_f64..1.0, 0.0_f64..1.0), 1..=most).prop_flat_map(move |places| {
                let count = places.len();
                let side = (count as f64 * ISD * ISD * 0.866 / crowding).sqrt();
                let sites: Vec<(f64, f64)> = places.iter().map(|(north, east)| (north * side, east * side)).collect();
                prop::collection::vec((0..count, 0..count), 0..4).prop_map(move |relations| Network {
                    sectors,
                    sites: sites.clone(),
                    relations,
                    carriers,
                })
            })
        },
    )
}

fn place((north, east): (f64, f64)) -> (f64, f64) {
    (48.0 + north / 111_195.0, 11.0 + east / 74_400.0)
}

fn site(name: &str, place_metres: (f64, f64)) -> String {
    let (latitude, longitude) = place(place_metres);
    format!("    - {{name: {name}, cluster: edge, location: {{latitude: {latitude:.7}, longitude: {longitude:.7}}}}}\n")
}

impl Network {
    /// The expansion, in a list with its cluster. `extra` is a further site.
    fn list(&self, extra: &str, listed_relations: bool) -> String {
        let mut text = format!(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: \
             orchestration.nephio-oran.io/v1alpha1\n  kind: EdgeSite\n  metadata:\n    name: edge\n    annotations: \
             {{config.kubernetes.io/path: edge.yaml}}\n  spec: {{cluster: {{name: edge}}}}\n- apiVersion: \
             orchestration.nephio-oran.io/v1alpha1\n  kind: CoverageExpansion\n  metadata:\n    name: net\n    annotations: \
             {{config.kubernetes.io/path: net.yaml}}\n  spec:\n    plmns: [{{mcc: '001', mnc: '01'}}]\n    isdMetres: \
             {ISD}\n    networkFunctions: []\n    plan: {{sectorsPerSite: {}}}\n    radio:\n",
            self.sectors
        );
        for carrier in 0..self.carriers {
            writeln!(
                text,
                "    - {{band: n78, arfcnDL: {}, channelBandwidthMHz: 20, scsKHz: 30}}",
                640_608 + carrier * 2000
            )
            .expect("a String takes everything");
        }
        if listed_relations && !self.relations.is_empty() {
            text.push_str("    neighbours:\n");
            for (from, to) in &self.relations {
                writeln!(text, "    - {{from: s{from}, to: s{to}}}").expect("a String takes everything");
            }
        }
        text.push_str("    sites:\n");
        for (index, place) in self.sites.iter().enumerate() {
            text.push_str(&site(&format!("s{index}"), *place));
        }
        text + extra
    }
}

fn run(text: &str) -> String {
    let outcome = run_text::<ExpandCoverage>(text);
    assert_eq!(outcome.exit_code, 0, "{}", outcome.stderr);
    outcome.stdout
}

fn plan(output: &str) -> CoveragePlan {
    let list = ResourceList::parse(output).expect("the output is a ResourceList");
    let plan = list.of_kind(CoveragePlan::API_VERSION, CoveragePlan::KIND).next().expect("a plan");
    plan.get(&FieldPath::of(["spec"])).expect("our own plans read").expect("a spec")
}

fn sorted(output: &str) -> String {
    let mut list = ResourceList::parse(output).expect("the output is a ResourceList");
    list.sort_items();
    list.to_text()
}

/// The laws of a plan, whatever it was made from.
fn check(plan: &CoveragePlan) -> Result<(), TestCaseError> {
    let cells: HashMap<&str, &PlannedCell> = plan.cells.iter().map(|cell| (cell.cell.as_str(), cell)).collect();
    let identities: HashSet<u64> = plan.cells.iter().map(|cell| cell.cell_id).collect();
    prop_assert_eq!(identities.len(), plan.cells.len(), "NR cell identities are unique");
    for cell in &plan.cells {
        prop_assert!(cell.physical_cell_id < 1008);
        prop_assert_eq!(cell.cell_id, u64::from(cell.gnb_id) << 12 | u64::from(cell.cell_local_id));
        let mut seen = HashMap::from([((cell.arfcn_dl, cell.physical_cell_id), cell.cell.as_str())]);
        for name in &cell.neighbours {
            let neighbour = cells[name.as_str()];
            prop_assert!(neighbour.neighbours.contains(&cell.cell), "relations go both ways");
            let first = seen.insert((neighbour.arfcn_dl, neighbour.physical_cell_id), name);
            prop_assert_eq!(first, None, "collision or confusion at {} with {}", &cell.cell, name);
        }
    }
    let mut sites: BTreeMap<(&str, u32), Vec<&PlannedCell>> = BTreeMap::new();
    for cell in &plan.cells {
        sites.entry((&cell.site, cell.arfcn_dl)).or_default().push(cell);
    }
    for of_site in sites.values() {
        for sectors in of_site.chunks(3) {
            let classes: HashSet<u16> = sectors.iter().map(|cell| cell.physical_cell_id % 3).collect();
            let groups: HashSet<u16> = sectors.iter().map(|cell| cell.physical_cell_id / 3).collect();
            prop_assert_eq!((classes.len(), groups.len()), (sectors.len(), 1), "sectors of a site differ mod 3");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn identities_keep_the_laws_on_large_maps(network in network(2000)) {
        let once = run(&network.list("", false));
        check(&plan(&once))?;
        prop_assert_eq!(&run(&once), &once, "a second run changes nothing");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_further_site_moves_nothing(
        network in network(240), north in -0.2_f64..1.2, east in -0.2_f64..1.2, name in "[a-z]{1,3}",
    ) {
        let once = run(&network.list("", false));
        let before = plan(&once);
        let side = network.sites.iter().map(|(north, east)| north.max(*east)).fold(ISD, f64::max);
        let spec = network.list(&site(&format!("{name}-new"), (north * side, east * side)), false);
        let mut list = ResourceList::parse(&once).expect("the output is a ResourceList");
        let mut grown = ResourceList::parse(&spec).expect("the input is a ResourceList");
        let wanted = |item: &porchlight_krm::Resource| item.kind() == "CoverageExpansion";
        let position = grown.items.iter().position(wanted).expect("an expansion");
        let expansion = grown.items.swap_remove(position);
        *list.items.iter_mut().find(|item| wanted(item)).expect("an expansion") = expansion;
        let after = plan(&run(&list.to_text()));
        check(&after)?;
        prop_assert_eq!(after.cells.len(), before.cells.len() + network.sectors * network.carriers);
        let cells: HashMap<&str, &PlannedCell> = after.cells.iter().map(|cell| (cell.cell.as_str(), cell)).collect();
        for cell in &before.cells {
            let later = cells[cell.cell.as_str()];
            prop_assert_eq!(
                (later.physical_cell_id, later.cell_id, later.tac, &later.distributed_unit),
                (cell.physical_cell_id, cell.cell_id, cell.tac, &cell.distributed_unit)
            );
        }
    }

    #[test]
    fn relations_that_are_listed_keep_the_laws(network in network(120)) {
        let once = run(&network.list("", true));
        check(&plan(&once))?;
        prop_assert_eq!(&run(&once), &once);
    }

    #[test]
    fn the_order_of_items_does_not_matter(network in network(60)) {
        let text = network.list("", false);
        let mut list = ResourceList::parse(&text).expect("the input is a ResourceList");
        list.items.reverse();
        prop_assert_eq!(sorted(&run(&list.to_text())), sorted(&run(&text)));
    }

    /// Whatever people write into one field, the answer is a list of objects or a list of errors.
    #[test]
    fn every_value_has_an_answer(
        line in any::<prop::sample::Index>(),
        value in prop_oneof![
            Just(String::new()), Just("null".to_owned()), Just("[]".to_owned()), Just("{}".to_owned()),
            Just("-1".to_owned()), Just("1e400".to_owned()), Just(".nan".to_owned()), Just("-.inf".to_owned()),
            Just("9223372036854775807".to_owned()), Just("99999999999999999999".to_owned()), "[a-zA-Z0-9./-]{1,70}",
        ],
    ) {
        let case = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalog/ran-site/coverage.yaml");
        let package = std::fs::read_to_string(case).expect("the package is there");
        let edges = case.replace("coverage.yaml", "edge-sites.yaml");
        let package = format!("{package}---\n{}", std::fs::read_to_string(edges).expect("the package is there"));
        let fields: Vec<usize> =
            package.lines().enumerate().filter(|(_, line)| line.starts_with(' ') && line.contains(": ")).map(|(index, _)| index).collect();
        let chosen = *line.get(&fields);
        let mut text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n".to_owned();
        let mut first = true;
        for (index, line) in package.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            if line == "---" {
                first = true;
                continue;
            }
            let edited = match line.split_once(": ") {
                Some((key, _)) if index == chosen => format!("{key}: {value}"),
                _ => line.to_owned(),
            };
            writeln!(text, "{}{edited}", if first { "- " } else { "  " }).expect("a String takes everything");
            first = false;
        }
        let outcome = run_text::<ExpandCoverage>(&text);
        prop_assert_eq!(outcome.exit_code == 1, !outcome.stderr.is_empty());
        prop_assert!(ResourceList::parse(&outcome.stdout).is_ok());
    }
}
