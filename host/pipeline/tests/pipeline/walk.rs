//! The walk over packages (kpt-render §2.2, §2.4).

use std::sync::Mutex;

use porchlight_krm::Code;
use porchlight_package::{Compat, FunctionRef};
use porchlight_pipeline::{PrepareContext, Prepared, Problem, RenderOptions, Runtime, RuntimeError, Silent, render};

use crate::support::{Functions, Package, has_one_processor};

fn kptfile(name: &str, functions: &[&str]) -> String {
    let mut text = format!("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: {name}\n");
    if !functions.is_empty() {
        text += "pipeline:\n  mutators:\n";
    }
    for function in functions {
        text += &format!("  - exec: {function}\n");
    }
    text
}

fn nested() -> Package {
    let package = Package::new("root");
    for path in ["", "a/", "a/x/", "a-b/", "b/"] {
        let name = if path.is_empty() { "root" } else { path.trim_end_matches('/').rsplit('/').next().unwrap() };
        package.write(&format!("{path}Kptfile"), &kptfile(name, &[&format!("f-{name}")]));
    }
    package
}

/// Names of the resources each function got.
fn order(compat: Compat) -> Vec<String> {
    let functions = Functions::default();
    nested().render(compat, &functions).0.rendered.unwrap();
    let names =
        |input: &str| input.lines().filter_map(|line| line.strip_prefix("    name: ")).collect::<Vec<_>>().join(" ");
    functions.inputs().iter().map(|(function, input)| format!("{function}: {}", names(input))).collect()
}

#[test]
fn subpackages_come_first_and_belong_to_their_parents() {
    assert_eq!(order(Compat::Beta56), ["f-x: x", "f-a: x a", "f-a-b: a-b", "f-b: b", "f-root: x a a-b b root"]);
    assert_eq!(order(Compat::Latest), ["f-x: x", "f-a: a x", "f-a-b: a-b", "f-b: b", "f-root: root a x a-b b"]);
}

#[test]
fn every_package_is_told_with_its_name() {
    let (outcome, printed) = nested().render(Compat::Latest, &Functions::default());
    assert_eq!((outcome.functions, outcome.packages), (5, 5));
    assert!(
        printed
            .starts_with("Package \"root/a/x\":\n[RUNNING] \"f-x\" on package \"root/a/x\"\n[PASS] \"f-x\" in <T>\n\n")
    );
}

#[test]
fn names_of_packages_leave_out_directories_between() {
    let package = Package::with("root", &[("Kptfile", &kptfile("root", &[])), ("d/e/Kptfile", &kptfile("e", &["f"]))]);
    let (_, printed) = package.render(Compat::Latest, &Functions::default());
    assert!(printed.contains("Package \"root/e\":\n[RUNNING] \"f\" on package \"root/e\"\n"), "{printed}");
}

#[test]
fn a_failing_subpackage_ends_it_all() {
    let functions = Functions::printing("f-a", |_| String::new());
    let (outcome, printed) = nested().render(Compat::Beta56, &functions);
    let error = outcome.rendered.unwrap_err();
    assert_eq!((error.package.as_str(), error.function.as_deref()), ("root/a", Some("f-a")));
    assert!(!printed.contains("f-root"));
    let ran: Vec<i32> = outcome.results.items.iter().map(|item| item.exit_code).collect();
    assert_eq!((ran, outcome.results.exit_code()), (vec![0, 1], 1));
}

#[test]
fn a_broken_subpackage_is_met_when_it_is_reached() {
    let package = nested();
    package.write("b/Kptfile", &kptfile("b", &["x"]).replace("exec: x", "configPath: a.yaml"));
    let (outcome, printed) = package.render(Compat::Beta56, &Functions::default());
    let error = outcome.rendered.unwrap_err();
    assert_eq!(error.problem.code(), Some(Code::KptfileInvalid));
    assert!(matches!(*error.problem, Problem::Invalid(_)), "{error}");
    assert!(printed.contains("[PASS] \"f-a-b\""), "its siblings ran: {printed}");
}

