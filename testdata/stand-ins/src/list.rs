//! A ResourceList as one YAML tree, changed in place.

use std::sync::Arc;

use porchlight_yaml::{Document, Kind, NodeId, SequenceIndent, Style, emit, parse_first};

/// The list a function got.
pub(crate) struct List {
    pub(crate) document: Document,
    pub(crate) root: NodeId,
    results: Vec<Finding>,
}

/// A result of a function.
#[derive(Default)]
struct Finding {
    message: String,
    severity: &'static str,
    field: &'static str,
    file: String,
}

impl List {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let document = parse_first(Arc::from(text)).map_err(|error| error.to_string())?;
        let (document, root) = document
            .and_then(|document| document.root().map(|root| (document, root)))
            .filter(|(document, root)| document.kind(*root) == Kind::Mapping)
            .ok_or("the input is not a ResourceList")?;
        Ok(Self { document, root, results: Vec::new() })
    }

    pub(crate) fn items(&self) -> Vec<NodeId> {
        self.document.get(self.root, "items").map(|items| self.document.children(items).collect()).unwrap_or_default()
    }

    /// The text of a scalar below `node`; empty where there is none.
    pub(crate) fn text(&self, node: NodeId, path: &[&str]) -> &str {
        let found = path.iter().try_fold(node, |node, key| self.document.get(node, key));
        found.filter(|node| self.document.kind(*node) == Kind::Scalar).map_or("", |node| self.document.text(node))
    }

    /// The `data` of a ConfigMap given as configuration, or the mapping `field` of a typed one.
    pub(crate) fn settings(&self, field: &str) -> Vec<(String, String)> {
        let document = &self.document;
        let config = document.get(self.root, "functionConfig");
        let settings = config.and_then(|config| document.get(config, "data").or_else(|| document.get(config, field)));
        let Some(settings) = settings.filter(|node| document.kind(*node) == Kind::Mapping) else { return Vec::new() };
        let pairs = document
            .entries(settings)
            .map(|(key, value)| (document.text(key).to_owned(), document.text(value).to_owned()));
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort();
        pairs
    }

    /// The mapping at `path` below `node`, made where it is missing.
    pub(crate) fn mapping(&mut self, node: NodeId, path: &[&str]) -> NodeId {
        path.iter().fold(node, |node, key| match self.document.get(node, key) {
            Some(found) if self.document.kind(found) == Kind::Mapping => found,
            Some(found) => {
                let mapping = self.document.new_mapping();
                self.document.replace(found, mapping);
                mapping
            }
            None => {
                let mapping = self.document.new_mapping();
                let key = self.document.new_string(key);
                self.document.push_entry(node, key, mapping);
                mapping
            }
        })
    }

    /// Sets a string in a mapping; `true` where that changes its text.
    pub(crate) fn set(&mut self, mapping: NodeId, key: &str, value: &str) -> bool {
        match self.document.get(mapping, key) {
            Some(found) if self.document.kind(found) == Kind::Scalar => {
                if self.document.text(found) == value {
                    return false;
                }
                let style = self.document.style(found);
                let style = if style == Style::Plain { porchlight_yaml::string_style(value) } else { style };
                self.document.set_text(found, value, style);
            }
            Some(found) => {
                let new = self.document.new_string(value);
                self.document.replace(found, new);
            }
            None => {
                let key = self.document.new_string(key);
                let value = self.document.new_string(value);
                self.document.push_entry(mapping, key, value);
            }
        }
        true
    }

    /// Sorts the items by apiVersion, kind, namespace and name, as functions on the Go SDK do before they print.
    pub(crate) fn sort(&mut self) {
        let Some(list) = self.document.get(self.root, "items") else { return };
        let mut items = self.items();
        items.sort_by_cached_key(|item| {
            let fields = [["apiVersion"].as_slice(), &["kind"], &["metadata", "namespace"], &["metadata", "name"]];
            fields.map(|path| self.text(*item, path)).join(" ")
        });
        self.document.set_children(list, &items);
    }

    /// Adds a result of severity `info`.
    pub(crate) fn say(&mut self, message: String) {
        self.results.push(Finding { message, severity: "info", ..Finding::default() });
    }

    /// Adds a result of severity `error`.
    pub(crate) fn complain(&mut self, message: String) {
        self.results.push(Finding { message, severity: "error", ..Finding::default() });
    }

    /// The file of an item.
    pub(crate) fn file(&self, item: NodeId) -> String {
        self.text(item, &["metadata", "annotations", "internal.config.kubernetes.io/path"]).to_owned()
    }

    /// Adds a result about a field of an item.
    pub(crate) fn say_of(&mut self, item: NodeId, field: &'static str, message: String) {
        let file = self.file(item);
        self.results.push(Finding { message, field, file, ..Finding::default() });
    }

    pub(crate) fn into_text(mut self) -> String {
        if !self.results.is_empty() {
            self.document.remove(self.root, "results");
            let results = self.document.new_sequence();
            for finding in std::mem::take(&mut self.results) {
                let result = self.document.new_mapping();
                self.set(result, "message", &finding.message);
                if !finding.severity.is_empty() {
                    self.set(result, "severity", finding.severity);
                }
                for (part, text) in [("field", finding.field), ("file", &finding.file)] {
                    if !text.is_empty() {
                        let part = self.mapping(result, &[part]);
                        self.set(part, "path", text);
                    }
                }
                self.document.push(results, result);
            }
            let key = self.document.new_string("results");
            self.document.push_entry(self.root, key, results);
        }
        let mut text = String::new();
        emit(&self.document, SequenceIndent::Compact, &mut text);
        text
    }
}
