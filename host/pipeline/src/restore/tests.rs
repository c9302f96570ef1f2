//! The triples of `testdata/kpt/copy`: a file, what a function printed for it, and the file kpt wrote.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use porchlight_yaml::{Document, NodeId, SequenceIndent, emit, parse_first, split_documents};

use super::{Origin, RestoreError, restore};

const ID: &str = "internal.config.kubernetes.io/id";
const LEGACY_ID: &str = "config.k8s.io/id";

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/kpt/copy")
}

fn annotations(document: &Document) -> Option<NodeId> {
    document.get(document.get(document.root()?, "metadata")?, "annotations")
}

/// What a pipeline does with the output of a function, without the pipeline around it.
fn render(input: &str, output: &str) -> Result<String, RestoreError> {
    let parts = split_documents(input).unwrap();
    let sent: Vec<Document> = parts.iter().filter_map(|part| parse_first(Arc::from(*part)).unwrap()).collect();
    let list = parse_first(Arc::from(output)).unwrap().unwrap();
    let items = list.get(list.root().unwrap(), "items").unwrap();
    let mut text = String::new();
    for (position, item) in list.children(items).enumerate() {
        let mut returned = Document::new(list.source().clone());
        let root = returned.import(&list, item);
        returned.set_root(root);
        let own = annotations(&returned).unwrap();
        let id = returned.get(own, ID).or_else(|| returned.get(own, LEGACY_ID));
        if let Some(position) = id.map(|id| returned.text(id).parse::<usize>().unwrap() - 1) {
            restore(&sent[position], Origin::Document, &mut returned)?;
        }
        let own = annotations(&returned).unwrap();
        let kept: Vec<NodeId> = returned
            .entries(own)
            .filter(|(key, _)| !returned.text(*key).contains("config.k"))
            .flat_map(|(key, value)| [key, value])
            .collect();
        returned.set_children(own, &kept);
        if kept.is_empty() {
            let metadata = returned.get(root, "metadata").unwrap();
            returned.remove(metadata, "annotations");
        }
        if position > 0 {
            text.push_str("---\n");
        }
        emit(&returned, SequenceIndent::Compact, &mut text);
    }
    Ok(text)
}

#[test]
fn restores_what_kpt_restores() {
    let mut names: Vec<String> = fs::read_dir(directory())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".in.yaml").map(str::to_owned))
        .collect();
    names.sort();
    assert_eq!(names.len(), 32);
    let mut wrong = Vec::new();
    for name in &names {
        let read = |suffix: &str| fs::read_to_string(directory().join(format!("{name}.{suffix}")));
        let outcome = render(&read("in.yaml").unwrap(), &read("fn-stdout.yaml").unwrap());
        let (outcome, expected) = match read("err.txt") {
            Ok(message) => (outcome.map_err(|error| format!("Error: {error}")), Err(message)),
            Err(_) => (outcome.map_err(|error| error.to_string()), Ok(read("out.yaml").unwrap())),
        };
        let trimmed = |result: Result<String, String>| result.map_err(|message| message.trim().to_owned());
        let (outcome, expected) = (trimmed(outcome), trimmed(expected));
        if outcome != expected {
            wrong.push(format!("{name}\n--- ours\n{}\n--- kpt\n{}", show(&outcome), show(&expected)));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), names.len(), wrong.join("\n"));
}

fn show(result: &Result<String, String>) -> String {
    match result {
        Ok(text) => text.clone(),
        Err(message) => format!("error: {message}"),
    }
}

// ---- shapes that take kpt minutes or gigabytes; quadratic work here would take as long ----------------------

fn document(text: &str) -> Document {
    parse_first(Arc::from(text)).unwrap().unwrap()
}

fn restored(from: &str, to: &str) -> String {
    let mut to = document(to);
    restore(&document(from), Origin::ListElement, &mut to).unwrap();
    let mut text = String::new();
    emit(&to, SequenceIndent::Compact, &mut text);
    text
}

const POD: &str = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: c\n    env:\n";

fn env(names: impl Iterator<Item = usize>, comment: bool) -> String {
    let entry =
        |name| if comment { format!("    - name: n{name} # c{name}\n") } else { format!("    - name: n{name}\n") };
    names.map(entry).fold(POD.to_owned(), |text, entry| text + &entry)
}

#[test]
fn long_lists_merged_by_key_are_linear() {
    let count = 40_000;
    // By position the last entry gets the first comment, and none is left for the key to bring.
    let text = restored(&env(0..count, true), &env((0..count).rev(), false));
    assert!(text.contains(&format!("    - name: n{} # c0\n", count - 1)));
    let text = restored(&env(0..count, true), &env((0..2 * count).rev(), false));
    assert!(text.contains("    - name: n7 # c7\n"), "found by key");
}

#[test]
fn long_lists_merged_by_two_keys_are_linear() {
    let pod = "apiVersion: v1\nkind: Service\nspec:\n  ports:\n";
    let ports = |protocol: &str, comment: &str| {
        (0..30_000).fold(pod.to_owned(), |text, port| text + &format!("  - port: {port}{comment}\n{protocol}"))
    };
    let text = restored(&ports("    protocol: TCP\n", " # p"), &ports("", ""));
    assert_eq!(text.matches(" # p").count(), 30_000);
    let same_port = |name: &str| {
        (0..30_000).fold(pod.to_owned(), |text, n| text + &format!("  - port: 80\n    protocol: {name}{n}\n"))
    };
    restored(&same_port("A"), &same_port("B"));
}

#[test]
fn large_mappings_in_another_order_are_linear() {
    let field = |n: usize| format!("k{n}: v # c{n}\n");
    let from = (0..100_000).map(field).collect::<String>();
    let to = (0..100_000).rev().map(|n| format!("k{n}: v\n")).collect::<String>();
    assert_eq!(restored(&from, &to), from);
}

#[test]
fn deep_nesting_needs_no_stack() {
    let depth = 5_000;
    let nested = |comment: &str| format!("a: {}1{}{comment}\n", "[{b: ".repeat(depth), "}]".repeat(depth));
    assert_eq!(restored(&nested(" # c"), &nested("")), nested(" # c"));
}

#[test]
fn lists_merged_by_comment_inside_each_other_stay_bounded() {
    // Each level is visited by position and by key: without a bound, 2^24 visits of the innermost.
    let comment = r#"# {"type":"array","x-kubernetes-patch-strategy":"merge","x-kubernetes-patch-merge-key":"k"}"#;
    let nested = |comment: &str| {
        let mut text = String::new();
        for level in 0..24 {
            let pad = "  ".repeat(level);
            text += &format!("{pad}l: {comment}\n{pad}- k: x\n");
        }
        text
    };
    let text = restored(&nested(comment), &nested(""));
    assert_eq!(text, nested(comment));
}
