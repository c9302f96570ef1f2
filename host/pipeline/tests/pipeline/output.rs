//! What becomes of a function's output (kpt-render §2.7, §2.8), one case per rule.

use porchlight_krm::{Code, Resource};
use porchlight_package::Compat;
use porchlight_pipeline::{Problem, RenderError, RenderOptions, RunOutput};

use crate::support::{Functions, Package, documents, list};

const KPTFILE: &str =
    "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: p\npipeline:\n  mutators:\n  - exec: f\n";

fn package(more: &str) -> Package {
    let config_map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a # who\ndata:\n  k: v # why\n";
    let config = "apiVersion: x.io/v1\nkind: Config\nmetadata:\n  name: conf\n";
    let kptfile = format!("{KPTFILE}{more}");
    Package::with(
        "p",
        &[("Kptfile", &kptfile), ("a.yaml", config_map), ("conf/functions/c.yaml", config), ("conf/d.yaml", config)],
    )
}

fn run(more: &str, call: impl Fn(&str) -> RunOutput + Send + Sync + 'static) -> Result<Vec<Resource>, RenderError> {
    let (outcome, _) = package(more).render(Compat::Beta56, &Functions::default().and("f", call));
    outcome.rendered.map(|rendered| rendered.resources)
}

/// Renders with a function that edits the items as texts; the ConfigMap is the second of four.
fn edit(change: impl Fn(&mut Vec<String>) + Send + Sync + 'static) -> Result<Vec<Resource>, RenderError> {
    run("", move |input| {
        let mut items = documents(input);
        change(&mut items);
        RunOutput { stdout: list(&items).into(), ..RunOutput::default() }
    })
}

fn print(stdout: &'static str) -> Result<Vec<Resource>, RenderError> {
    run("", move |_| RunOutput { stdout: stdout.into(), ..RunOutput::default() })
}

#[track_caller]
fn refused(outcome: Result<Vec<Resource>, RenderError>, message: &str) {
    let error = outcome.unwrap_err();
    let text = error.to_string();
    assert!(text.contains(message), "{text}");
    assert_eq!(error.problem.code(), Some(Code::FnOutputInvalid), "{text}");
    assert_eq!((error.package.as_str(), error.function.as_deref()), ("p", Some("f")));
}

#[test]
fn only_a_list_is_a_list() {
    refused(print(""), "the function printed nothing");
    refused(print("\n# nothing\n"), "the function printed nothing");
    refused(print("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"), "is a single object of kind ConfigMap");
    refused(print("a: b\n---\nc: d\n"), "is 2 documents");
    refused(print("kind: ResourceList\nitems: []\n---\nkind: X\n"), "is 2 documents");
    refused(print("kind: ResourceList\n"), "is a ResourceList without `items`");
    refused(print("text"), "is text");
    refused(print("- a\n"), "is a list");
    refused(print("kind: ResourceList\nitems: {a: b}\n"), "whose `items` is an object");
    refused(print("<html>\n<p a: b: c>"), "MalformedYAMLError");
    refused(print("kind: ResourceList\nitems:\n\t- a\n"), "line 3");
    refused(print("kind: ResourceList\nitems:\n- text\n"), "items[0] must be an object");
    refused(print("kind: ResourceList\nitems:\n- metadata: {annotations: [a]}\n"), "items[0].metadata.annotations");
    refused(print("kind: ResourceList\nitems:\n- &a {kind: X}\n- b: *a\n"), "items[1] uses `*a`");
    refused(run("", |_| RunOutput { stdout: vec![b'k', 0xff], ..RunOutput::default() }), "byte 1 ");
    refused(print("kind: ResourceList\nitems:\n- kind: X\n--- text\n"), "invalid document separator: --- text");
}

#[test]
fn a_list_of_kind_list_and_a_list_as_json_are_lists_too() {
    for kind in ["ResourceList", "List"] {
        let resources = run("", move |_| RunOutput {
            stdout: format!(
                r#"{{"kind": "{kind}", "items": [{{"apiVersion": "v1", "kind": "A", "metadata": {{"name": "x"}}}}]}}"#
            )
            .into(),
            ..RunOutput::default()
        });
        assert_eq!(resources.unwrap()[0].name(), "x");
    }
}

