//! What people get wrong: one clear message with code, file, line and field, and nothing on disk changes.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::program::{copy, differing, files, porchlight, repository, text};

/// Renders a slice package after `spoil` has had its way with it. Everything said must be in stderr, nothing may change.
fn refused(what: &str, exit_code: i32, spoil: impl FnOnce(&Path), said: &[&str]) {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let package = scratch.path().join("slice");
    copy(&repository().join("catalog/slice-embb"), &package);
    spoil(&package);
    let before = files(scratch.path());
    let output = porchlight(scratch.path(), &["render", "slice"]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(exit_code), "{what}: {stderr}");
    for part in said {
        assert!(stderr.contains(part), "{what}: no `{part}` in:\n{stderr}");
    }
    assert!(!stderr.contains("panicked"), "{what}: {stderr}");
    assert!(output.stdout.is_empty(), "{what}: stdout carries data only");
    assert_eq!(differing(&before, &files(scratch.path())), Vec::<String>::new(), "{what}: a file changed");
}

fn edit(file: &Path, from: &str, to: &str) {
    let old = fs::read_to_string(file).expect("readable file");
    assert!(old.contains(from), "{} holds no `{from}`", file.display());
    fs::write(file, old.replacen(from, to, 1)).expect("writable file");
}

fn run_function(name: &str, stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_porchlight"))
        .args(["fn", "run", name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(stdin.as_bytes()).expect("the function reads");
    child.wait_with_output().expect("the function ends")
}

fn function_refuses(stdin: &str, said: &[&str]) {
    for name in ["decompose-intent", "annotate-sbom"] {
        let output = run_function(name, stdin);
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{name}: {stderr}");
        for part in said {
            assert!(stderr.contains(part), "{name}: no `{part}` in:\n{stderr}");
        }
        assert!(stdout.contains("kind: ResourceList"), "{name}: stdout is still a ResourceList:\n{stdout}");
        assert!(stdout.contains("severity: error"), "{name}: the list holds the error:\n{stdout}");
    }
}

#[test]
fn functions_refuse_what_is_no_resource_list() {
    function_refuses("", &["[RESOURCELIST_INVALID]", "empty"]);
    function_refuses(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n",
        &["[RESOURCELIST_INVALID]", "ConfigMap"],
    );
    function_refuses(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- a: \"open\n",
        &["[YAML_PARSE_FAILED]", "line 4"],
    );
    function_refuses(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n    name: b\n",
        &["[YAML_PARSE_FAILED]", "line 8", "name"],
    );
}

#[test]
fn yaml_that_cannot_be_read() {
    refused(
        "tab",
        1,
        |package| edit(&package.join("intent.yaml"), "  sliceType", "\tsliceType"),
        &["intent.yaml", "line 11"],
    );
    refused(
        "unclosed quote",
        1,
        |package| edit(&package.join("intent.yaml"), "sd: \"000001\"", "sd: \"000001"),
        &["intent.yaml", "line 1"],
    );
    refused(
        "duplicate key",
        1,
        |package| edit(&package.join("intent.yaml"), "  sliceType: eMBB\n", "  sliceType: eMBB\n  sliceType: URLLC\n"),
        &["intent.yaml", "sliceType", "line 12"],
    );
}

#[test]
fn kptfiles_that_cannot_be_used() {
    refused("missing", 2, |package| fs::remove_file(package.join("Kptfile")).expect("removed"), &["Kptfile", "slice"]);
    refused(
        "unknown field",
        2,
        |package| edit(&package.join("Kptfile"), "pipeline:", "pipelines:"),
        &["Kptfile", "pipelines", "line"],
    );
    refused(
        "image and exec",
        2,
        |package| {
            edit(
                &package.join("Kptfile"),
                "    - image: ghcr.io/porchlight/annotate-sbom:v0.1.0",
                "    - image: ghcr.io/porchlight/annotate-sbom:v0.1.0\n      exec: cat",
            );
        },
        &["pipeline.mutators[1]", "must not specify both `image` and `exec`"],
    );
    refused(
        "configPath outside",
        2,
        |package| {
            edit(
                &package.join("Kptfile"),
                "decompose-intent:v0.1.0",
                "decompose-intent:v0.1.0\n      configPath: ../outside.yaml",
            );
        },
        &["configPath", "../outside.yaml", "outside the package"],
    );
    refused(
        "unknown function",
        1,
        |package| edit(&package.join("Kptfile"), "annotate-sbom:", "anotate-sbom:"),
        &["anotate-sbom", "annotate-sbom"],
    );
    refused(
        "exec without permission",
        1,
        |package| edit(&package.join("Kptfile"), "image: ghcr.io/porchlight/annotate-sbom:v0.1.0", "exec: cat"),
        &["--allow-exec"],
    );
}

#[cfg(unix)]
#[test]
fn links_out_of_the_package_are_not_followed() {
    let outside = tempfile::tempdir().expect("scratch folder");
    let target = outside.path().join("secret.yaml");
    fs::write(&target, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: secret\n").expect("a file");
    let before = fs::read(&target).expect("readable");
    refused(
        "link",
        1,
        |package| std::os::unix::fs::symlink(&target, package.join("link.yaml")).expect("a link"),
        &["link.yaml"],
    );
    assert_eq!(fs::read(&target).expect("readable"), before);
}

#[test]
fn intents_that_make_no_sense() {
    for (from, to, said) in [
        ("sst: 1", "sst: 300", ["[INTENT_DECOMPOSE_FAILED]", "spec.snssai.sst", "300", "(intent: NetworkSliceIntent)"]),
        ("sd: \"000001\"", "sd: xyz", ["[INTENT_DECOMPOSE_FAILED]", "spec.snssai.sd", "xyz", "intent.yaml"]),
        ("mcc: \"001\"", "mcc: \"01\"", ["[INTENT_DECOMPOSE_FAILED]", "spec.plmns[0]", "01", "intent.yaml"]),
        (
            "  sliceType: eMBB",
            "  sliceTyp: eMBB",
            ["[INTENT_DECOMPOSE_FAILED]", "sliceTyp", "sliceType", "intent.yaml"],
        ),
    ] {
        refused(to, 1, |package| edit(&package.join("intent.yaml"), from, to), &said);
    }
}

#[test]
fn function_configs_that_make_no_sense() {
    refused(
        "unknown key",
        1,
        |package| {
            edit(&package.join("Kptfile"), "        timestamp:", "        formt: both\n        timestamp:");
        },
        &["[FN_CONFIG_INVALID]", "formt", "format"],
    );
}

#[test]
fn commands_that_do_not_exist() {
    let folder = tempfile::tempdir().expect("scratch folder");
    let output = porchlight(folder.path(), &["fn", "run", "decompose"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = text(&output.stderr);
    for part in ["[FN_UNKNOWN]", "decompose-intent", "annotate-sbom"] {
        assert!(stderr.contains(part), "no `{part}` in:\n{stderr}");
    }
    let output = porchlight(folder.path(), &["render", "nowhere"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nowhere"));
    let output = porchlight(folder.path(), &["render", "--fn-timeout", "0s"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("fn-timeout"));
}
