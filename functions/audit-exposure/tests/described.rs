//! `metadata.yaml` and README.md say what the function does. `UPDATE=1` rewrites metadata.yaml.

use std::fs;
use std::path::{Path, PathBuf};

use audit_exposure::AuditExposure;
use porchlight_krm::{Function, run_text};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn metadata_is_what_the_code_says() {
    let text = AuditExposure::metadata().to_yaml();
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(file("metadata.yaml"), &text).unwrap();
    }
    assert_eq!(fs::read_to_string(file("metadata.yaml")).unwrap_or_default(), text);
}

/// The README quotes an input and what the function says about it.
#[test]
fn the_example_of_the_readme_runs() {
    let readme = fs::read_to_string(file("README.md")).unwrap();
    let mut blocks = readme.split("```yaml\n").skip(1).map(|block| block.split("```").next().unwrap_or_default());
    let outcome = run_text::<AuditExposure>(blocks.next().unwrap());
    let results = outcome.stdout.split_once("\nresults:\n").map_or("", |(_, results)| results);
    assert_eq!(blocks.next().unwrap(), format!("results:\n{results}"));
    assert_eq!(outcome.exit_code, 1);
}

#[test]
fn every_field_of_the_configuration_and_every_rule_is_in_the_readme() {
    let readme = fs::read_to_string(file("README.md")).unwrap();
    let schema = porchlight_api::schema::find(AuditExposure::CONFIG_KIND).unwrap().json_schema();
    for field in schema["properties"]["spec"]["properties"].as_object().unwrap().keys() {
        assert!(readme.contains(&format!("| `{field}`")), "`{field}` is missing in README.md");
    }
    let cases = porchlight_cases::folder(AuditExposure::NAME);
    for case in fs::read_dir(cases).unwrap() {
        let expected = fs::read_to_string(case.unwrap().path().join("expected.yaml")).unwrap();
        for rule in expected.lines().filter_map(|line| line.strip_prefix("    rule: ")) {
            assert!(readme.contains(&format!("`{rule}`")), "the rule `{rule}` is missing in README.md");
        }
    }
}
