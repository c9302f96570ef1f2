//! The sample package of `testdata/kpt/demo`: what each function gets, and what is told, byte for byte as kpt.

use std::fs;
use std::path::{Path, PathBuf};

use porchlight_package::Compat;
use porchlight_pipeline::{RenderOptions, TextReporter, render};

use crate::support::{self, Functions, Package};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/kpt/demo")
}

fn check(compat: Compat, suffix: &str) {
    let package = Package::copy_of("demo", &samples().join("input"));
    let recorder = Functions::default();
    let mut reporter = TextReporter::new(Vec::new(), compat, true);
    let options = RenderOptions { allow_exec: true, ..RenderOptions::default() };
    let outcome = render(&package.open(compat), &recorder, &mut reporter, &options);

    outcome.rendered.unwrap();
    assert_eq!((outcome.functions, outcome.packages), (4, 2));
    let directory = samples().join(format!("stdin-{suffix}"));
    let recorded = recorder.inputs();
    assert_eq!(recorded.len(), 4);
    for (command, input) in recorded {
        let file = directory.join(command.strip_prefix("capture-fn ").unwrap());
        let expected = fs::read_to_string(file).unwrap().replace("/abs/demo", package.path());
        assert_eq!(input, expected, "{command} ({suffix})");
    }

    let console = String::from_utf8(reporter.into_inner()).unwrap();
    let sample = fs::read_to_string(samples().join(format!("console-{suffix}.txt"))).unwrap();
    let (_, sample) = sample.split_once("[stderr]\n").unwrap();
    let sample: String = sample.split_inclusive('\n').take_while(|line| !line.starts_with("Successfully")).collect();
    assert_eq!(support::without_times(&console), sample);

    let results = fs::read_to_string(samples().join(format!("results-{suffix}.yaml"))).unwrap();
    assert_eq!(outcome.results.to_yaml(compat), results);
}

#[test]
fn demo_beta56() {
    check(Compat::Beta56, "beta56");
}

#[test]
fn demo_latest() {
    check(Compat::Latest, "head");
}
