//! `metadata.yaml` and README.md say what the function does. `UPDATE=1` rewrites metadata.yaml.

use audit_exposure::AuditExposure;
use porchlight_cases::described;

#[test]
fn metadata_is_what_the_code_says() {
    described::metadata::<AuditExposure>();
}

#[test]
fn the_example_of_the_readme_runs() {
    described::example_of_a_validator::<AuditExposure>();
}

#[test]
fn every_field_of_the_configuration_and_every_rule_is_in_the_readme() {
    described::tables::<AuditExposure>(&[]);
    described::rules_of_cases::<AuditExposure>();
}

#[test]
fn bad_input_gives_its_code_and_changes_nothing() {
    porchlight_cases::bad_inputs::check::<AuditExposure>();
}

#[test]
fn every_rule_has_a_case() {
    let rules = include_str!("../data/rules.yaml").lines().filter_map(|line| line.strip_prefix("- id: "));
    described::rules_have_cases::<AuditExposure>(&rules.map(str::to_owned).collect::<Vec<_>>());
}
