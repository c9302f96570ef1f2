//! Our cases and kpt's own, run with the real kpt and with Porchlight. What is not there is skipped, visibly.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use porchlight_conformance::{FunctionMap, Options, Program, Summary, Verdict, run};

/// kpt's own cases that the kpt of profile beta.56 cannot pass: they show the current one.
const ABOUT_LATEST: [&str; 3] = ["exec-function-stderr", "fnconfig-cannot-refer-subpkgs", "out-of-place-stdout"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where cargo puts programs: the folder above that of this test.
fn built() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(Path::parent).unwrap().to_owned()
}

fn functions() -> Option<FunctionMap> {
    if !built().join("stand-in").exists() {
        println!("skipped: no stand-ins (cargo build -p porchlight-stand-ins)");
        return None;
    }
    let mut functions = FunctionMap::read(&repository().join("testdata/stand-ins/functions.yaml")).unwrap();
    functions.search.push(built());
    Some(functions)
}

/// Runs a suite; `None` where program or stand-ins are not there.
fn suite(folder: PathBuf, program: &str) -> Option<Summary> {
    let Ok(program) = Program::find(program) else {
        println!("skipped: no `{program}`");
        return None;
    };
    let mut options = Options::new(folder, program);
    options.functions = functions()?;
    let mut report = Vec::new();
    let summary = run(&options, &mut report).unwrap();
    println!("{}", String::from_utf8_lossy(&report));
    Some(summary)
}

fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("PORCHLIGHT_CORPUS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| repository().join("../shared/corpus")).join("kpt-e2e");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no corpus");
    None
}

fn failed(summary: &Summary) -> Vec<&str> {
    let failed = summary.cases.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Fail { .. }));
    failed.map(|outcome| outcome.case.as_str()).collect()
}

fn porchlight() -> String {
    built().join("porchlight").display().to_string()
}

/// Cases that Porchlight is known not to pass yet, with what is missing.
fn pending() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(repository().join("testdata/cases/pending.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(": ")).map(|(case, why)| (case.to_owned(), why.to_owned())).collect()
}

#[test]
fn kpt_does_what_our_cases_say() {
    if let Some(summary) = suite(repository().join("testdata/cases"), "kpt") {
        assert!(summary.is_success());
        assert_eq!(summary.skipped, 0);
    }
}

#[test]
fn porchlight_does_what_our_cases_say() {
    if let Some(summary) = suite(repository().join("testdata/cases"), &porchlight()) {
        let pending: Vec<String> = pending().into_keys().collect();
        assert_eq!(
            failed(&summary),
            pending,
            "testdata/cases/pending.txt lists what is known to fail, and nothing else"
        );
    }
}

#[test]
fn kpt_does_what_its_own_cases_say() {
    let Some(corpus) = corpus() else { return };
    if let Some(summary) = suite(corpus, "kpt") {
        let about_latest: &[&str] = if summary.program.contains("beta.56") { &ABOUT_LATEST } else { &[] };
        assert_eq!(failed(&summary), about_latest);
        assert_eq!(summary.skipped, 0);
    }
}

#[test]
fn porchlight_does_what_the_cases_of_kpt_say() {
    let Some(corpus) = corpus() else { return };
    if let Some(summary) = suite(corpus, &porchlight()) {
        assert!(summary.is_success());
        assert_eq!((summary.passed, summary.skipped), (24, 0));
    }
}
