//! Selectors, exclusions and how output is merged (kpt-render §4).

use porchlight_package::Compat;

use crate::support::{Functions, Package, documents};

/// Three ConfigMaps and a Service, one per file.
fn package(function: &str) -> Package {
    let kptfile = format!(
        "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: p\npipeline:\n  mutators:\n  - exec: f\n{function}"
    );
    let object = |kind: &str, name: &str, more: &str| {
        format!("apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: ns-{name}\n{more}")
    };
    Package::with(
        "p",
        &[
            ("Kptfile", &kptfile),
            ("a.yaml", &object("ConfigMap", "a", "  labels: {app: x, tier: one}\n")),
            ("b.yaml", &object("ConfigMap", "b", "  labels: {app: x}\n  annotations: {note: n}\n")),
            ("c.yaml", &object("ConfigMap", "c", "")),
            ("s.yaml", &object("Service", "s", "")),
        ],
    )
}

/// Names of the resources the function gets.
fn selected(function: &str) -> String {
    let functions = Functions::default();
    let (outcome, _) = package(function).render(Compat::Beta56, &functions);
    outcome.rendered.unwrap();
    names(&functions.input())
}

fn names(list: &str) -> String {
    let names: Vec<&str> = list.lines().filter_map(|line| line.strip_prefix("    name: ")).collect();
    names.join(" ")
}

#[test]
fn selectors_choose() {
    for (function, expected) in [
        ("", "p a b c s"),
        ("    selectors: [{kind: ConfigMap}]\n", "a b c"),
        ("    selectors: [{kind: ConfigMap, name: b}]\n", "b"),
        ("    selectors: [{name: b}, {name: a}]\n", "a b"),
        ("    selectors: [{kind: Config}]\n", ""),
        ("    selectors: [{kind: 'Config.*'}]\n", ""),
        ("    selectors: [{apiVersion: v1}]\n", "a b c s"),
        ("    selectors: [{namespace: ns-c}]\n", "c"),
        ("    selectors: [{labels: {app: x}}]\n", "a b"),
        ("    selectors: [{labels: {app: x, tier: one}}]\n", "a"),
        ("    selectors: [{annotations: {note: n}}]\n", "b"),
        ("    selectors: [{annotations: {config.kubernetes.io/path: s.yaml}}]\n", "s"),
        ("    selectors: [{}]\n", "p a b c s"),
        ("    exclude: [{}]\n", "p a b c s"),
        ("    exclude: [{kind: Kptfile}, {name: c}]\n", "a b s"),
        ("    selectors: [{kind: ConfigMap}]\n    exclude: [{labels: {app: x}}]\n", "c"),
    ] {
        assert_eq!(selected(function), expected, "{function}");
    }
}

#[test]
fn a_resource_that_two_selectors_match_is_passed_twice() {
    let functions = Functions::default();
    let (outcome, printed) =
        package("    selectors: [{name: a}, {kind: ConfigMap}]\n").render(Compat::Beta56, &functions);
    assert_eq!(names(&functions.input()), "a a b c");
    assert!(printed.contains("[RUNNING] \"f\" on 4 resource(s)\n"), "{printed}");
    assert_eq!(outcome.rendered.unwrap_err().to_string(), "resource at path \"a.yaml\" and index \"0\" already exists");
}

/// What is left of the package after the function changed what it got; a line of names.
fn rendered(function: &str, change: impl Fn(Vec<String>) -> Vec<String> + Send + Sync + 'static) -> String {
    let functions = Functions::printing("f", move |input| support_list(&change(documents(input))));
    let (outcome, _) = package(function).render(Compat::Beta56, &functions);
    let resources = outcome.rendered.unwrap().resources;
    for resource in &resources {
        assert_eq!(resource.annotation("internal.config.k8s.io/kpt-resource-id"), None);
        assert_eq!(resource.annotation("internal.config.kubernetes.io/annotations-migration-resource-id"), None);
    }
    resources.iter().map(porchlight_krm::Resource::name).collect::<Vec<_>>().join(" ")
}

fn support_list(items: &[String]) -> String {
    crate::support::list(items)
}

const NEW: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: new\n";

#[test]
fn output_takes_the_place_of_input() {
    let config_maps = "    selectors: [{kind: ConfigMap}]\n";
    assert_eq!(rendered(config_maps, |items| items), "p a b c s");
    assert_eq!(
        rendered(config_maps, |mut items| {
            items.reverse();
            items
        }),
        "p a b c s"
    );
    assert_eq!(
        rendered(config_maps, |mut items| {
            items.remove(1);
            items
        }),
        "p a c s"
    );
    assert_eq!(rendered(config_maps, |_| vec![]), "p s");
    assert_eq!(
        rendered(config_maps, |mut items| {
            items.insert(0, NEW.to_owned());
            items
        }),
        "p a b c s new"
    );
    // Without annotations every resource is another one.
    let bare = |items: Vec<String>| items.iter().map(|item| without_annotations(item)).collect();
    assert_eq!(rendered(config_maps, bare), "p s a b c");
}

#[test]
fn output_with_an_id_that_was_not_given_is_dropped() {
    let forged = |mut items: Vec<String>| {
        items.push(format!("{NEW}  annotations: {{internal.config.k8s.io/kpt-resource-id: '77'}}\n"));
        items
    };
    assert_eq!(rendered("    selectors: [{name: a}]\n", forged), "p a b c s");
}

#[test]
fn without_selectors_the_order_is_the_functions() {
    assert_eq!(
        rendered("", |mut items| {
            items.reverse();
            items
        }),
        "s c b a p"
    );
}

#[test]
fn a_function_runs_on_nothing_too() {
    let functions = Functions::default();
    let (outcome, printed) = package("    selectors: [{kind: None}]\n").render(Compat::Beta56, &functions);
    assert_eq!(functions.input(), "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n");
    assert!(printed.contains("on 0 resource(s)"), "{printed}");
    assert_eq!((outcome.functions, outcome.rendered.unwrap().resources.len()), (1, 5));
}

fn without_annotations(item: &str) -> String {
    let keep = |line: &&str| !line.starts_with("    ") && !line.starts_with("  annotations:");
    item.split_inclusive('\n').filter(keep).collect()
}
