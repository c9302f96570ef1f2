//! The examples in the README do what the README says.

use decompose_intent::DecomposeIntent;
use porchlight_krm::{ResourceList, run_text};

/// The content of the first fenced block of a language.
fn block<'t>(text: &'t str, language: &str) -> &'t str {
    let start = text.split_once(&format!("```{language}\n")).expect("the README has such a block").1;
    start.split_once("```").expect("the block ends").0
}

#[test]
fn the_example_runs() {
    let readme = include_str!("../README.md");
    let outcome = run_text::<DecomposeIntent>(block(readme, "yaml"));
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    let list = ResourceList::parse(&outcome.stdout).unwrap();
    let mut lines: Vec<String> = list
        .items
        .iter()
        .filter(|item| item.kind() != "NetworkSliceIntent")
        .map(|item| format!("{} {} ({})\n", item.kind(), item.name(), item.file().0.unwrap_or_default()))
        .collect();
    lines.sort();
    assert_eq!(lines.concat(), block(readme, "text"));
}

#[test]
fn every_example_runs() {
    let readme = include_str!("../README.md");
    let examples: Vec<&str> =
        readme.split("```yaml\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0)).collect();
    assert_eq!(examples.len(), 2);
    for example in examples {
        let outcome = run_text::<DecomposeIntent>(example);
        assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
        let list = ResourceList::parse(&outcome.stdout).unwrap();
        let of_kind = |kind: &str| list.items.iter().filter(|item| item.kind() == kind).count();
        assert_eq!(of_kind("IntentReport"), of_kind("NetworkSliceIntent"));
    }
}
