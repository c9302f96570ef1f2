//! Files as a whole: line ends, separators, documents that come and go.

use porchlight_krm::Resource;
use porchlight_package::{Compat, Format, PackageTree, PlanOptions, annotation};
use porchlight_yaml::{Kind, NodeId, parse_first};

use super::passage::Passage;

const KPTFILE: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: package\n";

/// What a function does to the resources of the package, the Kptfile left out.
type Function = fn(&mut Vec<Resource>);

fn resource(text: &str) -> Resource {
    Resource::from_document(parse_first(text.into()).expect("YAML").expect("a document")).expect("a mapping")
}

/// The file afterwards; `None` where it is deleted.
fn run(name: &str, text: &str, passage: Passage, function: Function) -> Option<String> {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("Kptfile"), KPTFILE).expect("writes");
    std::fs::write(directory.path().join(name), text).expect("writes");
    let tree = PackageTree::open(directory.path(), Compat::Latest).expect("opens");
    let contents = tree.read(tree.depth_first()[0]).expect("reads");
    let (kptfile, items): (Vec<_>, Vec<_>) = contents.resources.into_iter().partition(|item| item.kind() == "Kptfile");
    let mut items: Vec<_> = items.iter().map(|item| passage.of(item)).collect();
    function(&mut items);
    items.extend(kptfile);
    for item in &mut items {
        if annotation::get(item.document(), annotation::PACKAGE_PATH).is_none() {
            let package = tree.root().to_str().expect("UTF-8").to_owned();
            annotation::set_all(item.document_mut(), &[(annotation::PATH, name), (annotation::PACKAGE_PATH, &package)])
                .expect("annotations");
        }
    }
    tree.settle(&mut items, true).expect("paths within the package");
    let options = PlanOptions { format: Format::Minimal, ..PlanOptions::default() };
    let plan = tree.plan(items, &contents.sources, options).expect("a plan");
    plan.commit().expect("commits");
    std::fs::read_to_string(directory.path().join(name)).ok()
}

fn set_data(item: &mut Resource, text: &str) {
    let root = item.root();
    let document = item.document_mut();
    let value = document.new_string(text);
    match document.get(root, "data") {
        Some(old) => document.replace(old, value),
        None => {
            let key = document.new_string("data");
            document.push_entry(root, key, value);
        }
    }
}

fn new_resource() -> Resource {
    resource("apiVersion: v1\nkind: New\nmetadata:\n  name: new\nlist:\n- 1\n")
}

const NOTHING: Function = |_| {};
const SECOND: Function = |items| set_data(&mut items[1], "new");
const FIRST_GOES: Function = |items| drop(items.remove(0));
const SECOND_GOES: Function = |items| drop(items.remove(1));
const ONE_COMES: Function = |items| items.push(new_resource());
const TURNED: Function = |items| {
    let count = items.len();
    for (index, item) in items.iter_mut().enumerate() {
        let index = (count - 1 - index).to_string();
        let values = [(annotation::INDEX, index.as_str()), (annotation::LEGACY_INDEX, &index)];
        annotation::set_all(item.document_mut(), &values).expect("annotations");
    }
};

const A: &str = "apiVersion: v1\nkind: A\nmetadata: {name: a}   # a\ndata:   old\n";
const B: &str = "apiVersion: v1\nkind: B\nmetadata:\n    name: b\n\n# about data\ndata:   'old'   # data\n";

fn check(text: &str, function: Function, expected: &str) {
    for line_end in ["\n", "\r\n"] {
        for mark in ["", "\u{FEFF}"] {
            for passage in Passage::ALL {
                let text = format!("{mark}{}", text.replace('\n', line_end));
                let expected = format!("{mark}{}", expected.replace('\n', line_end));
                let result = run("f.yaml", &text, passage, function);
                assert_eq!(result, Some(expected), "{passage:?} of {text:?}");
            }
        }
    }
}

#[test]
fn files_stay_as_they_are() {
    for text in [
        format!("# licence\n---\n\n{A}---  # second\n{B}"),
        format!("---\n{A}...\n---\n# nothing\n---\n{B}\n\n"),
        format!("{A}---\n{}", B.trim_end()),
        format!("{A}---\n{B}---\n"),
        "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  annotations: {}\n".to_owned(),
        "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  annotations:\n    config.kubernetes.io/path: x.yaml\n    config.kubernetes.io/index: '7'\n".to_owned(),
        "apiVersion: sql.cnrm.cloud.google.com/v1\nkind: A\nmetadata:\n  name: a\n".to_owned(),
    ] {
        check(&text, NOTHING, &text);
    }
}

