//! `metadata.yaml` and README.md say what the function does. `UPDATE=1` rewrites metadata.yaml.

use porchlight_cases::described;
use validate_specialization::ValidateSpecialization;

#[test]
fn metadata_is_what_the_code_says() {
    described::metadata::<ValidateSpecialization>();
}

#[test]
fn the_example_of_the_readme_runs() {
    described::example_of_a_validator::<ValidateSpecialization>();
}

#[test]
fn every_field_of_the_configuration_and_every_rule_is_in_the_readme() {
    described::tables::<ValidateSpecialization>(&[]);
    described::rules_of_cases::<ValidateSpecialization>();
}

#[test]
fn bad_input_gives_its_code_and_changes_nothing() {
    porchlight_cases::bad_inputs::check::<ValidateSpecialization>();
}

/// Rules stand in the first column of the README's table of results, several of a kind in one row.
#[test]
fn every_rule_has_a_case() {
    let table = include_str!("../README.md").split("| rule | code |").nth(1).unwrap().split("\n\n").next().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    let rules = rows.flat_map(|rules| rules.split(", ")).map(|rule| rule.trim_matches('`').to_owned());
    described::rules_have_cases::<ValidateSpecialization>(&rules.collect::<Vec<_>>());
}
