//! How the program comes to people: the installer, the step of the GitHub action, the hook of pre-commit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest, Sha256};

use crate::program::{copy, differing, files, installed, path, porchlight, repository, text};

fn script(name: &str, folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(repository().join("scripts").join(name));
    command.args(arguments).current_dir(folder).env("PATH", path()).envs(variables.iter().copied());
    command.output().expect("the script starts")
}

/// A folder as `scripts/release` makes it, with the program under test; `None` on machines without releases.
fn release(scratch: &Path) -> Option<PathBuf> {
    if !cfg!(target_os = "linux") || !["x86_64", "aarch64"].contains(&std::env::consts::ARCH) {
        println!("skipped: no releases for this machine");
        return None;
    }
    let folder = scratch.join("dist");
    fs::create_dir(&folder).expect("a folder");
    let archive = format!("porchlight-{}-unknown-linux-musl.tar.gz", std::env::consts::ARCH);
    let program = Path::new(env!("CARGO_BIN_EXE_porchlight"));
    let packed = Command::new("tar")
        .args(["--use-compress-program", "gzip -1", "-cf"])
        .arg(folder.join(&archive))
        .arg("-C")
        .arg(program.parent().expect("a folder"))
        .arg("porchlight")
        .status()
        .expect("tar starts");
    assert!(packed.success());
    let digest = Sha256::digest(fs::read(folder.join(&archive)).expect("an archive"));
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(folder.join("SHA256SUMS"), format!("{digest}  {archive}\n")).expect("checksums");
    Some(folder)
}

#[test]
fn the_installer_takes_what_the_checksums_say_or_nothing() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let Some(folder) = release(scratch.path()) else { return };
    let releases = folder.to_string_lossy().into_owned();
    let variables = [("PORCHLIGHT_RELEASES", releases.as_str())];

    let output = script("install", scratch.path(), &variables, &["bin"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), text(&porchlight(scratch.path(), &["--version"]).stdout));
    assert!(scratch.path().join("bin/porchlight").is_file());

    let sums = fs::read_to_string(folder.join("SHA256SUMS")).expect("checksums");
    for (sums, said) in [
        (
            sums.replacen(&sums[..4], if sums.starts_with("0000") { "1111" } else { "0000" }, 1),
            "is not what SHA256SUMS says",
        ),
        (String::new(), "is not what SHA256SUMS says"),
    ] {
        fs::write(folder.join("SHA256SUMS"), sums).expect("checksums");
        let output = script("install", scratch.path(), &variables, &["other"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
        assert!(!scratch.path().join("other").exists(), "nothing is installed");
    }

    if installed("curl") {
        // A port where nobody answers.
        let nowhere = [("PORCHLIGHT_RELEASES", "https://127.0.0.1:9"), ("PORCHLIGHT_VERSION", "v0.0.1")];
        let output = script("install", scratch.path(), &nowhere, &["other"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains("/download/v0.0.1/porchlight-"), "{}", text(&output.stderr));
        assert!(!scratch.path().join("other").exists(), "nothing is installed");
    }
}

/// A copy of a catalog package that was never rendered.
fn package(scratch: &Path) -> PathBuf {
    let folder = scratch.join("slice-embb");
    copy(&repository().join("catalog/slice-embb"), &folder);
    folder
}

#[test]
fn the_action_checks_or_renders_and_leaves_findings_for_the_code_host() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let folder = package(scratch.path());
    let before = files(&folder);
    let outputs = scratch.path().join("outputs");
    let outputs = outputs.to_string_lossy().into_owned();
    let act = |mode: &str, arguments: &str| {
        let variables = [
            ("PACKAGE", "slice-embb"),
            ("MODE", mode),
            ("ARGUMENTS", arguments),
            ("RESULTS", "results"),
            ("GITHUB_OUTPUT", outputs.as_str()),
        ];
        script("action-render", scratch.path(), &variables, &[])
    };

    let output = act("check", "");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert_eq!(differing(&before, &files(&folder)), Vec::<String>::new(), "a check changes nothing");

    let output = act("render", "--kpt-compat beta.56");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!differing(&before, &files(&folder)).is_empty());
    let output = act("check", "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(scratch.path().join("results/results.sarif").is_file());
    let told = fs::read_to_string(&outputs).expect("outputs of the step");
    assert!(told.lines().all(|line| line == "sarif=results/results.sarif") && !told.is_empty(), "{told}");

    let output = act("chekc", "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).starts_with("::error::mode must be"), "{}", text(&output.stdout));
}

#[test]
fn the_hook_fails_where_a_render_would_change_a_file() {
    let hooks = fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).expect("hooks");
    let entries: Vec<&str> = hooks.lines().filter_map(|line| line.trim().strip_prefix("entry: porchlight ")).collect();
    let &[check, render] = entries.as_slice() else { panic!("two hooks: {entries:?}") };
    let scratch = tempfile::tempdir().expect("scratch folder");
    let folder = package(scratch.path());
    let run = |entry: &str| porchlight(&folder, &entry.split(' ').collect::<Vec<_>>()).status.code();
    assert_eq!(run(check), Some(1));
    assert_eq!(run(render), Some(0));
    assert_eq!(run(check), Some(0));
}
