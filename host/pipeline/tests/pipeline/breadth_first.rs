//! `kpt.dev/bfs-rendering` where kpt loses resources, and `kpt.dev/save-on-render-failure`.

use porchlight_krm::Resource;
use porchlight_package::Compat;
use porchlight_pipeline::{Outcome, RunOutput};

use crate::support::{Functions, Package};

fn package(root_function: &str, function_of_a: &str) -> Package {
    let kptfile = |name: &str, function: &str, more: &str| {
        format!(
            "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: {name}\n{more}pipeline:\n  mutators:\n  - exec: {function}\n"
        )
    };
    let resource = |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n");
    let asks = "  annotations:\n    kpt.dev/bfs-rendering: 'true'\n    kpt.dev/save-on-render-failure: 'True'\n";
    Package::with(
        "root",
        &[
            ("Kptfile", &kptfile("root", root_function, asks)),
            ("r.yaml", &resource("of-root")),
            ("a/Kptfile", &kptfile("a", function_of_a, "")),
            ("a/r.yaml", &resource("of-a")),
            ("b/Kptfile", &kptfile("b", "pass", "")),
            ("b/r.yaml", &resource("of-b")),
        ],
    )
}

/// Names of the resources, in their order.
fn names(resources: &[Resource]) -> Vec<&str> {
    resources.iter().map(Resource::name).collect()
}

fn rendered(outcome: Outcome) -> Vec<Resource> {
    outcome.rendered.unwrap().resources
}

/// The items of a list without those called `names`.
fn without(input: &str, names: &[&str]) -> String {
    let (head, items) = input.split_once("items:\n").unwrap();
    let mut kept: Vec<String> = Vec::new();
    for item in items.split("- apiVersion").skip(1) {
        if !names.iter().any(|name| item.contains(&format!("    name: {name}\n"))) {
            kept.push(format!("- apiVersion{item}"));
        }
    }
    format!("{head}items:\n{}", kept.concat())
}

#[test]
fn a_package_below_can_be_emptied() {
    let functions = Functions::printing("clear", |input| without(input, &["a", "of-a"]));
    let (outcome, _) = package("clear", "pass").render(Compat::Latest, &functions);
    assert_eq!(names(&rendered(outcome)), ["root", "of-root", "b", "of-b"]);
}

#[test]
fn a_resource_of_no_package_stays() {
    let package = package("move", "pass");
    let (from, to) = (format!("{}/a'", package.path()), format!("{}/nowhere'", package.path()));
    let functions = Functions::printing("move", move |input| input.replace(&from, &to));
    let (outcome, _) = package.render(Compat::Latest, &functions);
    assert_eq!(names(&rendered(outcome)), ["root", "of-root", "a", "of-a", "b", "of-b"]);
}

#[test]
fn a_resource_can_join_a_package_elsewhere() {
    let package = package("pass", "move");
    let (from, to) = (format!("{}/a'", package.path()), format!("{}'", package.path()));
    let functions = Functions::printing("move", move |input| input.replace(&from, &to).replace("'r.yaml'", "'n.yaml'"));
    let (outcome, _) = package.render(Compat::Latest, &functions);
    assert_eq!(names(&rendered(outcome)), ["root", "of-root", "a", "of-a", "b", "of-b"]);
}

#[test]
fn what_was_done_is_there_after_a_failure() {
    let failing =
        |input: &str| RunOutput { stdout: input.replace("of-a", "lost").into(), exit_code: 1, ..RunOutput::default() };
    let functions = Functions::printing("rename", |input| input.replace("of-", "new-")).and("fail", failing);
    let (outcome, _) = package("rename", "fail").render(Compat::Latest, &functions);
    assert!(outcome.rendered.is_err());
    let partial = outcome.partial.unwrap();
    assert_eq!(names(&partial.resources), ["root", "new-root", "a", "new-a", "b", "new-b"]);
    let mut text = String::new();
    for resource in &partial.resources {
        porchlight_yaml::emit(resource.document(), porchlight_yaml::SequenceIndent::Compact, &mut text);
    }
    assert!(!text.contains("/id:") && !text.contains("resource-id"), "{text}");
    assert_eq!(partial.sources.iter().count(), 6);
}

#[test]
fn the_older_kpt_does_neither() {
    let failing = |_: &str| RunOutput { exit_code: 1, ..RunOutput::default() };
    let functions = Functions::default().and("fail", failing);
    let (outcome, printed) = package("pass", "fail").render(Compat::Beta56, &functions);
    assert!(outcome.partial.is_none());
    assert!(printed.starts_with("Package \"root/a\""), "{printed}");
}
