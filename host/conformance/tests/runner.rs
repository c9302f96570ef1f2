//! The runner itself, with a program of a few lines in place of kpt: what is wrong must be found.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use porchlight_conformance::archive::Archive;
use porchlight_conformance::{Aspect, Format, Options, Program, SuiteError, Summary, Verdict, run};

/// Renames `old` to `new` in a file, says so on both outputs, and fails when the package has a file `broken.yaml`.
const PROGRAM: &str = r#"#!/bin/sh
[ "$1" = version ] && { echo 1.0.0-beta.56; exit 0; }
package=$3
while [ $# -gt 0 ]; do [ "$1" = --results-dir ] && results=$2; shift; done
sed -i.bak s/old/new/ "$package/r.yaml" && rm "$package/r.yaml.bak"
echo "Package \"$(basename "$package")\"" >&2
echo "[PASS] \"rename\" in $(($$ % 9)).$(($$ % 7))s" >&2
[ -n "$results" ] && mkdir -p "$results" && echo 'exitCode: 0' >"$results/results.yaml"
[ ! -e "$package/broken.yaml" ]
"#;

const CASE: &str = "What it shows.
-- Kptfile --
kind: Kptfile
-- r.yaml --
a: old
-- .expected/config.yaml --
stdErr: |
  Package \"case\"
  [PASS] \"rename\" in 0s
-- .expected/results.yaml --
exitCode: 0
-- .expected/diff.patch --
diff --git a/r.yaml b/r.yaml
index 489d0e8..6b8a4d4 100644
--- a/r.yaml
+++ b/r.yaml
@@ -1 +1 @@
-a: old
+a: new
";

fn options(folder: &Path) -> Options {
    let program = folder.join("program");
    fs::write(&program, PROGRAM).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    Options::new(folder.join("cases"), Program::find(program.to_str().unwrap()).unwrap())
}

/// Runs one case given as an archive: as an archive, and as a folder; both must end alike.
fn verdict(text: &str) -> Verdict {
    let ran = |write: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("cases")).unwrap();
        write(&folder.path().join("cases"));
        let mut summary = run(&options(folder.path()), &mut Vec::new()).unwrap();
        assert_eq!(summary.cases.len(), 1, "{summary:?}");
        summary.cases.remove(0).verdict
    };
    let archive = ran(&|cases| fs::write(cases.join("case.txtar"), text).unwrap());
    let folder = ran(&|cases| Archive::parse(text).unwrap().unpack(&cases.join("case")).unwrap());
    assert_eq!(archive, folder);
    archive
}

fn aspects(text: &str) -> Vec<Aspect> {
    match verdict(text) {
        Verdict::Fail { mismatches } => mismatches.into_iter().map(|mismatch| mismatch.aspect).collect(),
        other => panic!("{other:?} in place of a failure"),
    }
}

#[test]
fn a_right_case_passes() {
    // The hash in the recorded diff depends on the content only.
    assert_eq!(verdict(&updated(CASE)), Verdict::Pass);
}

#[test]
fn what_is_wrong_fails() {
    let case = updated(CASE);
    assert_eq!(aspects(&case.replace("+a: new", "+a: newer")), [Aspect::Package]);
    assert_eq!(
        aspects(&case.replace("a: old\n-- .exp", "a: odd\n-- .exp")),
        [Aspect::Package],
        "a change that does not come"
    );
    assert_eq!(aspects(&case.replace("stdErr:", "exitCode: 1\nstdErr:")), [Aspect::ExitCode]);
    assert_eq!(aspects(&case.replace("-- r.yaml", "-- broken.yaml --\n-- r.yaml")), [Aspect::ExitCode]);
    assert_eq!(aspects(&case.replace("[PASS] ", "[FAIL] ")), [Aspect::Stderr]);
    assert_eq!(aspects(&case.replace("stdErr:", "stdOut: list\nstdErr:")), [Aspect::Stdout]);
    assert_eq!(aspects(&case.replace("exitCode: 0\n-- ", "exitCode: 1\n-- ")), [Aspect::Results]);
    assert_eq!(aspects(&case.replace("stdErr:", "exitCode: [\nstdErr:")), [Aspect::Case]);
    assert_eq!(aspects(&(case + "-- .expected/setup.sh --\nexit 3\n")), [Aspect::Run]);
}

