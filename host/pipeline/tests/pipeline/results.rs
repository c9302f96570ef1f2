//! Structured results: the samples of `testdata/kpt/results`, and the rules of kpt-render §3.

use std::fs;
use std::path::Path;

use porchlight_package::Compat;
use porchlight_pipeline::{Problem, RunOutput};

use crate::support::{Functions, Package};

const RESULTS: &str = r#"results:
- message: all good
- message: check the port
  severity: warning
  resourceRef: {apiVersion: v1, kind: Service, name: web, namespace: prod}
  field: {path: 'spec.ports[0].port', currentValue: 80, proposedValue: 8080}
  file: {path: svc.yaml, index: 1}
  tags: {rule: R1}
- message: "two\nlines"
  severity: error
- message: legacy form
  severity: error
  resourceRef:
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: prod}
  field: {path: spec.type, suggestedValue: ClusterIP}
- message: fifth
  severity: info
"#;

const STDERR: &str = "first stderr line\nsecond \"quoted\" line\nthird\nfourth\nfifth\n";

const KPTFILE: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: res\npipeline:\n  mutators:\n";

fn results_function(exit_code: i32) -> impl Fn(&str) -> RunOutput {
    move |input| RunOutput { stdout: format!("{input}{RESULTS}").into(), stderr: STDERR.into(), exit_code }
}

fn sample(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/kpt/results").join(name)).unwrap()
}

/// The lines of stderr of a console sample.
fn console(name: &str) -> String {
    let sample = sample(name);
    let (_, text) = sample.split_once("[stderr]\n").unwrap();
    let is_ours = |line: &&str| !line.starts_with("Successfully") && !line.starts_with("For complete");
    text.split_inclusive('\n').filter(is_ours).collect()
}

fn functions() -> Functions {
    Functions::default().and("results-fn 0", results_function(0)).and("results-fn 3", results_function(3))
}

#[test]
fn a_failing_function_is_reported_as_kpt_does() {
    for (compat, suffix) in [(Compat::Beta56, "beta56"), (Compat::Latest, "head")] {
        let kptfile = format!(
            "{KPTFILE}  - exec: results-fn 0\n  - exec: results-fn 3\n    name: failing\n  - exec: results-fn 0\n"
        );
        let (outcome, printed) = Package::with("res", &[("Kptfile", &kptfile)]).render(compat, &functions());
        assert_eq!(printed, console(&format!("console-fail-{suffix}.txt")));
        assert_eq!(outcome.results.to_yaml(compat), sample(&format!("results-fail-{suffix}.yaml")));
        let error = outcome.rendered.unwrap_err();
        assert!(matches!(*error.problem, Problem::Failed { exit_code: 3 }));
        assert_eq!(error.problem.code(), None);
        assert_eq!(outcome.functions, 1);
    }
}

#[test]
fn results_can_be_shown_whole() {
    for (compat, suffix) in [(Compat::Beta56, "beta56"), (Compat::Latest, "head")] {
        let kptfile = format!("{KPTFILE}  - exec: results-fn 0\n  - exec: results-fn 0\n");
        let package = Package::with("res", &[("Kptfile", &kptfile)]);
        let printed = package.render_untruncated(compat, &functions());
        assert_eq!(printed.trim_end(), console(&format!("console-ok-notruncate-{suffix}.txt")).trim_end());
    }
}

fn render_results(results: &str) -> (Result<(), String>, String) {
    let kptfile = format!("{KPTFILE}  - exec: f\n");
    let results = results.to_owned();
    let functions = Functions::printing("f", move |input| format!("{input}{results}"));
    let (outcome, _) = Package::with("res", &[("Kptfile", &kptfile)]).render(Compat::Latest, &functions);
    let yaml = outcome.results.to_yaml(Compat::Latest);
    (outcome.rendered.map(drop).map_err(|error| error.to_string()), yaml)
}

#[test]
fn severity_never_decides() {
    let (outcome, yaml) = render_results("results:\n- message: m\n  severity: error\n- severity: fatal\n");
    assert_eq!(outcome, Ok(()));
    assert!(yaml.contains("exitCode: 0\nitems:"), "{yaml}");
    assert!(yaml.contains("- severity: fatal"), "{yaml}");
}

#[test]
fn nothing_null_and_the_older_form_are_results() {
    for results in ["", "results:\n", "results: []\n", "results: {}\n"] {
        assert_eq!(render_results(results).0, Ok(()), "{results:?}");
    }
    let (outcome, yaml) = render_results("results:\n  metadata: {name: x}\n  items:\n  - message: m\n    unknown: 1\n");
    assert_eq!(outcome, Ok(()));
    assert!(yaml.contains("results:\n      - message: m\n"), "{yaml}");
}

#[test]
fn other_forms_are_refused() {
    for (results, problem) in [
        ("results: text\n", "!!str `text` into []v1.ResultItem"),
        ("results: {a: b}\n", "!!map into []v1.ResultItem"),
        ("results:\n- text\n", "!!str `text` into v1.ResultItem"),
        ("results:\n- message: {a: b}\n", "!!map into string"),
        ("results:\n- file: {index: x}\n", "!!str `x` into int"),
    ] {
        let message = render_results(results).0.unwrap_err();
        assert_eq!(message, format!("yaml: unmarshal errors:\n  line 1: cannot unmarshal {problem}"));
    }
}
