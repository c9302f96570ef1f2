//! `metadata.yaml` and README.md say what the function does. `UPDATE=1` rewrites metadata.yaml.

use std::fs;
use std::path::Path;

use inject_policy::InjectPolicy;
use porchlight_krm::{Function, run_text};

fn file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn metadata_is_what_the_code_says() {
    let text = InjectPolicy::metadata().to_yaml();
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(file("metadata.yaml"), &text).unwrap();
    }
    assert_eq!(fs::read_to_string(file("metadata.yaml")).unwrap(), text);
}

/// The README's example is the case `readme`: its input is quoted whole, its output where it says so.
#[test]
fn the_example_of_the_readme_runs() {
    let readme = fs::read_to_string(file("README.md")).unwrap();
    let case = porchlight_cases::folder(InjectPolicy::NAME).join("readme");
    let input = fs::read_to_string(case.join("input.yaml")).unwrap();
    assert!(readme.contains(&format!("```yaml\n{input}```\n")), "README.md does not quote the input of the case");
    let stdout = run_text::<InjectPolicy>(&input).stdout;
    let example = readme.split("## In a pipeline").next().unwrap();
    let quoted: Vec<&str> =
        example.split("```yaml\n").skip(2).map(|block| block.split("```").next().unwrap()).collect();
    assert!(!quoted.is_empty(), "README.md quotes no output");
    for block in quoted {
        assert!(stdout.contains(block), "not in the output:\n{block}");
    }
}

/// Names in the first column of the tables of the README, and names the data files define.
#[test]
fn the_readme_names_every_field_rule_profile_and_role() {
    let readme = fs::read_to_string(file("README.md")).unwrap();
    let schema = porchlight_api::schema::find(InjectPolicy::CONFIG_KIND).unwrap().json_schema();
    let mut names: Vec<String> =
        schema["properties"]["spec"]["properties"].as_object().unwrap().keys().cloned().collect();
    for (table, key) in [("rules", "id"), ("profiles", "name"), ("roles", "name")] {
        let text = fs::read_to_string(file(&format!("data/{table}.yaml"))).unwrap();
        let start = format!("- {key}: ");
        names.extend(text.lines().filter_map(|line| Some(line.strip_prefix(&start)?.to_owned())));
    }
    assert!(names.len() > 60, "{names:?}");
    for name in names {
        assert!(readme.contains(&format!("| `{name}`")), "`{name}` is missing in README.md");
    }
}
