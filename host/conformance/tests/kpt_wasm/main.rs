//! The functions as modules for kpt's own WebAssembly runtimes (`scripts/build-kpt-wasm --tests`): what the modules are, that
//! they answer as the native functions do, how they fail, and how the real kpt takes all that.
//!
//! `host.mjs` plays both of kpt's hosts in node; kpt itself is run where it is installed. What is not there is skipped,
//! visibly.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

mod failures;
mod golden;
mod kpt;
mod limits;
mod modules;
mod registry;

use std::path::{Path, PathBuf};

use porchlight_conformance::Run;
use serde::Deserialize;

/// One of kpt's hosts, as `host.mjs` plays it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Host {
    Node,
    Wasmtime,
}

const HOSTS: [Host; 2] = [Host::Node, Host::Wasmtime];

/// How a run ended.
#[derive(Debug, Deserialize)]
struct Ended {
    stdout: String,
    stderr: String,
    exit: i32,
    /// What the host complains of; nothing for a module that keeps to the interface.
    log: Vec<String>,
    /// The trap that ended it, if one did.
    #[serde(default)]
    trap: Option<String>,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A module by its name, `tests/misbehave` among them; `None` where it is not built or there is no node to run it.
fn module(name: &str) -> Option<PathBuf> {
    if !installed("node") {
        return None;
    }
    let module = repository().join(format!("target/kpt-modules/{name}.wasm"));
    if !module.exists() {
        println!("skipped: no {name}.wasm (scripts/build-kpt-wasm --tests)");
        return None;
    }
    Some(module)
}

/// The functions, from the list of those that are embedded.
fn functions() -> Vec<String> {
    let list = std::fs::read_to_string(repository().join("host/embedded/functions.txt")).unwrap();
    list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// Whether a program is there; if not, says so.
fn installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !there {
        println!("skipped: no {program}");
    }
    there
}

/// Runs a module on ResourceLists, a fresh instance each.
fn run(host: Host, module: &Path, inputs: &[PathBuf]) -> Vec<Ended> {
    let name = match host {
        Host::Node => "node",
        Host::Wasmtime => "wasmtime",
    };
    let inputs: String = inputs.iter().map(|path| format!("{}\n", path.display())).collect();
    let ended: Vec<Ended> = script(&[name, &module.display().to_string()], inputs)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!ended.is_empty());
    ended
}

/// What `host.mjs` prints.
fn script(arguments: &[&str], stdin: String) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kpt_wasm/host.mjs");
    let run =
        Run::new(Path::new("node"), &repository()).arguments([script]).arguments(arguments).stdin(stdin.into_bytes());
    let finished = run.finish().unwrap();
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    finished.stdout
}