#[test]
fn deleting_everything_needs_consent() {
    for items in ["items: []", "items:", "functionConfig: {}"] {
        let stdout = format!("kind: ResourceList\n{items}\n");
        let functions = Functions::printing("f", move |_| stdout.clone());
        let (outcome, printed) = package("").render(Compat::Latest, &functions);
        refused(outcome.rendered.map(|rendered| rendered.resources), "all 4 of the package would be deleted");
        assert!(printed.contains("[FAIL]"), "{printed}");
        let options = RenderOptions { allow_exec: true, allow_empty: true };
        let (outcome, _) = package("").render_with(Compat::Latest, &functions, &options);
        assert_eq!(outcome.rendered.unwrap().resources.len(), 0);
    }
}

#[test]
fn crlf_is_read_as_lf() {
    let resources = run("", |input| RunOutput { stdout: input.replace('\n', "\r\n").into(), ..RunOutput::default() });
    assert_eq!(resources.unwrap()[1].document().source().matches('\r').count(), 0);
}

#[test]
fn comments_and_order_come_back_by_id() {
    let bare = |items: &mut Vec<String>| items[1] = items[1].replace(" # who", "").replace(" # why", "");
    let resources = edit(bare).unwrap();
    assert_eq!(text(&resources[1]).matches(" # w").count(), 2);
    let without_ids = |items: &mut Vec<String>| {
        items[1] =
            items[1].replace(" # who", "").lines().filter(|line| !line.contains("/id:")).collect::<Vec<_>>().join("\n");
    };
    assert!(!text(&edit(without_ids).unwrap()[1]).contains("# who"));
}

#[test]
fn ids_are_removed_unless_unknown() {
    let resources = edit(|items| items[1] = items[1].replace("/id: '2'", "/id: '99'")).unwrap();
    for resource in &resources {
        let id = resource.annotation("internal.config.kubernetes.io/id");
        assert_eq!(id, (resource.name() == "a").then_some("99"));
        assert_eq!(resource.annotation("internal.config.kubernetes.io/annotations-migration-resource-id"), None);
    }
}

fn text(resource: &Resource) -> String {
    let mut text = String::new();
    porchlight_yaml::emit(resource.document(), porchlight_yaml::SequenceIndent::Compact, &mut text);
    text
}

fn with_new(metadata: &'static str) -> Result<Vec<Resource>, RenderError> {
    edit(move |items| items.push(format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: New, {metadata}}}\n")))
}

#[test]
fn new_resources_get_a_path_and_a_package() {
    for (metadata, path) in [
        ("", "configmap_New.yaml"),
        ("namespace: ns", "ns/configmap_New.yaml"),
        ("annotations: {config.kubernetes.io/path: x.yaml}", "x.yaml"),
        ("annotations: {internal.config.kubernetes.io/path: y.yaml}", "y.yaml"),
    ] {
        let resources = with_new(metadata).unwrap();
        let new = resources.last().unwrap();
        for key in ["config.kubernetes.io/path", "internal.config.kubernetes.io/path"] {
            assert_eq!(new.annotation(key), Some(path));
        }
        assert_eq!(new.annotation("config.kubernetes.io/index"), None);
        let package = "internal.config.kubernetes.io/package-path";
        assert_eq!(new.annotation(package), resources[0].annotation(package));
    }
}

#[test]
fn new_resources_go_to_the_directory_of_the_config() {
    for (config, path) in
        [("conf/d.yaml", "conf/configmap_New.yaml"), ("conf/functions/c.yaml", "conf/configmap_New.yaml")]
    {
        let more = format!("    configPath: {config}\n");
        let resources = run(&more, |input| {
            let mut items = documents(input);
            items.push("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: New}\n".to_owned());
            RunOutput { stdout: list(&items).into(), ..RunOutput::default() }
        });
        assert_eq!(resources.unwrap().last().unwrap().annotation("config.kubernetes.io/path"), Some(path));
    }
}

