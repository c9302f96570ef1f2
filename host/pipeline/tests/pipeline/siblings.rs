//! Subpackages that are rendered at the same time: nothing tells them from those that are rendered one by one.

use porchlight_package::{Compat, FunctionRef};
use porchlight_pipeline::{PrepareContext, Prepared, RunOutput, Runtime, RuntimeError};
use proptest::prelude::*;

use crate::support::{Functions, Meeting, Package, has_one_processor, seen};

/// Functions that may run at the same time.
struct Sandboxed(Functions);

impl Runtime for Sandboxed {
    fn prepare(&self, function: &FunctionRef, context: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError> {
        if function.exec == "missing" {
            return Err(RuntimeError::new(porchlight_krm::Code::FnUnknown, "no such function"));
        }
        self.0.prepare(function, context)
    }

    fn is_sandboxed(&self, _: &FunctionRef) -> bool {
        true
    }
}

/// The same functions, one after the other.
struct OneByOne(Sandboxed);

impl Runtime for OneByOne {
    fn prepare(&self, function: &FunctionRef, context: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError> {
        self.0.prepare(function, context)
    }
}

fn functions() -> Functions {
    let failed = |input: &str| RunOutput { stdout: input.into(), stderr: b"no\n".to_vec(), exit_code: 1 };
    let named = |input: &str| RunOutput { stdout: input.replace("key: a", "key: b").into(), ..RunOutput::default() };
    Functions::default().and("fails", failed).and("changes", named)
}

/// A package at each path; which functions it has, and whether a file of it cannot be read.
fn package(root: &str, packages: &[(&str, Vec<&'static str>, bool)]) -> Package {
    let package = Package::new("root");
    package.write("Kptfile", &format!("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: root\n{root}"));
    package.write("own.yaml", "apiVersion: v1\nkind: A\nmetadata:\n  name: own\nkey: a\n");
    for (path, functions, broken) in packages {
        let mut kptfile = format!("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: {path:?}\n");
        if !functions.is_empty() {
            kptfile += "pipeline:\n  mutators:\n";
        }
        for function in functions {
            kptfile += &format!("  - exec: {function}\n");
        }
        package.write(&format!("{path}/Kptfile"), &kptfile);
        let text = "apiVersion: v1\nkind: A # it\nmetadata:\n  name: x\nkey: a\n";
        package.write(&format!("{path}/x.yaml"), if *broken { "a: [\n" } else { text });
    }
    package
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nobody_can_tell_the_difference(
        chosen in proptest::collection::vec((0_usize..6, 0_usize..12), 5),
        saves in any::<bool>(),
        latest in any::<bool>(),
    ) {
        let compat = if latest { Compat::Latest } else { Compat::Beta56 };
        let lists = [vec![], vec!["changes"], vec!["same", "changes"], vec!["changes", "fails"], vec!["fails"], vec!["missing"]];
        let paths = ["a", "a/deep", "a/deep/er", "b", "c"];
        let packages: Vec<_> = paths
            .into_iter()
            .zip(chosen)
            // Most are well, or hardly any render would come to its end.
            .map(|(path, (list, luck))| (path, lists[if luck < 2 { list } else { list % 3 }].clone(), luck == 11))
            .collect();
        let root = if saves { "  annotations:\n    kpt.dev/save-on-render-failure: 'true'\n" } else { "" };
        let package = package(root, &packages);
        let at_once = seen(package.render(compat, &Sandboxed(functions())));
        let one_by_one = seen(package.render(compat, &OneByOne(Sandboxed(functions()))));
        prop_assert_eq!(at_once, one_by_one);
    }
}

#[test]
fn they_do_run_at_the_same_time() {
    if has_one_processor() {
        return;
    }
    let met = Meeting::default();
    let waits = move |input: &str| {
        met.come();
        met.wait_for(2);
        RunOutput { stdout: input.into(), ..RunOutput::default() }
    };
    let package = package("", &[("a", vec!["waits"], false), ("b", vec!["waits"], false)]);
    let (outcome, _) = package.render(Compat::Latest, &Sandboxed(Functions::default().and("waits", waits)));
    assert_eq!((outcome.functions, outcome.packages), (2, 3));
    assert_eq!(outcome.rendered.unwrap().resources.len(), 6);
}
