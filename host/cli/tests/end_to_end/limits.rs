//! Limits of function calls, as flags and as what happens at them.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::{differing, files, porchlight, repository, text};

fn package(scratch: &Path, function: &str) {
    let folder = scratch.join("pkg");
    fs::create_dir(&folder).expect("scratch folder");
    fs::write(
        folder.join("Kptfile"),
        format!(
            "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: pkg\npipeline:\n  mutators:\n  - exec: {function}\n"
        ),
    )
    .expect("a file");
}

#[test]
fn a_function_without_end_is_stopped_and_reported() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    package(scratch.path(), "sh -c 'while :; do :; done'");
    let before = files(&scratch.path().join("pkg"));
    let output = porchlight(
        scratch.path(),
        &[
            "render",
            "pkg",
            "--allow-exec",
            "--fn-timeout",
            "300ms",
            "--report",
            "report.json",
            "--report-format",
            "json",
        ],
    );
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert!(stderr.contains("[FN_TIMEOUT] Host: ") && stderr.contains("--fn-timeout"), "{stderr}");
    let report = fs::read(scratch.path().join("report.json")).expect("the report is written on failure too");
    let report: serde_json::Value = serde_json::from_slice(&report).expect("JSON");
    assert_eq!((&report["status"], &report["errors"][0]["code"]), (&"error".into(), &"FN_TIMEOUT".into()));
    assert!(report["next_steps"].as_array().is_some_and(|steps| !steps.is_empty()));
    assert_eq!(differing(&before, &files(&scratch.path().join("pkg"))), Vec::<String>::new());
}

#[test]
fn a_module_is_stopped_at_each_limit_with_its_own_code() {
    let modules = repository().join("host/wasm/tests/modules");
    for (module, flag, exit_code, code) in [
        ("loop.wat", "--fn-timeout=200ms", 4, "FN_TIMEOUT"),
        ("memory.wat", "--fn-memory=8Mi", 1, "FN_MEMORY_EXCEEDED"),
        ("flood-stdout.wat", "--fn-output=1Mi", 1, "FN_OUTPUT_INVALID"),
        ("panic.wat", "-j1", 1, "FN_TRAPPED"),
        ("recursion.wat", "-j1", 1, "FN_TRAPPED"),
        ("unknown-import.wat", "-j1", 1, "FN_IMAGE_UNRESOLVED"),
    ] {
        let scratch = tempfile::tempdir().expect("scratch folder");
        package(scratch.path(), "cat");
        let kptfile = scratch.path().join("pkg/Kptfile");
        let text_of =
            fs::read_to_string(&kptfile).expect("a file").replace("exec: cat", "image: example.com/hostile:v1");
        fs::write(&kptfile, text_of).expect("a file");
        let wasm = wat::parse_file(modules.join(module)).expect("a module");
        fs::write(scratch.path().join("hostile.wasm"), wasm).expect("a file");
        fs::write(scratch.path().join("map.yaml"), "functions:\n- image: example.com/hostile\n  wasm: hostile.wasm\n")
            .expect("a file");
        let before = files(&scratch.path().join("pkg"));
        let output = porchlight(
            scratch.path(),
            &["render", "pkg", "--function-map", "map.yaml", flag, "--report", "r.json", "--report-format", "json"],
        );
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(exit_code), "{module}: {stderr}");
        assert!(stderr.contains(&format!("[{code}] Host: ")), "{module}: {stderr}");
        let report = fs::read(scratch.path().join("r.json")).expect("a report");
        let report: serde_json::Value = serde_json::from_slice(&report).expect("JSON");
        assert_eq!(report["errors"][0]["code"], code, "{module}");
        assert_eq!(differing(&before, &files(&scratch.path().join("pkg"))), Vec::<String>::new(), "{module}");
    }
}

#[test]
fn a_flood_of_output_is_stopped() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    package(scratch.path(), "yes");
    let output = porchlight(scratch.path(), &["render", "pkg", "--allow-exec", "--fn-output", "1Mi"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("[FN_OUTPUT_INVALID]"), "{}", text(&output.stderr));
}

#[test]
fn a_sandboxed_function_ends_at_its_memory_and_output() {
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n  data:\n    a: {}\n",
        "x".repeat(3 << 20)
    );
    for (flag, value, code) in
        [("--fn-memory", "2Mi", "FN_MEMORY_EXCEEDED"), ("--fn-output", "1Mi", "FN_OUTPUT_INVALID")]
    {
        let mut child = Command::new(env!("CARGO_BIN_EXE_porchlight"))
            .args(["fn", "run", "annotate-sbom", flag, value])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("a pipe").write_all(list.as_bytes()).expect("input is read");
        let output = child.wait_with_output().expect("the program ends");
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(&format!("[{code}] Host: function `annotate-sbom`")), "{stderr}");
        assert!(stderr.contains("\nhint: ") && stderr.contains(flag), "{stderr}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn limits_of_nothing_are_wrong_use() {
    for flag in ["--fn-timeout=0s", "--fn-timeout=-1s", "--fn-memory=0", "--fn-memory=-5Mi", "--fn-output=0Ki", "-j0"] {
        let output = porchlight(Path::new("."), &["render", "nowhere", flag]);
        assert_eq!(output.status.code(), Some(2), "{flag}");
        assert!(text(&output.stderr).contains("error: invalid value"), "{flag}: {}", text(&output.stderr));
    }
}