#[test]
fn files_must_hold_kubernetes_objects_with_and_without_functions() {
    for functions in [&[][..], &["f"]] {
        let files = [("Kptfile", &*kptfile("p", functions)), ("values.yaml", "replicas: 1\n")];
        let (outcome, printed) = Package::with("p", &files).render(Compat::Beta56, &Functions::default());
        let error = outcome.rendered.unwrap_err();
        let expected =
            "input resource list must contain only KRM resources: values.yaml: resource must have `apiVersion`";
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.problem.code(), Some(Code::ResourcelistInvalid));
        assert_eq!(printed.contains("[FAIL]"), !functions.is_empty());
    }
}

#[test]
fn programs_need_permission() {
    let functions = Functions::default();
    let (outcome, printed) = nested().render_with(Compat::Beta56, &functions, &RenderOptions::default());
    let error = outcome.rendered.unwrap_err();
    assert_eq!(error.to_string(), "must run with `--allow-exec` option to allow running function binaries");
    assert!(functions.inputs().is_empty() && !printed.contains("RUNNING"));
}

/// Knows only functions called `known…`.
struct Knowing(Functions);

impl Runtime for Knowing {
    fn prepare(&self, function: &FunctionRef, context: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError> {
        assert!(context.package_directory.is_absolute());
        if function.exec.starts_with("known") {
            return self.0.prepare(function, context);
        }
        Err(RuntimeError::new(Code::FnUnknown, format!("no function `{}`", function.exec)))
    }
}

#[test]
fn mutators_are_all_found_before_one_runs_and_validators_one_by_one() {
    let options = RenderOptions { allow_exec: true, ..RenderOptions::default() };
    for (list, runs) in [("mutators", 0), ("validators", 1)] {
        let kptfile = kptfile("p", &["known", "unknown"]).replace("mutators", list);
        let runtime = Knowing(Functions::default());
        let tree = Package::with("p", &[("Kptfile", &kptfile)]);
        let outcome = render(&tree.open(Compat::Latest), &runtime, &mut Silent, &options);
        let error = outcome.rendered.unwrap_err();
        assert_eq!(error.to_string(), "no function `unknown`");
        assert_eq!(error.problem.code(), Some(Code::FnUnknown));
        assert_eq!(error.function.as_deref(), Some("unknown"));
        assert_eq!(runtime.0.inputs().len(), runs, "{list}");
    }
}

/// Notes what functions it is told of.
#[derive(Default)]
struct Told(Functions, Mutex<Vec<String>>);

impl Runtime for Told {
    fn prepare(&self, function: &FunctionRef, context: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError> {
        self.0.prepare(function, context)
    }

    fn expect(&self, function: &FunctionRef) {
        self.1.lock().unwrap().push(function.exec.clone());
    }
}

#[test]
fn a_runtime_is_told_once_of_every_function_of_a_tree() {
    if has_one_processor() {
        return;
    }
    let package = Package::with("p", &[("Kptfile", &kptfile("p", &["f", "g", "f"]))]);
    package.write("sub/Kptfile", &kptfile("sub", &["h", "f"]));
    let runtime = Told::default();
    let options = RenderOptions { allow_exec: true, ..RenderOptions::default() };
    render(&package.open(Compat::Latest), &runtime, &mut Silent, &options).rendered.unwrap();
    let mut told = runtime.1.into_inner().unwrap();
    told.sort();
    assert_eq!(told, ["f", "g", "h"]);
}

#[test]
fn thousands_of_resources_are_merged_in_linear_time() {
    let package = Package::with("p", &[("Kptfile", &kptfile("p", &["f\n    selectors: [{kind: A}]"]))]);
    let object = |n: usize| format!("apiVersion: v1\nkind: {}\nmetadata:\n  name: n{n}\n---\n", ["A", "B"][n % 2]);
    package.write("all.yaml", &(0..6000).map(object).collect::<String>());
    let (outcome, _) = package.render(Compat::Beta56, &Functions::default());
    let resources = outcome.rendered.unwrap().resources;
    assert_eq!(resources.len(), 6001);
    assert!((0..6000).all(|n| resources[n + 1].name() == format!("n{n}")));
}
