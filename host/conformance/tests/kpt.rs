//! Our cases and kpt's own, run with the real kpt and with Porchlight. What is not there is skipped, visibly.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

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

/// The stand-ins as modules, each under its own name beside a map; `None` where they are not built.
fn modules(folder: &Path) -> Option<FunctionMap> {
    let module = built().join("../wasm32-wasip1/release/stand-in.wasm");
    if !module.exists() {
        println!("skipped: no modules (cargo build --release --target wasm32-wasip1 -p porchlight-stand-ins)");
        return None;
    }
    let map = std::fs::read_to_string(repository().join("testdata/stand-ins/functions.yaml")).unwrap();
    let mut lines = Vec::new();
    for line in map.lines() {
        let name = line.split_once("exec: stand-in ").map(|(_, name)| name);
        if let Some(name) = name {
            std::fs::copy(&module, folder.join(format!("{name}.wasm"))).unwrap();
        }
        lines.push(name.map_or_else(|| line.to_owned(), |name| format!("    wasm: {name}.wasm")));
    }
    let file = folder.join("functions.yaml");
    std::fs::write(&file, lines.join("\n")).unwrap();
    Some(FunctionMap::read(&file).unwrap())
}

/// Runs a suite; `None` where program or stand-ins are not there.
fn suite(folder: PathBuf, program: &str) -> Option<Summary> {
    suite_with(folder, program, functions()?)
}

fn suite_with(folder: PathBuf, program: &str, functions: FunctionMap) -> Option<Summary> {
    let Ok(program) = Program::find(program) else {
        println!("skipped: no `{program}`");
        return None;
    };
    let mut options = Options::new(folder, program);
    options.functions = functions;
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

/// How many cases were skipped for a reason that begins so.
fn skipped_for(summary: &Summary, why: &str) -> usize {
    let is_it = |verdict: &Verdict| matches!(verdict, Verdict::Skip { reason } if reason.starts_with(why));
    summary.cases.iter().filter(|outcome| is_it(&outcome.verdict)).count()
}

fn porchlight() -> String {
    built().join("porchlight").display().to_string()
}

#[test]
fn kpt_does_what_our_cases_say() {
    if let Some(summary) = suite(repository().join("testdata/cases"), "kpt") {
        assert!(summary.is_success());
        // Cases of the other profile are skipped, and only those.
        assert_eq!(skipped_for(&summary, "shows profile "), summary.skipped);
    }
}

#[test]
fn porchlight_does_what_our_cases_say() {
    if let Some(summary) = suite(repository().join("testdata/cases"), &porchlight()) {
        assert!(summary.is_success());
        assert_eq!(skipped_for(&summary, "deliberately different: "), summary.skipped);
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

#[test]
fn porchlight_does_the_same_with_modules() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let Some(functions) = modules(folder.path()) else { return };
    if let Some(summary) = suite_with(corpus, &porchlight(), functions) {
        assert!(summary.is_success());
        assert_eq!((summary.passed, summary.skipped), (24, 0));
    }
}
