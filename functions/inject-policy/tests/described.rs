//! `metadata.yaml` and README.md say what the function does. `UPDATE=1` rewrites metadata.yaml.

use std::fs;
use std::path::Path;

use inject_policy::InjectPolicy;
use porchlight_cases::described;

#[test]
fn metadata_is_what_the_code_says() {
    described::metadata::<InjectPolicy>();
}

#[test]
fn the_example_of_the_readme_runs() {
    described::example_of_a_mutator::<InjectPolicy>("## In a pipeline");
}

/// Names in the first column of the tables of the README, and names the data files define.
#[test]
fn the_readme_names_every_field_rule_profile_and_role() {
    let mut names = Vec::new();
    for (table, key) in [("rules", "id"), ("profiles", "name"), ("roles", "name")] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/{table}.yaml"));
        let text = fs::read_to_string(file).unwrap();
        let start = format!("- {key}: ");
        names.extend(text.lines().filter_map(|line| Some(line.strip_prefix(&start)?.to_owned())));
    }
    assert!(names.len() > 60, "{names:?}");
    described::tables::<InjectPolicy>(&names);
}

#[test]
fn bad_input_gives_its_code_and_changes_nothing() {
    porchlight_cases::bad_inputs::check::<InjectPolicy>();
}
