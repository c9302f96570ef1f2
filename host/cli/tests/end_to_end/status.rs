//! `--write-status` where kpt's own case format cannot show it. What is written is in `testdata/cases/1.4-status-in-the-kptfile`.

use std::fs;
use std::path::Path;

use crate::program::{files, porchlight, text};

const KPTFILE: &str = "# whose\napiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: app # which\n  annotations: {kpt.dev/save-on-render-failure: 'true'}\n";
const RESOURCE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n    name: a\ndata: {k: v}\n";

fn package(folder: &Path, functions: &[&str]) {
    let list: String = functions.iter().map(|function| format!("    - exec: {function}\n")).collect();
    fs::write(folder.join("Kptfile"), format!("{KPTFILE}pipeline:\n  mutators:\n{list}")).expect("a Kptfile");
    fs::write(folder.join("a.yaml"), RESOURCE).expect("a file");
}

fn kptfile(folder: &Path) -> String {
    fs::read_to_string(folder.join("Kptfile")).expect("the Kptfile")
}

#[test]
fn beta56_has_no_status() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    package(scratch.path(), &["cat"]);
    let before = files(scratch.path());
    let words = ["render", "--allow-exec", "--write-status", "--kpt-compat", "beta.56"];
    let output = porchlight(scratch.path(), &words);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("leave `--write-status` away"), "{}", text(&output.stderr));
    assert_eq!(files(scratch.path()), before);
}

#[test]
fn a_dry_run_shows_it_and_minimal_format_keeps_the_rest() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    package(scratch.path(), &["cat"]);
    let before = kptfile(scratch.path());
    let words = ["render", "--allow-exec", "--write-status", "--format", "minimal"];
    let output = porchlight(scratch.path(), &[&words[..], &["--dry-run"]].concat());
    assert!(text(&output.stdout).contains("+    - type: Rendered\n"), "{}", text(&output.stdout));
    assert_eq!(kptfile(scratch.path()), before);
    assert!(porchlight(scratch.path(), &words).status.success());
    let after = kptfile(scratch.path());
    assert!(after.starts_with(&before) && after.contains("reason: RenderSuccess"), "{after}");
    assert_eq!(fs::read_to_string(scratch.path().join("a.yaml")).expect("the file"), RESOURCE);
    assert!(porchlight(scratch.path(), &words).status.success());
    assert_eq!(kptfile(scratch.path()), after, "the same once more");
}

#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    package(scratch.path(), &["sed s/a.yaml/.git.d\\\\/a.yaml/"]);
    let output = porchlight(scratch.path(), &["render", "--allow-exec", "--write-status"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let status = kptfile(scratch.path());
    assert!(status.contains("status: \"False\"") && status.contains("reason: RenderFailed"), "{status}");
    assert!(status.contains("message:") && !status.contains(&*scratch.path().to_string_lossy()), "{status}");
    assert!(!scratch.path().join(".git.d").exists());
}

#[test]
fn what_is_saved_after_a_failure_can_be_refused_too() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    package(scratch.path(), &["sed s/a.yaml/.git.d\\\\/a.yaml/", "false"]);
    let before = files(scratch.path());
    let output = porchlight(scratch.path(), &["render", "--allow-exec"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(told.contains("failed to save resources: ") && told.contains("original render error: "), "{told}");
    assert_eq!(files(scratch.path()), before);
}
