//! Statements of how packages were rendered.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program::{copy, files, porchlight, repository, set_pipeline, text};

const NAME: &str = "slice-embb";

fn package(scratch: &Path) -> std::path::PathBuf {
    let package = scratch.join(NAME);
    copy(&repository().join("catalog").join(NAME), &package);
    package
}

/// What the commands of in-toto's specification give for a directory.
fn dir_hash(folder: &Path) -> String {
    let script = "find . -type f | cut -c3- | LC_ALL=C sort | xargs -r sha256sum | sha256sum | cut -d' ' -f1";
    let output = Command::new("sh").args(["-c", script]).current_dir(folder).output().expect("a shell");
    text(&output.stdout).trim().to_owned()
}

fn statement(file: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(file).expect("a statement")).expect("JSON")
}

#[test]
fn a_statement_names_the_package_before_and_after_and_the_functions_by_digest() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let package = package(scratch.path());
    let before = dir_hash(&package);
    let output = porchlight(&package, &["render", "--provenance", "../statement.json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let after = dir_hash(&package);
    assert_ne!(before, after);

    let statement = statement(&scratch.path().join("statement.json"));
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], "https://slsa.dev/provenance/v1");
    assert_eq!(statement["subject"][0]["digest"]["dirHash"], after);
    let dependencies = statement["predicate"]["buildDefinition"]["resolvedDependencies"].as_array().expect("a list");
    assert_eq!(dependencies[0]["digest"]["dirHash"], before);

    let listed = porchlight(&package, &["fn", "list", "--format", "json"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).expect("JSON");
    let functions: Vec<&Value> = dependencies
        .iter()
        .filter(|dependency| dependency["name"].as_str().is_some_and(|name| name.starts_with("function ")))
        .collect();
    assert!(!functions.is_empty());
    for function in functions {
        let image = function["name"].as_str().expect("a text").trim_start_matches("function ");
        let known = listed.as_array().expect("a list").iter().find(|known| known["image"] == image);
        let known = known.unwrap_or_else(|| panic!("`{image}` is no function of `fn list`"));
        let digest = format!("sha256:{}", function["digest"]["sha256"].as_str().expect("a digest"));
        assert_eq!(known["digest"], digest, "{image}");
    }
}

#[test]
fn the_same_render_gives_the_same_statement_and_a_changed_package_does_not_match_it() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let mut statements = Vec::new();
    for name in ["one", "two"] {
        let package = package(&scratch.path().join(name));
        let output = porchlight(&package, &["render", "--provenance", "-"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        statements.push(text(&output.stdout));
    }
    assert_eq!(statements[0], statements[1]);

    let package = scratch.path().join("one").join(NAME);
    fs::write(scratch.path().join("statement.json"), &statements[0]).expect("a scratch file");
    let verify = ["provenance", "verify", "../../statement.json"];
    let output = porchlight(&package, &verify);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains(&dir_hash(&package)), "{}", text(&output.stdout));

    fs::write(package.join("more.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: more\n").expect("a file");
    let output = porchlight(&package, &verify);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(told.contains(&dir_hash(&package)) && told.contains(NAME), "{told}");
}

#[test]
fn upstream_locks_are_named_with_their_commit_and_programs_with_their_digest() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let package = package(scratch.path());
    set_pipeline(&package, &["exec: porchlight fn run annotate-sbom"]);
    let kptfile = package.join("Kptfile");
    let commit = "5".repeat(40);
    let lock = format!(
        "upstreamLock:\n  type: git\n  git:\n    repo: https://example.com/catalog.git\n    directory: /nf\n    ref: v1\n    \
         commit: {commit}\n"
    );
    fs::write(&kptfile, fs::read_to_string(&kptfile).expect("a Kptfile") + &lock).expect("a Kptfile");
    let output = porchlight(&package, &["render", "--allow-exec", "--provenance", "../statement.json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let statement = statement(&scratch.path().join("statement.json"));
    let dependencies = statement["predicate"]["buildDefinition"]["resolvedDependencies"].as_array().expect("a list");
    let upstream = &dependencies[1];
    assert_eq!(upstream["uri"], format!("git+https://example.com/catalog.git@{commit}#nf"));
    assert_eq!(upstream["digest"]["gitCommit"], commit);
    let program = Command::new("sha256sum").arg(env!("CARGO_BIN_EXE_porchlight")).output().expect("sha256sum");
    assert_eq!(dependencies[2]["name"], "function porchlight fn run annotate-sbom");
    assert!(text(&program.stdout).starts_with(dependencies[2]["digest"]["sha256"].as_str().expect("a digest")));
}

#[test]
fn what_cannot_be_told_is_refused_before_any_work() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let package = package(scratch.path());
    let before = files(&package);
    for (arguments, told) in [
        (["--provenance", "statement.json", ""], "lies in the package"),
        (["--provenance", "-", "--output=stdout"], "a statement tells of a package on disk"),
        (["--provenance", "../no/such/folder/x.json", ""], "cannot write the statement"),
        (["--provenance", "-", "--report=-"], "both go to stdout"),
        (["--provenance", "-", "--dry-run"], "cannot be used with"),
    ] {
        let arguments: Vec<&str> =
            [&["render"], &arguments[..]].concat().into_iter().filter(|one| !one.is_empty()).collect();
        let output = porchlight(&package, &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(told), "{arguments:?}: {}", text(&output.stderr));
        assert_eq!(files(&package), before, "{arguments:?}");
    }
    fs::write(scratch.path().join("other.json"), "{\"_type\": \"x\"}").expect("a scratch file");
    for (file, told) in
        [("../other.json", "is no statement about a render"), ("../none.json", "cannot read the statement")]
    {
        let output = porchlight(&package, &["provenance", "verify", file]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(told), "{}", text(&output.stderr));
    }
}
