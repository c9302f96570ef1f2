//! Writing a list, laid out as kpt writes it: apiVersion, kind, items, functionConfig, results.

use std::sync::Arc;

use porchlight_yaml::order::Arrange;
use porchlight_yaml::serde::to_node;
use porchlight_yaml::{Document, Kind, NodeId, SequenceIndent, emit};

use super::{Form, ResourceList, json, read};
use crate::protocol::{Answer, Entry, Results};
use crate::{Finding, value};

pub(super) fn list(list: &ResourceList) -> String {
    let mut output = ListWriter::of(list);
    for item in &list.items {
        output.item(item.document(), item.root());
    }
    output.end_items(list);
    output.findings(&list.results);
    if let Some((rest, root)) = list.rest.as_ref().and_then(|rest| Some((rest, rest.root()?))) {
        for child in rest.children(root) {
            let copy = output.document.import(rest, child);
            output.document.push(output.root, copy);
        }
    }
    output.text(list.form)
}

/// A list after a function answered what became of it; `None` where the answer is to another list.
pub(crate) fn answered_text(list: &ResourceList, answer: Answer) -> Option<String> {
    let mut output = ListWriter::of(list);
    for entry in answer.entries {
        match entry {
            Entry::Kept(position) => {
                let item = list.items.get(position)?;
                output.item(item.document(), item.root());
            }
            Entry::Whole(document) => output.item(&document, document.root()?),
        }
    }
    output.end_items(list);
    output.answered(answer.results)?;
    Some(output.text(list.form))
}

/// The input unchanged but for its results, for a function that failed. An input that is no list of objects
/// becomes an empty list, so that whoever reads stdout still finds the results.
pub(crate) fn failure_text(input: &str, results: &[Finding]) -> String {
    let (mut output, form) = unchanged(input);
    output.findings(results);
    output.text(form)
}

/// As [`failure_text`], with the results of an answer; `None` where they are none.
pub(crate) fn failure_text_of(input: &str, results: Results) -> Option<String> {
    let (mut output, form) = unchanged(input);
    output.answered(results)?;
    Some(output.text(form))
}

/// The input without its results.
fn unchanged(input: &str) -> (ListWriter, Form) {
    let starts_as_json = input.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let form = if starts_as_json { Form::Json } else { Form::Yaml };
    let document = read::document(input).ok();
    let given = document.as_ref().and_then(|document| Some((document, document.root()?)));
    let mut output =
        ListWriter::new(given.map_or_else(|| Arc::from(""), |(document, _)| Arc::clone(document.source())));
    let entry = |key: &str| given.and_then(|(document, root)| Some((document, document.get(root, key)?)));
    let version = entry("apiVersion").and_then(|(document, node)| value::text(document, node));
    output.header(version.filter(|version| super::API_VERSIONS.contains(version)).unwrap_or(super::API_VERSION));
    let items = entry("items").filter(|(document, items)| {
        document.kind(*items) == Kind::Sequence
            && document.children(*items).all(|item| document.kind(item) == Kind::Mapping)
    });
    let items = match items {
        Some((document, items)) => output.document.import(document, items),
        None => output.items,
    };
    output.entry("items", items);
    if let Some((document, config)) = entry("functionConfig").filter(|(d, config)| d.kind(*config) == Kind::Mapping) {
        let config = output.document.import(document, config);
        output.entry("functionConfig", config);
    }
    (output, form)
}

/// Only the results, as they stand at the end of a list; "" without any.
pub(crate) fn results_text(results: &[Finding]) -> String {
    let mut output = ListWriter::new(Arc::from(""));
    output.findings(results);
    if results.is_empty() { String::new() } else { output.text(Form::Yaml) }
}

/// Results as they are written: the worst first, then by file, object and field.
pub(crate) fn in_order(results: &[Finding]) -> Vec<&Finding> {
    let mut ordered: Vec<&Finding> = results.iter().collect();
    ordered.arrange_by(|left, right| left.output_order(right));
    ordered
}

struct ListWriter {
    document: Document,
    root: NodeId,
    items: NodeId,
}

impl ListWriter {
    fn new(source: Arc<str>) -> Self {
        let mut document = Document::new(source);
        let root = document.new_mapping();
        document.set_root(root);
        let items = document.new_sequence();
        Self { document, root, items }
    }

    /// The beginning of a list.
    fn of(list: &ResourceList) -> Self {
        let source = list.items.first().map(|item| Arc::clone(item.document().source()));
        let mut output = Self::new(source.unwrap_or_else(|| Arc::from("")));
        output.header(&list.api_version);
        output
    }

    fn item(&mut self, document: &Document, root: NodeId) {
        let copy = self.document.import(document, root);
        self.document.push(self.items, copy);
    }

    /// The items and the config.
    fn end_items(&mut self, list: &ResourceList) {
        self.entry("items", self.items);
        if let Some(config) = &list.function_config {
            let copy = self.document.import(config.document(), config.root());
            self.entry("functionConfig", copy);
        }
    }

    fn entry(&mut self, key: &str, value: NodeId) {
        let key = self.document.new_string(key);
        self.document.push_entry(self.root, key, value);
    }

    fn header(&mut self, api_version: &str) {
        for (key, text) in [("apiVersion", api_version), ("kind", "ResourceList")] {
            let text = self.document.new_string(text);
            self.entry(key, text);
        }
    }

    fn findings(&mut self, results: &[Finding]) {
        if results.is_empty() {
            return;
        }
        let node = to_node(&mut self.document, &in_order(results));
        self.entry("results", node);
    }

    /// The results of an answer, written as the function would have; `None` where they are none.
    fn answered(&mut self, results: Results) -> Option<()> {
        if results.is_empty() {
            return Some(());
        }
        let (document, list) = results.list()?;
        self.findings(&Finding::read_all(&document, list).ok()?);
        Some(())
    }

    fn text(&self, form: Form) -> String {
        let mut text = String::with_capacity(self.document.source().len() + 256);
        match form {
            Form::Yaml => emit(&self.document, SequenceIndent::Compact, &mut text),
            Form::Json => json::write(&self.document, self.root, &mut text),
        }
        text
    }
}
