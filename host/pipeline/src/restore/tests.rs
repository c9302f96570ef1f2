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
            restore((&sent[position], Origin::Document), (&mut returned, &mut Origin::ListElement.clone()))?;
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
