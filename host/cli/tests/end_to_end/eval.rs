//! `fn eval`, `fn source` and `fn sink`, beside kpt where it is installed. What kpt does case by case is recorded in
//! `testdata/cases/5.2-eval` and `5.3-source-and-sink`; here are whole packages, pipes and refusals.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use crate::corpus::packages;
use crate::program::{copy, differing, digests, files, installed, path, porchlight, repository, text};

const EXAMPLE: [(&str, &str); 4] = [
    ("Kptfile", "# about\napiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: d # name\n"),
    (
        "a.yaml",
        "# head\napiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {x: y}}\nspec: # spec\n  n:   1\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: b\n",
    ),
    ("b.json", "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"j\"}}\n"),
    (
        "sub/c.yaml",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: c\n  namespace: n\nspec:\n  ports:\n    - port: 80\n",
    ),
];

/// Both programs on the same files: what they print and leave behind.
struct Sides {
    scratch: tempfile::TempDir,
}

impl Sides {
    fn new() -> Self {
        let scratch = tempfile::tempdir().expect("scratch folder");
        for side in ["ours", "theirs"] {
            for (name, content) in EXAMPLE {
                let file = scratch.path().join(side).join("d").join(name);
                fs::create_dir_all(file.parent().expect("a folder")).expect("scratch folder");
                fs::write(file, content).expect("a file");
            }
        }
        Self { scratch }
    }

    fn folder(&self, side: &str) -> PathBuf {
        self.scratch.path().join(side)
    }
}

