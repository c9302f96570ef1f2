//! The example in the README does what the README says.

use expand_capacity::ExpandCapacity;
use porchlight_api::Object;
use porchlight_api::capacity_report::CapacityReport;
use porchlight_krm::{ResourceList, run_text};

/// The content of the first fenced block of a language.
fn block<'t>(text: &'t str, language: &str) -> &'t str {
    let start = text.split_once(&format!("```{language}\n")).expect("the README has such a block").1;
    start.split_once("```").expect("the block ends").0
}

#[test]
fn the_example_runs() {
    let readme = include_str!("../README.md");
    let outcome = run_text::<ExpandCapacity>(block(readme, "yaml"));
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    let list = ResourceList::parse(&outcome.stdout).unwrap();
    let report = list.items.iter().find(|item| item.kind() == "CapacityReport").unwrap();
    let report: Object<CapacityReport> = report.typed().unwrap();
    let lines: String = report
        .spec
        .derived
        .iter()
        .filter(|value| value.rule != "demand")
        .map(|value| {
            format!("{} = {}: {}\n", value.name, value.value, value.calculation.as_deref().unwrap_or_default())
        })
        .collect();
    assert_eq!(lines, block(readme, "text"));
}
