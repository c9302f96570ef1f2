//! The example in the README does what the README says.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use expand_coverage::ExpandCoverage;
use porchlight_krm::{ResourceList, run_text};

/// The contents of the fenced blocks of a language.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("```{language}\n");
    text.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_example_runs() {
    let readme = include_str!("../README.md");
    let [input, quoted] = blocks(readme, "yaml")[..] else { panic!("an input and a part of its output") };
    let outcome = run_text::<ExpandCoverage>(input);
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    let list = ResourceList::parse(&outcome.stdout).unwrap();
    let mut lines: Vec<String> = list
        .items
        .iter()
        .filter(|item| !["CoverageExpansion", "EdgeSite"].contains(&item.kind()))
        .map(|item| format!("{} {} ({})\n", item.kind(), item.name(), item.file().0.unwrap_or_default()))
        .collect();
    lines.sort();
    assert_eq!(lines.concat(), blocks(readme, "text")[0]);
    assert!(outcome.stdout.contains(quoted), "not in the output:\n{quoted}");
}
