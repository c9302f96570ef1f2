//! The report of a run: on success and on failure, in each form, and where it may go.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::program::{copy, differing, files, porchlight, repository, text};

const TOP: [&str; 12] = [
    "apiVersion",
    "kind",
    "metadata",
    "status",
    "summary",
    "details",
    "errors",
    "next_steps",
    "handoff_to",
    "artifacts",
    "run",
    "",
];

/// Checks a report against the keys and rules of the schema.
fn validate(report: &Value) {
    let keys: Vec<&str> = report.as_object().expect("a mapping").keys().map(String::as_str).collect();
    assert_eq!(keys, TOP[..11]);
    assert_eq!(
        (&report["apiVersion"], &report["kind"]),
        (&"orchestration.nephio-oran.io/v1alpha1".into(), &"RunReport".into())
    );
    let status = report["status"].as_str().expect("a status");
    assert!(["success", "warning", "error"].contains(&status), "{status}");
    let summary = report["summary"].as_str().expect("a summary");
    assert!(!summary.is_empty() && !summary.contains('\n'), "{summary:?}");
    for (part, keys) in [
        (
            "details",
            &["actions_taken", "resources_created", "configurations_applied", "stages", "targets", "results"][..],
        ),
        ("run", &["id", "name", "stage", "goal", "started", "finished", "resumed_from"]),
    ] {
        for key in keys {
            assert!(report[part].as_object().is_some_and(|part| part.contains_key(*key)), "no {part}.{key}");
        }
    }
    for key in ["execution_time", "tokens_used", "functions_run", "packages", "retries", "fuel_used"] {
        assert!(!report["details"]["metrics"][key].is_null(), "no metric {key}");
    }
    assert_eq!(report["metadata"]["name"], report["run"]["id"]);
    assert_eq!(report["next_steps"].as_array().expect("a list").is_empty(), status == "success");
    assert_eq!(report["errors"].as_array().expect("a list").is_empty(), status != "error");
    for error in report["errors"].as_array().expect("a list") {
        let keys: Vec<&str> = error.as_object().expect("a mapping").keys().map(String::as_str).collect();
        assert_eq!(keys, ["code", "component", "intent", "message", "critical", "causes"]);
        assert!(error["code"].is_string(), "{error}");
    }
}

fn slice(scratch: &Path) {
    copy(&repository().join("catalog/slice-embb"), &scratch.join("slice"));
}

fn json(bytes: &[u8]) -> Value {
    let report = serde_json::from_slice(bytes).expect("JSON");
    validate(&report);
    report
}