/// `program fn …` in `folder` with `stdin`.
fn run(program: &str, folder: &Path, arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(program)
        .arg("fn")
        .args(arguments)
        .current_dir(folder)
        .env("PATH", path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its arguments reads nothing.
    drop(child.stdin.take().expect("a pipe").write_all(stdin));
    child.wait_with_output().expect("the program ends")
}

fn ours(folder: &Path, arguments: &[&str], stdin: &[u8]) -> Output {
    run(env!("CARGO_BIN_EXE_porchlight"), folder, arguments, stdin)
}

/// What is printed without how long it took.
fn told(stderr: &[u8]) -> String {
    let line = |line: &str| match line.rsplit_once(" in ") {
        Some((before, _)) if line.starts_with("[PASS]") || line.starts_with("[FAIL]") => format!("{before} in T\n"),
        _ => format!("{}\n", line.trim_end()),
    };
    text(stderr).lines().filter(|line| !line.starts_with("code: ") && !line.starts_with("hint: ")).map(line).collect()
}

#[track_caller]
fn same(arguments: &[&str], stdin: &[u8]) {
    let sides = Sides::new();
    let compat = ["--kpt-compat", "beta.56"];
    let own: Vec<&str> = match arguments {
        ["eval", rest @ ..] => ["eval"].iter().chain(&compat).chain(rest).copied().collect(),
        other => other.to_vec(),
    };
    let our = ours(&sides.folder("ours"), &own, stdin);
    let their = run("kpt", &sides.folder("theirs"), arguments, stdin);
    assert_eq!(text(&our.stdout), text(&their.stdout), "{arguments:?}: stdout");
    let sides_alike = |told: String| told.replace("/ours/", "/side/").replace("/theirs/", "/side/");
    assert_eq!(sides_alike(told(&our.stderr)), sides_alike(told(&their.stderr)), "{arguments:?}: stderr");
    // kpt fails with 1 only; we tell wrong use (2) from failures.
    assert_eq!(our.status.success(), their.status.success(), "{arguments:?}: exit class");
    let trees = [files(&sides.folder("ours")), files(&sides.folder("theirs"))];
    assert_eq!(differing(&trees[0], &trees[1]), Vec::<String>::new(), "{arguments:?}: files");
}

#[test]
fn calls_equal_those_of_kpt() {
    if !installed("kpt") {
        return;
    }
    let edit = "sed -e 's/n: 1/n: 2/'";
    let fails = "sh -c 'cat; echo oops >&2; exit 3'";
    let list = ours(&Sides::new().folder("ours"), &["source", "d"], b"").stdout;
    let documents = EXAMPLE[1].1.as_bytes();
    for arguments in [
        &["eval", "d", "--exec", edit] as &[&str],
        &["eval", "d", "--exec", edit, "--results-dir", "r"],
        &["eval", "d", "--exec", fails, "--results-dir", "r"],
        &["eval", "d", "--exec", edit, "-o", "stdout"],
        &["eval", "d", "--exec", edit, "-o", "unwrap"],
        &["eval", "d", "--exec", edit, "-o", "new/folder"],
        &["eval", "d", "--exec", edit, "-o", "d"],
        &["eval", "d", "--exec", edit, "--match-kind", "Pod", "--exclude-name", "b"],
        &["eval", "d", "--exec", edit, "--match-labels", "x=y", "--match-api-version", "v1"],
        &["eval", "d", "--exec", edit, "--exclude-namespace", "n"],
        &["eval", "d", "--exec", edit, "--match-annotations", "config.kubernetes.io/index=1"],
        &["eval", "d", "--exec", "tee seen", "--", "Kind", "b=x y", "a=1"],
        &["eval", "d", "--exec", "tee seen", "--fn-config", "d/sub/c.yaml"],
        &["eval", "d", "--exec", "cat", "--fn-config", "d/a.yaml"],
        &["eval", "d", "--exec", "cat", "--fn-config", "nowhere.yaml"],
        &["eval", "d", "--exec", "cat", "--fn-config", "d/a.yaml", "--", "a=1"],
        &["eval", "d", "--exec", "cat", "--", "a=1", "b"],
        &["eval", "d", "--exec", "cat", "--env", "A=b"],
        &["eval", "d", "--exec", "cat", "-s"],
        &["eval", "d", "--exec", "cat", "-s", "-t", "other"],
        &["eval", "d", "--exec", "cat", "-s", "-t", "mutator", "--match-kind", "Pod", "--", "y=yes", "a=1"],
        &["eval", "d", "--exec", "cat", "-s", "-t", "validator", "-o", "unwrap"],
        &["eval", "d", "--exec", "cat", "-s", "-t", "validator", "--fn-config", "d/sub/c.yaml"],
        &["eval", "d/sub", "--exec", "cat", "-s", "-t", "mutator"],
        &["eval", "d/a.yaml", "--exec", edit],
        &["eval", "d"],
        &["source", "d"],
        &["source", "d", "-o", "unwrap"],
        &["source", "d", "-o", "other"],
        &["source", "d/b.json", "-o", "unwrap"],
        &["source", "d", "--fn-config", "d/sub/c.yaml"],
        &["sink", "new"],
        &["sink", "d"],
    ] {
        same(arguments, b"");
    }
    for stdin in [list.as_slice(), documents, b""] {
        same(&["eval", "-", "--exec", edit], stdin);
        same(&["eval", "-", "--exec", edit, "-o", "unwrap"], stdin);
        same(&["eval", "-", "--exec", edit, "-o", "new"], stdin);
        same(&["sink", "new/folder"], stdin);
    }
}

fn recorded(package: &str) -> PathBuf {
    repository().join("testdata/kpt/source").join(format!("{}.sha256", package.replace('/', "_")))
}

/// The list that `source` prints and the files that `sink` makes of it, as digests.
fn pipe(program: &str, scratch: &Path) -> String {
    let list = run(program, scratch, &["source", "package"], b"");
    assert!(list.status.success(), "{program}: {}", text(&list.stderr));
    let sink = run(program, scratch, &["sink", "sunk"], &list.stdout);
    assert!(sink.status.success(), "{program}: {}", text(&sink.stderr));
    let mut made = files(&scratch.join("sunk"));
    made.insert("(list)".to_owned(), list.stdout);
    fs::remove_dir_all(scratch.join("sunk")).expect("removed");
    digests(&made)
}

#[test]
fn source_and_sink_of_real_packages_equal_kpt_byte_for_byte() {
    let mut problems = Vec::new();
    for (name, source) in packages() {
        let scratch = tempfile::tempdir().expect("scratch folder");
        copy(&source, &scratch.path().join("package"));
        let our = pipe(env!("CARGO_BIN_EXE_porchlight"), scratch.path());
        if installed("kpt") {
            let their = pipe("kpt", scratch.path());
            if our != their {
                problems.push(format!("{name}: other than kpt"));
            }
            if env::var_os("UPDATE").is_some() {
                fs::create_dir_all(recorded(&name).parent().expect("a folder")).expect("testdata folder");
                fs::write(recorded(&name), their).expect("recorded digests");
            }
        }
        if fs::read_to_string(recorded(&name)).ok() != Some(our) {
            problems.push(format!("{name}: other than recorded from kpt (UPDATE=1 with kpt installed records anew)"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Everything said must be in stderr, nothing printed, and no file may change.
fn refused(arguments: &[&str], stdin: &[u8], exit_code: i32, said: &[&str]) {
    let sides = Sides::new();
    let folder = sides.folder("ours");
    let before = files(&folder);
    let output = ours(&folder, arguments, stdin);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(exit_code), "{arguments:?}: {stderr}");
    for part in said {
        assert!(stderr.contains(part), "{arguments:?}: no `{part}` in:\n{stderr}");
    }
    assert!(!stderr.contains("panicked"), "{arguments:?}: {stderr}");
    assert!(output.stdout.is_empty(), "{arguments:?}: {}", text(&output.stdout));
    assert_eq!(differing(&before, &files(&folder)), Vec::<String>::new(), "{arguments:?}: a file changed");
}

#[test]
fn what_cannot_be_done_changes_nothing() {
    let nothing = "sh -c 'echo apiVersion: v1; echo kind: ResourceList; echo items: []'";
    let outside = "sed -e s|a.yaml|../a.yaml|";
    refused(&["eval", "d", "--exec", nothing], b"", 1, &["no resources", "--allow-empty"]);
    refused(&["eval", "d", "--exec", "true"], b"", 1, &["printed nothing"]);
    refused(&["eval", "d", "--exec", outside], b"", 1, &["resources outside of package", "../a.yaml"]);
    refused(&["eval", "d", "--exec", "nowhere-to-be-found"], b"", 1, &["nowhere-to-be-found"]);
    refused(&["eval", "d", "--exec", "cat 'a"], b"", 2, &["must be valid", "closing quote"]);
    refused(&["eval", "d", "--exec", "cat", "--image", "x"], b"", 2, &["--image"]);
    refused(&["eval", "d", "--image", "Foo:bar:baz"], b"", 1, &["Foo:bar:baz"]);
    refused(&["eval", "d", "--image", "example.com/none:v1"], b"", 1, &["example.com/none:v1"]);
    refused(&["eval", "d", "--exec", "cat", "--match-labels", "x"], b"", 2, &["--match-labels", "key=value"]);
    refused(&["eval", "nowhere", "--exec", "cat"], b"", 1, &["nowhere", "no such file or directory"]);
    refused(&["eval", "-", "--exec", "cat"], b"a: b: c", 1, &["stdin", "line 1"]);
    refused(&["eval", "-", "--exec", "cat"], b"text", 1, &["stdin", "line 1"]);
    refused(&["eval", "-", "--exec", "cat"], b"kind: List\nitems: [a]", 1, &["items[0] must be an object", "line 2"]);
    refused(&["eval", "-", "--exec", "cat"], b"kind: List\nitems: text", 1, &["items", "text"]);
    refused(&["source", "nowhere"], b"", 1, &["nowhere", "no such file or directory"]);
    refused(&["source", "d", "--fn-config", "d/a.yaml"], b"", 1, &["expected exactly 1 functionConfig, found 2"]);
    refused(&["sink", "new"], b"a: b: c", 1, &["stdin", "line 1"]);
    refused(&["sink", "new"], b"\xff", 1, &["stdin", "not UTF-8"]);
    let outside = b"apiVersion: v1\nkind: A\nmetadata: {name: a, annotations: {config.kubernetes.io/path: ../a.yaml}}";
    refused(&["sink", "new"], outside, 1, &["must be written under package", "../a.yaml"]);
}

#[test]
fn a_kptfile_that_cannot_take_the_function_is_told_before_anything_runs() {
    let sides = Sides::new();
    let folder = sides.folder("ours");
    fs::write(folder.join("d/Kptfile"), "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata: {name: d}\npipelines: {}\n")
        .expect("a Kptfile");
    let before = files(&folder);
    let output = ours(&folder, &["eval", "d", "--exec", "touch ran", "-s", "-t", "mutator"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("pipelines"), "{}", text(&output.stderr));
    assert_eq!(differing(&before, &files(&folder)), Vec::<String>::new());
}

#[test]
fn an_empty_list_deletes_only_with_consent_and_never_the_kptfile() {
    let sides = Sides::new();
    let folder = sides.folder("ours");
    let nothing = "sh -c 'echo apiVersion: v1; echo kind: ResourceList; echo items: []'";
    let output = porchlight(&folder, &["fn", "eval", "d", "--exec", nothing, "--allow-empty"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(files(&folder).into_keys().collect::<Vec<_>>(), ["d/Kptfile"]);
}

#[test]
fn the_current_kpt_keeps_the_config_out_of_what_the_function_gets() {
    let sides = Sides::new();
    let folder = sides.folder("ours");
    let arguments = ["fn", "eval", "d", "--exec", "tee seen", "--fn-config", "d/sub/c.yaml"];
    assert!(porchlight(&folder, &arguments).status.success());
    let seen = fs::read_to_string(folder.join("seen")).expect("what the function got");
    assert_eq!(seen.matches("kind: Service").count(), 1, "once, as functionConfig:\n{seen}");
    assert_eq!(fs::read_to_string(folder.join("d/sub/c.yaml")).expect("still there"), EXAMPLE[3].1);
}

#[test]
fn our_functions_run_by_image_on_a_pipe() {
    let sides = Sides::new();
    let folder = sides.folder("ours");
    let list = ours(&folder, &["source", "d"], b"").stdout;
    let image = ["eval", "-", "--image", "ghcr.io/porchlight/decompose-intent:v0.1.0"];
    let output = ours(&folder, &image, &list);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), text(&list), "without an intent nothing changes");
}
