//! The committed map of the catalog package is what its plan draws. `UPDATE=1` rewrites it.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::PathBuf;

use porchlight_coverage_map::Map;
use porchlight_krm::Resource;

fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../catalog/ran-site")
}

/// The map of the package, planned as a render plans it.
fn map() -> Map {
    let mut resources = Vec::new();
    for file in ["coverage.yaml", "edge-sites.yaml"] {
        let text = fs::read_to_string(package().join(file)).unwrap();
        let documents = porchlight_yaml::parse(text.into()).unwrap();
        resources.extend(documents.into_iter().map(|document| Resource::from_document(document).unwrap()));
    }
    Map::of_package(resources).unwrap()
}

#[test]
fn the_committed_map_is_up_to_date() {
    let path = package().join("coverage.svg");
    let svg = map().to_svg().unwrap();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &svg).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap_or_default() == svg, "run again with UPDATE=1");
}

/// Every element that is opened is closed, in order, and attributes are quoted.
#[test]
fn the_map_is_well_formed() {
    let svg = map().to_svg().unwrap();
    let mut open: Vec<&str> = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').expect("a tag ends");
        assert!(!text.contains(['>', '&']) || text.contains(';'), "{text}");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if tag.starts_with('?') || tag.ends_with('/') {
            continue;
        }
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn everything_of_a_plan_is_on_the_map() {
    let map = map();
    let svg = map.to_svg().unwrap();
    let plan = &map.plans[0].1;
    for site in &plan.sites {
        assert!(svg.contains(&format!(">{}</text>", site.site)), "{}", site.site);
    }
    for cell in &plan.cells {
        assert!(svg.contains(&format!(">{}</text>", cell.physical_cell_id)), "{}", cell.cell);
    }
    let sectors = plan.cells.iter().filter(|cell| cell.beam_width_degrees < 360.0).count();
    assert_eq!(svg.matches("<path d=\"M").count(), sectors + 2, "a wedge for each sector, the arrow and the scale bar");
    let between_sites = |cell: &porchlight_api::coverage::PlannedCell| {
        let own = format!("{}-", cell.site);
        cell.neighbours.iter().filter(|other| !other.starts_with(&own)).count()
    };
    let relations: usize = plan.cells.iter().map(between_sites).sum::<usize>() / 2;
    // Two more lines stand in the legend.
    assert_eq!(svg.matches("<line ").count(), relations + 2);
    for text in ["mod 3 = 0", "TAC 101", "TAC 102", "neighbour relation", ">N</text>"] {
        assert!(svg.contains(text), "{text}");
    }
    assert!(Map::default().to_svg().is_none());
}