#[test]
fn missing_results_fail() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("cases")).unwrap();
    fs::write(folder.path().join("cases/case.txtar"), updated(CASE)).unwrap();
    let options = options(folder.path());
    let quiet = PROGRAM.replace("[ -n \"$results\" ]", "false");
    fs::write(&options.program.path, quiet).unwrap();
    let mut text = Vec::new();
    assert_eq!(run(&options, &mut text).unwrap().failed, 1);
    assert!(String::from_utf8(text).unwrap().contains("no results.yaml was written"));
}

#[test]
fn skips_are_told() {
    let case = updated(CASE);
    assert!(matches!(verdict(&case.replace("stdErr:", "skip: true\nstdErr:")), Verdict::Skip { .. }));
    assert!(matches!(verdict(&case.replace("stdErr:", "runtimes: [podman]\nstdErr:")), Verdict::Skip { .. }));
    assert!(matches!(verdict(&case.replace("stdErr:", "profile: latest\nstdErr:")), Verdict::Skip { .. }));
    let image = case.replace("kind: Kptfile\n", "pipeline:\n  mutators:\n  - image: a/b:v1\n");
    let Verdict::Skip { reason } = verdict(&image) else { panic!("not skipped") };
    assert!(reason.contains("a/b:v1"), "{reason}");
}

/// The case with its expectations rewritten by `--update`.
fn updated(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("cases")).unwrap();
    let file = folder.path().join("cases/case.txtar");
    fs::write(&file, text).unwrap();
    let mut options = options(folder.path());
    options.update = true;
    assert_eq!(run(&options, &mut Vec::new()).unwrap().updated, 1);
    fs::read_to_string(file).unwrap()
}

#[test]
fn update_makes_a_case_right_and_then_leaves_it() {
    let wrong =
        CASE.replace("+a: new", "+a: newer").replace("stdErr: |\n  Package \"case\"\n  [PASS]", "stdErr: |\n  [FAIL]");
    let right = updated(&wrong);
    assert_eq!(verdict(&right), Verdict::Pass);
    assert_eq!(updated(&right), right);
}

#[test]
fn a_package_without_expectations_is_an_error_unless_updated() {
    let folder = tempfile::tempdir().unwrap();
    let cases = folder.path().join("cases");
    fs::create_dir(&cases).unwrap();
    fs::write(cases.join("Kptfile"), "kind: Kptfile\n").unwrap();
    fs::write(cases.join("r.yaml"), "a: old\n").unwrap();
    let mut options = options(folder.path());
    assert!(matches!(run(&options, &mut Vec::new()), Err(SuiteError::Discover(_))));
    options.update = true;
    run(&options, &mut Vec::new()).unwrap();
    assert!(fs::read_to_string(cases.join(".expected/diff.patch")).unwrap().contains("+a: new"));
    options.update = false;
    assert_eq!(run(&options, &mut Vec::new()).unwrap().passed, 1);
}

#[test]
fn json_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("cases")).unwrap();
    fs::write(folder.path().join("cases/case.txtar"), CASE.replace("a: new", "a: x")).unwrap();
    let mut options = options(folder.path());
    options.format = Format::Json;
    let mut text = Vec::new();
    let Summary { failed, .. } = run(&options, &mut text).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert_eq!((failed, json["failed"].as_u64()), (1, Some(1)));
    assert_eq!(json["cases"][0]["outcome"], "fail");
    assert_eq!(json["cases"][0]["mismatches"][0]["aspect"], "package");
}
