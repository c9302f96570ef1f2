//! `metadata.yaml` and README.md say what the function does. `UPDATE=1` rewrites metadata.yaml.

use std::fs;
use std::path::Path;

use annotate_sbom::AnnotateSbom;
use porchlight_krm::{Function, run_text};

fn file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn metadata_is_what_the_code_says() {
    let text = AnnotateSbom::metadata().to_yaml();
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(file("metadata.yaml"), &text).unwrap();
    }
    assert_eq!(fs::read_to_string(file("metadata.yaml")).unwrap(), text);
}

/// The README's example is the case `readme`: its input is quoted whole, its output where it says so.
#[test]
fn the_example_of_the_readme_runs() {
    let readme = fs::read_to_string(file("README.md")).unwrap();
    let case = porchlight_cases::folder(AnnotateSbom::NAME).join("readme");
    let input = fs::read_to_string(case.join("input.yaml")).unwrap();
    assert!(readme.contains(&format!("```yaml\n{input}```\n")), "README.md does not quote the input of the case");
    let stdout = run_text::<AnnotateSbom>(&input).stdout;
    let quoted: Vec<&str> = readme.split("```yaml\n").skip(2).map(|block| block.split("```").next().unwrap()).collect();
    assert!(!quoted.is_empty(), "README.md quotes no output");
    for block in quoted {
        assert!(stdout.contains(block), "not in the output:\n{block}");
    }
}

#[test]
fn every_field_of_the_configuration_is_in_the_readme() {
    let readme = fs::read_to_string(file("README.md")).unwrap();
    let schema = porchlight_api::schema::find(AnnotateSbom::CONFIG_KIND).unwrap().json_schema();
    for field in schema["properties"]["spec"]["properties"].as_object().unwrap().keys() {
        assert!(readme.contains(&format!("| `{field}`")), "`{field}` is missing in README.md");
    }
}
