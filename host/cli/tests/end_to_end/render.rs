//! Where a render goes, what it leaves alone, and how it fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::program::{copy, differing, files, porchlight, repository, text};

/// A package of one ConfigMap with these pipeline lines.
fn package(scratch: &Path, pipeline: &[&str]) -> PathBuf {
    let folder = scratch.join("pkg");
    fs::create_dir(&folder).expect("scratch folder");
    let functions: String = pipeline.iter().map(|line| format!("  - {line}\n")).collect();
    let pipeline = if functions.is_empty() { String::new() } else { format!("pipeline:\n  mutators:\n{functions}") };
    fs::write(
        folder.join("Kptfile"),
        format!("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: pkg\n{pipeline}"),
    )
    .expect("a file");
    fs::write(folder.join("cm.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\ndata:\n  a: b # why\n")
        .expect("a file");
    folder
}

#[test]
fn output_to_a_directory_leaves_the_package_alone() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    copy(&repository().join("catalog/slice-embb"), &scratch.path().join("slice"));
    let before = files(&scratch.path().join("slice"));
    let output = porchlight(scratch.path(), &["render", "slice", "-o", "out/deep"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(output.stdout.is_empty());
    assert_eq!(differing(&before, &files(&scratch.path().join("slice"))), Vec::<String>::new());

    // In place, the same resources come out.
    assert!(porchlight(scratch.path(), &["render", "slice"]).status.success());
    let (out, place) = (files(&scratch.path().join("out/deep")), files(&scratch.path().join("slice")));
    let different = differing(&out, &place);
    assert_eq!(different, ["README.md"], "only what is no resource is not copied");

    let again = porchlight(scratch.path(), &["render", "slice", "-o", "out/deep"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("already exists, please delete the directory and retry"));
}

#[test]
fn output_to_stdout_is_a_list_or_documents() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let folder = package(scratch.path(), &[]);
    let before = files(&folder);
    let list = porchlight(scratch.path(), &["render", "pkg", "-o", "stdout"]);
    let list = text(&list.stdout);
    assert!(
        list.starts_with("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: "),
        "{list}"
    );
    assert!(
        list.contains("      config.kubernetes.io/path: 'cm.yaml'\n") && list.contains("    a: b # why\n"),
        "{list}"
    );
    let documents = text(&porchlight(scratch.path(), &["render", "pkg", "-o", "unwrap"]).stdout);
    assert!(documents.contains("\n---\n") && !documents.contains("config.kubernetes.io/path"), "{documents}");
    assert_eq!(differing(&before, &files(&folder)), Vec::<String>::new());
}

#[test]
fn check_finds_what_would_change_and_only_that() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    copy(&repository().join("catalog/slice-urllc"), &scratch.path().join("slice"));
    let before = files(scratch.path());
    let output = porchlight(scratch.path(), &["render", "slice", "--check"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert!(text(&output.stderr).contains("\nwould create: sbom.yaml\n"), "{}", text(&output.stderr));
    assert_eq!(differing(&before, &files(scratch.path())), Vec::<String>::new());
    assert!(porchlight(scratch.path(), &["render", "slice"]).status.success());
    assert_eq!(porchlight(scratch.path(), &["render", "slice", "--check"]).status.code(), Some(0));
}

#[test]
fn a_failing_third_function_changes_nothing_and_is_in_the_results() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let folder =
        package(scratch.path(), &["exec: cat", "exec: sed s/b/c/", "exec: sh -c 'echo no >&2; exit 3'", "exec: cat"]);
    let before = files(&folder);
    let output = porchlight(scratch.path(), &["render", "pkg", "--allow-exec", "--results-dir", "results"]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert_eq!(stderr.matches("[PASS]").count(), 2, "{stderr}");
    assert!(stderr.contains("  Exit code: 3\n"), "{stderr}");
    let results = fs::read_to_string(scratch.path().join("results/results.yaml")).expect("results");
    let codes: Vec<&str> = results.lines().filter(|line| line.contains("exitCode:")).map(str::trim).collect();
    assert_eq!(codes, ["exitCode: 1", "exitCode: 0", "exitCode: 0", "exitCode: 3"], "{results}");
    assert_eq!(differing(&before, &files(&folder)), Vec::<String>::new());
}

#[test]
fn images_that_are_not_ours_tell_the_way() {
    const DIGEST: &str = "ghcr.io/porchlight/annotate-sbom@sha256:\
        0000000000000000000000000000000000000000000000000000000000000000";
    for (image, flags, said) in [
        (
            "gcr.io/kpt-fn/set-namespace:v0.4.1",
            &[][..],
            &[
                "[FN_IMAGE_UNRESOLVED] Host: ",
                "gcr.io/kpt-fn/set-namespace:v0.4.1",
                "--allow-container",
                "--function-map",
            ][..],
        ),
        ("annotate-sbom:v0.1.0", &[], &["ghcr.io/kptdev/krm-functions-catalog", "--image-prefix ghcr.io/porchlight"]),
        ("annotate-sbom:v0.1.0", &["--kpt-compat", "beta.56"], &["gcr.io/kpt-fn/annotate-sbom:v0.1.0"]),
        ("ghcr.io/porchlight/annotate-sbom:v9.9.9", &[], &["v9.9.9", "in version v0.1.0"]),
        (DIGEST, &[], &["digest", "ghcr.io/porchlight/annotate-sbom:v0.1.0"]),
    ] {
        let scratch = tempfile::tempdir().expect("scratch folder");
        let folder = package(scratch.path(), &[&format!("image: {image}")]);
        let before = files(&folder);
        let output = porchlight(scratch.path(), &[&["render", "pkg"], flags].concat());
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        for part in said {
            assert!(stderr.contains(part), "{image}: no `{part}` in:\n{stderr}");
        }
        assert_eq!(differing(&before, &files(&folder)), Vec::<String>::new());
    }
}

#[test]
fn images_of_ours_are_found_under_every_name_they_have() {
    for (image, flags) in [
        ("ghcr.io/porchlight/annotate-sbom:v0.1.0", &[][..]),
        ("ghcr.io/porchlight/annotate-sbom", &[]),
        ("ghcr.io/porchlight/annotate-sbom:latest", &[]),
        ("annotate-sbom:v0.1.0", &["--image-prefix", "ghcr.io/porchlight"]),
        ("r.example:5000/fns/annotate-sbom:v0.1.0", &["--image-prefix", "r.example:5000/fns/"]),
    ] {
        let scratch = tempfile::tempdir().expect("scratch folder");
        package(scratch.path(), &[&format!("image: {image}")]);
        let output = porchlight(scratch.path(), &[&["render", "pkg"], flags].concat());
        assert!(output.status.success(), "{image}: {}", text(&output.stderr));
    }
}

#[test]
fn commands_are_split_started_and_missed_as_by_kpt() {
    for (command, code, said) in [
        ("sh -c \"cat # 'x\"", 0, "[PASS]"),
        ("sh -c 'cat", 2, "must be valid: EOF found when expecting closing quote"),
        ("no-such-program", 1, "exec: \"no-such-program\": executable file not found in $PATH"),
        ("./no-such", 1, "fork/exec ./no-such: no such file or directory"),
    ] {
        let scratch = tempfile::tempdir().expect("scratch folder");
        package(scratch.path(), &[&format!("exec: {}", serde_json::to_string(command).expect("text"))]);
        let output = porchlight(scratch.path(), &["render", "pkg", "--allow-exec"]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{command}: {stderr}");
        assert!(stderr.contains(said), "{command}: {stderr}");
    }
}

#[test]
fn a_function_that_returns_nothing_does_not_empty_the_package() {
    let empty = "exec: echo '{apiVersion: config.kubernetes.io/v1, kind: ResourceList, items: []}'";
    let scratch = tempfile::tempdir().expect("scratch folder");
    let folder = package(scratch.path(), &[&format!("exec: {}", serde_json::to_string(&empty[6..]).expect("text"))]);
    let before = files(&folder);
    let output = porchlight(scratch.path(), &["render", "pkg", "--allow-exec"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("--allow-empty"), "{}", text(&output.stderr));
    assert_eq!(differing(&before, &files(&folder)), Vec::<String>::new());

    let output = porchlight(scratch.path(), &["render", "pkg", "--allow-exec", "--allow-empty"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(files(&folder).keys().collect::<Vec<_>>(), ["Kptfile"], "the package itself stays");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_run_and_its_function_and_changes_nothing() {
    use std::os::unix::process::ExitStatusExt;
    let scratch = tempfile::tempdir().expect("scratch folder");
    let started = scratch.path().join("started");
    let folder = package(scratch.path(), &[&format!("exec: sh -c 'echo $$ > {}; exec sleep 1000'", started.display())]);
    let before = files(&folder);
    let mut child = Command::new(env!("CARGO_BIN_EXE_porchlight"))
        .args(["render", "pkg", "--allow-exec"])
        .current_dir(scratch.path())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    while fs::read_to_string(&started).map_or(true, |pid| pid.trim().is_empty()) {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let interrupt =
        |signal: &str, pid: &str| Command::new("kill").args([signal, pid]).output().expect("kill runs").status;
    assert!(interrupt("-INT", &child.id().to_string()).success());
    assert_eq!(child.wait().expect("it ends").signal(), Some(2), "a shell shows 130");
    let function = fs::read_to_string(&started).expect("the function's number");
    // Killed at the same moment; it leaves the table as soon as it is collected.
    while interrupt("-0", function.trim()).success() && !zombie(function.trim()) {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert_eq!(differing(&before, &files(&folder)), Vec::<String>::new());
}

#[cfg(unix)]
fn zombie(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|status| status.contains(") Z "))
}