#[test]
fn a_dry_run_prints_a_diff_reports_and_changes_nothing() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    slice(scratch.path());
    let before = files(&scratch.path().join("slice"));
    let output =
        porchlight(scratch.path(), &["render", "slice", "--dry-run", "--report", "r.json", "--report-format", "json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let diff = text(&output.stdout);
    assert!(diff.starts_with("diff --git a/") && diff.contains("\n--- ") && diff.contains("\n@@ "), "{diff}");
    assert_eq!(differing(&before, &files(&scratch.path().join("slice"))), Vec::<String>::new());

    let report = json(&fs::read(scratch.path().join("r.json")).expect("a report"));
    let applied = report["details"]["configurations_applied"].as_array().expect("a list");
    assert_eq!(applied.len(), diff.matches("diff --git").count());
    assert!(!report["details"]["resources_created"].as_array().expect("a list").is_empty());
}

#[test]
fn the_report_goes_to_stdout_alone() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    slice(scratch.path());
    let output = porchlight(scratch.path(), &["render", "slice", "--report", "-", "--report-format", "json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report = json(&output.stdout);
    assert_eq!(report["details"]["metrics"]["functions_run"], 2);

    let yaml = porchlight(scratch.path(), &["render", "slice", "--report", "-"]);
    assert!(text(&yaml.stdout).starts_with("apiVersion: orchestration.nephio-oran.io/v1alpha1\nkind: RunReport\n"));
    let words = porchlight(scratch.path(), &["render", "slice", "--report", "-", "--report-format", "text"]);
    assert!(text(&words.stdout).contains("2 function(s) in 1 package(s)"), "{}", text(&words.stdout));

    for flags in [["--dry-run", "--report=-"], ["-ostdout", "--report=-"]] {
        let output = porchlight(scratch.path(), &["render", "slice", flags[0], flags[1]]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{flags:?}");
    }
}

#[test]
fn a_failed_run_is_reported_with_its_codes() {
    for (file, from, to, code) in [
        ("intent.yaml", "sst: 1", "sst: 300", "INTENT_DECOMPOSE_FAILED"),
        ("intent.yaml", "spec:", "spec: [", "YAML_PARSE_FAILED"),
        ("Kptfile", "pipeline:", "pipelines:", "KPTFILE_INVALID"),
        ("Kptfile", "porchlight/annotate-sbom", "porchlight/no-such", "FN_IMAGE_UNRESOLVED"),
    ] {
        let scratch = tempfile::tempdir().expect("scratch folder");
        slice(scratch.path());
        let path = scratch.path().join("slice").join(file);
        let old = fs::read_to_string(&path).expect("a file");
        assert!(old.contains(from), "{file}: {from}");
        fs::write(&path, old.replacen(from, to, 1)).expect("a file");
        let output = porchlight(scratch.path(), &["render", "slice", "--report", "-", "--report-format", "json"]);
        assert!(!output.status.success());
        let report = json(&output.stdout);
        let codes: Vec<&str> =
            report["errors"].as_array().expect("a list").iter().filter_map(|error| error["code"].as_str()).collect();
        assert!(codes.contains(&code), "{to}: {report:#}");
    }
}

#[test]
fn a_report_that_cannot_be_written_stops_before_any_work() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    slice(scratch.path());
    let before = files(scratch.path());
    let output = porchlight(scratch.path(), &["render", "slice", "--report", "no/such/folder/report.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = text(&output.stderr);
    assert!(stderr.starts_with("error: cannot write the report `no/such/folder/report.yaml`"), "{stderr}");
    assert!(!stderr.contains("[RUNNING]"), "{stderr}");
    assert_eq!(differing(&before, &files(scratch.path())), Vec::<String>::new());
}

#[test]
fn every_command_that_works_on_something_reports() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    slice(scratch.path());
    let list = porchlight(scratch.path(), &["fn", "source", "slice", "--report=source.json", "--report-format=json"]);
    assert!(list.status.success(), "{}", text(&list.stderr));
    let run = |arguments: &[&str], input: &[u8]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_porchlight"))
            .args(arguments)
            .arg("--report-format=json")
            .current_dir(scratch.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // A program that does not read ends the pipe.
        drop(child.stdin.take().expect("a pipe").write_all(input));
        child.wait_with_output().expect("it ends")
    };
    run(&["fn", "sink", "new", "--report=sink.json"], &list.stdout);
    run(&["fn", "run", "annotate-sbom", "--report=run.json"], &list.stdout);
    run(&["fn", "eval", "slice", "--image=ghcr.io/porchlight/annotate-sbom", "--report=eval.json"], b"");
    for (file, name) in [
        ("source.json", "fn source slice"),
        ("sink.json", "fn sink new"),
        ("run.json", "fn run annotate-sbom"),
        ("eval.json", "fn eval slice"),
    ] {
        let report = json(&fs::read(scratch.path().join(file)).expect(file));
        assert_eq!(
            (&report["run"]["name"], &report["errors"]),
            (&name.into(), &Value::Array(Vec::new())),
            "{report:#}"
        );
    }
    let report = json(&fs::read(scratch.path().join("eval.json")).expect("a report"));
    assert_eq!(report["details"]["metrics"]["functions_run"], 1);
    assert!(!report["details"]["configurations_applied"].as_array().expect("a list").is_empty());

    // Failures are reported as well, and data on stdout is never mixed with a report.
    for (arguments, code) in [
        (&["fn", "source", "nowhere", "--report=f.json"][..], "RESOURCE_FETCH_FAILED"),
        (&["fn", "sink", "other", "--report=f.json"], "YAML_PARSE_FAILED"),
        (&["fn", "run", "annotate-sbom", "--report=f.json"], "FN_TRAPPED"),
        (&["fn", "eval", "slice", "--image=example.com/none", "--report=f.json"], "FN_IMAGE_UNRESOLVED"),
    ] {
        let output = run(arguments, b"a: [");
        assert!(!output.status.success(), "{arguments:?}");
        let report = json(&fs::read(scratch.path().join("f.json")).expect("a report"));
        assert_eq!(report["errors"][0]["code"], code, "{arguments:?}: {report:#}");
    }
    for arguments in [
        &["fn", "source", "slice", "--report=-"][..],
        &["fn", "run", "annotate-sbom", "--report=-"],
        &["fn", "eval", "slice", "--image=x", "-o=stdout", "--report=-"],
    ] {
        let output = run(arguments, b"");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
    }
}

#[test]
fn errors_tell_the_line_to_edit() {
    for (file, from, to, place) in [
        ("Kptfile", "timestamp: \"2026-11-21T00:00:00Z\"", "timestamp: yesterday", "look at `timestamp` in "),
        ("intent.yaml", "sst: 1", "sst: 300", "look at `spec.snssai.sst` in "),
        ("intent.yaml", "kind: NetworkSliceIntent", "kinds: x", "look at "),
    ] {
        let scratch = tempfile::tempdir().expect("scratch folder");
        slice(scratch.path());
        let path = scratch.path().join("slice").join(file);
        let old = fs::read_to_string(&path).expect("a file");
        // A document before it: lines are those of the file, not of the document.
        let before = if file == "Kptfile" { "" } else { "apiVersion: v1\nkind: A\nmetadata:\n  name: first\n---\n" };
        let new = format!("{before}{}", old.replacen(from, to, 1));
        assert_ne!(new.len(), before.len() + old.len(), "{from}");
        let line = match to {
            "kinds: x" => {
                1 + new.lines().position(|line| line.starts_with("apiVersion: orchestration")).expect("the line")
            }
            to => 1 + new.lines().position(|line| line.contains(to)).expect("the line"),
        };
        fs::write(&path, new).expect("a file");
        let output = porchlight(scratch.path(), &["render", "slice"]);
        let stderr = text(&output.stderr);
        let hint = stderr.lines().find(|line| line.starts_with("hint: ")).unwrap_or_default();
        assert!(
            hint.contains(place) && hint.ends_with(&format!("{file}, line {line}")),
            "{to}: line {line} in\n{stderr}"
        );
    }
}