#[test]
fn a_change_in_one_document_stays_there() {
    let head = format!("# licence\n---\n\n{A}---  # second\n");
    check(&format!("{head}{B}"), SECOND, &format!("{head}{}", B.replace("old", "new")));
    let b = B.trim_end();
    check(&format!("{head}{b}"), SECOND, &format!("{head}{}", b.replace("old", "new")));
}

#[test]
fn documents_come_and_go() {
    let new = "apiVersion: v1\nkind: New\nmetadata:\n  name: new\nlist:\n- 1\n";
    for (text, function, expected) in [
        (format!("{A}---\n{B}"), FIRST_GOES, B.to_owned()),
        (format!("# l\n---\n{A}--- # b\n{B}"), FIRST_GOES, format!("# l\n--- # b\n{B}")),
        (format!("{A}---\n{B}"), SECOND_GOES, A.to_owned()),
        (format!("{A}---\n{B}"), ONE_COMES, format!("{A}---\n{B}---\n{new}")),
        (format!("{A}---\n{}", B.trim_end()), ONE_COMES, format!("{A}---\n{B}---\n{new}")),
        (format!("{A}---\n{B}"), TURNED, format!("{B}---\n{A}")),
    ] {
        check(&text, function, &expected);
    }
    assert_eq!(run("f.yaml", A, Passage::Written, FIRST_GOES), None);
}

#[test]
fn host_annotations_of_a_file_stay_when_something_changes() {
    let text = "kind: A\napiVersion: v1\nmetadata:\n  annotations: {}  # none\n  name: a\ndata:  1\n";
    let change: Function = |items| set_data(&mut items[0], "new");
    check(text, change, &text.replace('1', "new").replace("vnew", "v1"));
    let annotate: Function = |items| annotation::set(items[0].document_mut(), "k", "v").expect("annotations");
    check(text, annotate, &text.replace("annotations: {}  # none\n", "annotations:  # none\n    k: 'v'\n"));
}

#[test]
fn json_keeps_its_bytes_or_is_written_as_kpt_writes_it() {
    let text = "{\"kind\": \"A\", \"apiVersion\": \"v1\",\n  \"metadata\": {\"name\": \"a\"}, \"data\": \"old\"}";
    for passage in Passage::ALL {
        assert_eq!(run("f.json", text, passage, NOTHING).as_deref(), Some(text));
    }
    let annotate: Function = |items| annotation::set(items[0].document_mut(), "k", "v").expect("annotations");
    for (function, old, new) in [
        ((|items| set_data(&mut items[0], "new")) as Function, "\"old\"", "\"new\""),
        (annotate, "{\"name\": \"a\"}", "{\"name\": \"a\", \"annotations\": {\"k\": \"v\"}}"),
    ] {
        let result = run("f.json", text, Passage::Written, function);
        assert_eq!(result, Some(text.replace(old, new)));
    }
    // What YAML writes in another way than JSON.
    let escape: Function = |items| set_data(&mut items[0], "\u{1F600}");
    let result = run("f.json", text, Passage::Written, escape).expect("a file");
    assert_eq!(
        result,
        "{\n  \"apiVersion\": \"v1\",\n  \"data\": \"\u{1F600}\",\n  \"kind\": \"A\",\n  \"metadata\": {\n    \"name\": \"a\"\n  }\n}\n"
    );
}

#[test]
fn comments_of_functions_are_written() {
    let text = "apiVersion: v1\nkind: A\nmetadata:\n  name: a # one\ndata:  1\n";
    let comment: Function = |items| {
        let root = items[0].root();
        let document = items[0].document_mut();
        let value: NodeId = document.get(root, "data").expect("data");
        assert_eq!(document.kind(value), Kind::Scalar);
        document.comments_mut(value).line = "# kpt-set: ${data}".into();
    };
    check(text, comment, &text.replace("1\n", "1 # kpt-set: ${data}\n").replace("v1 # kpt-set: ${data}", "v1"));
}
