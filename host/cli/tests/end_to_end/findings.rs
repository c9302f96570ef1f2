//! `--results-format`: findings with the lines of the user's files, wherever they go.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{porchlight, text};

const KPTFILE: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: slice\npipeline:\n  mutators:\n  - image: ghcr.io/porchlight/annotate-sbom:v0.1.0\n    configMap:\n      timestamp: \"2026-01-01T00:00:00Z\"\n";

/// A package whose second document has the image on line 15.
fn package(image: &str) -> tempfile::TempDir {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let folder = scratch.path().join("slice");
    fs::create_dir(&folder).expect("a package");
    fs::write(folder.join("Kptfile"), KPTFILE).expect("a Kptfile");
    let file = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: upf\nspec:\n  template:\n    spec:\n      containers:\n      - name: a\n        image: {image}\n"
    );
    fs::write(folder.join("upf.yaml"), file).expect("a file");
    scratch
}

fn line_of(folder: &Path, path: &str, part: &str) -> u64 {
    let content = fs::read_to_string(folder.join(path)).expect("a file");
    content.lines().position(|line| line.contains(part)).expect("the part") as u64 + 1
}

fn sarif(bytes: &[u8]) -> Value {
    let log: Value = serde_json::from_slice(bytes).expect("JSON");
    log["runs"][0].clone()
}

#[test]
fn lines_are_those_of_the_files_as_the_render_leaves_them() {
    let scratch = package("nginx:latest");
    let output = porchlight(scratch.path(), &["render", "slice", "--results-format", "sarif"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let run = sarif(&output.stdout);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let result = run["results"].as_array().expect("results").iter().find(|result| result["level"] == "warning");
    let place = &result.expect("a warning")["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "slice/upf.yaml");
    assert_eq!(place["region"]["startLine"], line_of(scratch.path(), "slice/upf.yaml", "nginx:latest"));
}

#[test]
fn a_failing_render_tells_the_place_in_the_untouched_file() {
    let scratch = package("NGINX:latest");
    for (format, file) in
        [("text", "results.txt"), ("json", "results.json"), ("sarif", "results.sarif"), ("junit", "results.xml")]
    {
        let output =
            porchlight(scratch.path(), &["render", "slice", "--results-format", format, "--results-dir", "out"]);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty());
        let written = fs::read_to_string(scratch.path().join("out").join(file)).expect("the findings");
        assert!(written.contains("SBOM_REF_INVALID") && written.contains("15"), "{format}: {written}");
        assert!(scratch.path().join("out/results.yaml").is_file(), "kpt's own file is there, too");
        assert!(text(&output.stderr).contains("slice/upf.yaml, line 15"), "{}", text(&output.stderr));
    }
}

#[test]
fn what_ends_a_render_early_is_told_as_well() {
    let scratch = package("nginx");
    fs::write(scratch.path().join("slice/Kptfile"), "apiVersion: kpt.dev/v1\nkind: Kptfile\nnonsense: 1\n")
        .expect("a file");
    let output = porchlight(scratch.path(), &["render", "slice", "--results-format", "sarif"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    let run = sarif(&output.stdout);
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(notification["descriptor"]["id"], "KPTFILE_INVALID");
    assert!(notification["message"]["text"].as_str().is_some_and(|message| message.contains("nonsense")));
}

#[test]
fn stdout_holds_one_thing() {
    let scratch = package("nginx");
    for other in [&["--dry-run"][..], &["-o", "stdout"], &["-o", "unwrap"], &["--report", "-"]] {
        let arguments = [&["render", "slice", "--results-format", "text"][..], other].concat();
        let output = porchlight(scratch.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{other:?}");
        assert!(text(&output.stderr).contains("--results-dir"), "{}", text(&output.stderr));
    }
    let wrong = porchlight(scratch.path(), &["render", "slice", "--results-format", "xml"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("text, json, sarif, junit"), "{}", text(&wrong.stderr));
}
