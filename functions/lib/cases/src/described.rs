//! `metadata.yaml` and README.md of a function say what it does.

use std::fs;
use std::path::{Path, PathBuf};

use porchlight_krm::{Function, run_text};

use crate::is_update;

/// A file of a function's folder.
fn file<F: Function>(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(F::NAME).join(name)
}

fn text<F: Function>(name: &str) -> String {
    fs::read_to_string(file::<F>(name)).unwrap_or_default()
}

/// Checks that `metadata.yaml` is what the function says of itself. `UPDATE=1` writes it.
///
/// # Panics
/// Where it is not.
pub fn metadata<F: Function>() {
    let said = F::metadata().to_yaml();
    if is_update() {
        fs::write(file::<F>("metadata.yaml"), &said).unwrap_or_else(|error| panic!("metadata.yaml: {error}"));
    }
    assert_eq!(text::<F>("metadata.yaml"), said, "run again with UPDATE=1");
}

/// Checks that the first YAML of a README is a list about which a validator says what the second one holds.
///
/// # Panics
/// Where the function says something else, or succeeds.
pub fn example_of_a_validator<F: Function>() {
    let readme = text::<F>("README.md");
    let blocks: Vec<&str> =
        readme.split("```yaml\n").skip(1).filter_map(|block| block.split("```").next()).take(2).collect();
    let [input, said] = blocks.as_slice() else { panic!("README.md quotes no input and no result") };
    let outcome = run_text::<F>(input);
    let results = outcome.stdout.split_once("\nresults:\n").map_or("", |(_, results)| results);
    assert_eq!(*said, format!("results:\n{results}"));
    assert_eq!(outcome.exit_code, 1);
}

/// Checks that the README's example is the case `readme`: its input is quoted whole, and what it quotes of the output, up to the
/// heading `until`, is there.
///
/// # Panics
/// Where it is not.
pub fn example_of_a_mutator<F: Function>(until: &str) {
    let readme = text::<F>("README.md");
    let case = crate::folder(F::NAME).join("readme/input.yaml");
    let input = fs::read_to_string(&case).unwrap_or_else(|error| panic!("{}: {error}", case.display()));
    assert!(readme.contains(&format!("```yaml\n{input}```\n")), "README.md does not quote the input of the case");
    let stdout = run_text::<F>(&input).stdout;
    let example = readme.split(until).next().unwrap_or_default();
    let quoted: Vec<&str> = example.split("```yaml\n").skip(2).filter_map(|block| block.split("```").next()).collect();
    assert!(!quoted.is_empty(), "README.md quotes no output");
    for block in quoted {
        assert!(stdout.contains(block), "not in the output:\n{block}");
    }
}

/// Checks that every name stands in the first column of a table of the README, and every field of the configuration with them.
///
/// # Panics
/// Where one is missing.
pub fn tables<F: Function>(names: &[String]) {
    let readme = text::<F>("README.md");
    let kind = porchlight_api::schema::find(F::CONFIG_KIND).unwrap_or_else(|| panic!("no kind {}", F::CONFIG_KIND));
    let schema = kind.json_schema();
    let fields = schema["properties"]["spec"]["properties"].as_object();
    let fields = fields.unwrap_or_else(|| panic!("{} has no fields", F::CONFIG_KIND));
    for name in fields.keys().chain(names) {
        assert!(readme.contains(&format!("| `{name}`")), "`{name}` is missing in README.md");
    }
}

/// Checks that the README names every rule that the function's cases have a finding of.
///
/// # Panics
/// Where one is missing.
pub fn rules_of_cases<F: Function>() {
    let readme = text::<F>("README.md");
    let cases = crate::cases(&crate::folder(F::NAME)).unwrap_or_else(|error| panic!("{error}"));
    for case in cases {
        let expected = fs::read_to_string(crate::folder(F::NAME).join(&case).join("expected.yaml")).unwrap_or_default();
        for rule in expected.lines().filter_map(|line| line.strip_prefix("    rule: ")) {
            assert!(readme.contains(&format!("`{rule}`")), "{case}: the rule `{rule}` is missing in README.md");
        }
    }
}

/// Checks that every rule has a case with a finding of it.
///
/// # Panics
/// Where one has none.
pub fn rules_have_cases<F: Function>(rules: &[String]) {
    let folder = crate::folder(F::NAME);
    let cases = crate::cases(&folder).unwrap_or_else(|error| panic!("{error}"));
    let read = |case: &String| fs::read_to_string(folder.join(case).join("expected.yaml")).unwrap_or_default();
    let found: String = cases.iter().map(read).collect();
    assert!(!rules.is_empty());
    for rule in rules {
        assert!(found.contains(&format!("    rule: {rule}\n")), "no case shows the rule `{rule}`");
    }
}
