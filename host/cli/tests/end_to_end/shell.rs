//! What people's shells get of the program: completions and manual pages.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::program::{installed, porchlight, text};

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = porchlight(scratch.path(), &["completions", shell]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        for word in ["render", "provenance", "kpt-compat"] {
            assert!(text(&output.stdout).contains(word), "{shell} does not know `{word}`");
        }
    }
    let output = porchlight(scratch.path(), &["completions", "cmd"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("bash"), "{}", text(&output.stderr));
}

#[test]
fn bash_accepts_its_script_and_completes_a_command() {
    if !installed("bash") {
        return;
    }
    let scratch = tempfile::tempdir().expect("scratch folder");
    let script = porchlight(scratch.path(), &["completions", "bash"]).stdout;
    let asks = "\nCOMP_WORDS=(porchlight rend); COMP_CWORD=1; _porchlight porchlight rend porchlight; echo \"${COMPREPLY[@]}\"\n";
    let mut bash = Command::new("bash")
        .args(["--norc", "-s"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("bash starts");
    let mut input = bash.stdin.take().expect("its input");
    input.write_all(&[&script[..], asks.as_bytes()].concat()).expect("bash reads");
    drop(input);
    let output = bash.wait_with_output().expect("bash ends");
    assert_eq!(text(&output.stdout).trim(), "render");
}

#[test]
fn every_command_has_a_manual_page() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let output = porchlight(scratch.path(), &["man"]);
    assert!(text(&output.stdout).contains(".TH porchlight 1"), "{}", text(&output.stdout));
    let output = porchlight(scratch.path(), &["man", "-o", "pages"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for (page, part) in [
        ("porchlight.1", "porchlight\\-render"),
        ("porchlight-render.1", "results\\-dir"),
        ("porchlight-fn-eval.1", "match\\-kind"),
        ("porchlight-provenance-verify.1", "STATEMENT"),
    ] {
        let roff = fs::read_to_string(scratch.path().join("pages").join(page)).expect(page);
        assert!(roff.contains(part), "no `{part}` in {page}:\n{roff}");
    }
    let output = porchlight(scratch.path(), &["man", "-o", "/proc/no/such"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("cannot write `/proc/no/such`"), "{}", text(&output.stderr));
}

/// Runs a command whose reader goes away before it has written anything.
fn unread(folder: &Path, arguments: &[&str]) -> Output {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_porchlight"));
    command.current_dir(folder).args(arguments).stdout(writer);
    command.output().expect("porchlight starts")
}

#[test]
fn a_reader_that_has_seen_enough_changes_nothing() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    for arguments in [&["fn", "list"][..], &["man"], &["completions", "bash"], &["--help"], &["serve", "--help"]] {
        let output = unread(scratch.path(), arguments);
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{arguments:?}");
    }
    // What went wrong is told all the same.
    let wrong = "apiVersion: config.porch.kpt.dev/v1alpha1\nkind: PackageVariant\nmetadata: {name: a}\nspec: {}\n";
    fs::write(scratch.path().join("wrong.yaml"), wrong).expect("a file");
    assert_eq!(unread(scratch.path(), &["variant", "preview", "wrong.yaml"]).status.code(), Some(1));
}