#[test]
fn places_are_checked() {
    let outside = "function must not modify resources outside of package: resource has path";
    refused(with_new("annotations: {config.kubernetes.io/path: ../x.yaml}"), outside);
    refused(with_new("annotations: {config.kubernetes.io/path: a/../../x.yaml}"), outside);
    refused(with_new("namespace: '..'"), outside);
    refused(
        with_new("annotations: {config.kubernetes.io/path: ./a.yaml, config.kubernetes.io/index: '0'}"),
        "resource at path \"a.yaml\" and index \"0\" already exists",
    );
    let twice = edit(|items| {
        for _ in 0..2 {
            items.push("apiVersion: v1\nkind: A\nmetadata: {name: x}\n".to_owned());
        }
    });
    refused(twice, "resource at path \"a_x.yaml\" and index \"\" already exists");
}

#[test]
fn output_must_be_kubernetes_objects() {
    let refused_because = |from: &'static str, to: &'static str, message: &str| {
        refused(
            edit(move |items| items[1] = items[1].replace(from, to)),
            &format!("contain only KRM resources: a.yaml: {message}"),
        );
    };
    refused_because("apiVersion: v1\n", "", "resource must have `apiVersion`");
    refused_because("kind: ConfigMap\n", "", "resource must have `kind`");
    refused_because("  name: a # who\n", "", "resource must have `metadata.name`");
}

#[test]
fn the_two_spellings_follow_each_other() {
    const PATHS: [&str; 2] = ["\n    config.kubernetes.io/path: '", "\n    internal.config.kubernetes.io/path: '"];
    let change = |which: &'static [(usize, &'static str)]| {
        edit(move |items| {
            for (spelling, path) in which {
                items[1] =
                    items[1].replace(&format!("{}a.yaml'", PATHS[*spelling]), &format!("{}{path}'", PATHS[*spelling]));
            }
        })
    };
    for which in [&[(0, "n.yaml")][..], &[(1, "n.yaml")], &[(0, "n.yaml"), (1, "n.yaml")]] {
        let resources = change(which).unwrap();
        for key in ["config.kubernetes.io/path", "internal.config.kubernetes.io/path"] {
            assert_eq!(resources[1].annotation(key), Some("n.yaml"), "{which:?}");
        }
    }
    refused(change(&[(0, "n.yaml"), (1, "m.yaml")]), "mismatched legacy and internal path annotations");
}

#[test]
fn a_failing_function_is_no_error_of_its_output() {
    for stdout in ["", "kind: ResourceList\nitems:\n- a: b\n"] {
        let error =
            run("", move |_| RunOutput { stdout: stdout.into(), exit_code: 7, ..RunOutput::default() }).unwrap_err();
        assert!(matches!(*error.problem, Problem::Failed { exit_code: 7 }));
    }
}

#[test]
fn output_that_cannot_be_read_does_not_hide_stderr() {
    let call = |_: &str| RunOutput { stdout: "a: b: c".into(), stderr: "the reason\n".into(), exit_code: 1 };
    let (outcome, printed) = package("").render(Compat::Beta56, &Functions::default().and("f", call));
    assert!(printed.contains("  Stderr:\n    \"the reason\"\n"), "{printed}");
    assert!(printed.contains("  Exit code: 1\n"), "{printed}");
    assert!(outcome.rendered.unwrap_err().to_string().contains("MalformedYAMLError"));
    assert_eq!(outcome.results.items[0].stderr, "the reason\n");
}

#[test]
fn validators_change_nothing_but_are_checked() {
    let kptfile = KPTFILE.replace("mutators", "validators");
    let files = [("Kptfile", kptfile.as_str()), ("a.yaml", "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n")];
    let render = |functions: &Functions| Package::with("p", &files).render(Compat::Beta56, functions).0;
    let deleting = Functions::printing("f", |_| "kind: ResourceList\nitems: []\n".to_owned());
    let outcome = render(&deleting);
    assert_eq!(outcome.rendered.unwrap().resources.len(), 2);
    assert!(!deleting.input().contains("annotations-migration-resource-id"));
    let breaking = Functions::printing("f", |input| input.replace("kind: A\n", "kind: ''\n"));
    assert!(render(&breaking).rendered.unwrap_err().to_string().contains("must have `kind`"));
}
