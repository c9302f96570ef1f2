//! Writing `results.yaml`.

use porchlight_package::Compat;
use porchlight_yaml::{Document, Kind, NodeId, Scalar, SequenceIndent, Style};

use super::{FieldRef, FieldValue, FunctionResult, FunctionResultList, ResultItem};

/// Name of the file in the results directory.
pub const RESULTS_FILE: &str = "results.yaml";

impl FunctionResultList {
    /// The content of `results.yaml`, as that kpt writes it.
    #[must_use]
    pub fn to_yaml(&self, compat: Compat) -> String {
        let mut writer = Writer::new(compat);
        let root = writer.list(self);
        let mut text = String::new();
        porchlight_yaml::emit(&writer.finish(root), SequenceIndent::Wide, &mut text);
        text
    }
}

/// Writes results as kpt's types are written.
pub(crate) struct Writer {
    document: Document,
    compat: Compat,
}

impl Writer {
    pub(crate) fn new(compat: Compat) -> Self {
        Self { document: Document::default(), compat }
    }

    /// The document with `root`.
    pub(crate) fn finish(mut self, root: NodeId) -> Document {
        self.document.set_root(root);
        self.document
    }

    pub(crate) fn mapping(&mut self) -> NodeId {
        self.document.new_mapping()
    }

    fn list(&mut self, list: &FunctionResultList) -> NodeId {
        let root = self.document.new_mapping();
        self.text(root, "apiVersion", "kpt.dev/v1");
        self.text(root, "kind", "FunctionResultList");
        let metadata = self.document.new_mapping();
        self.text(metadata, "name", "fnresults");
        self.put(root, "metadata", metadata);
        self.number(root, "exitCode", list.exit_code().into());
        self.sequence(root, "items", &list.items, Self::function);
        root
    }

    fn function(&mut self, function: &FunctionResult) -> NodeId {
        let node = self.document.new_mapping();
        self.text(node, "image", &function.image);
        self.text(node, "exec", &function.exec);
        self.text(node, "stderr", &function.stderr);
        self.number(node, "exitCode", function.exit_code.into());
        self.sequence(node, "results", &function.results, Self::item);
        node
    }

    pub(crate) fn item(&mut self, item: &ResultItem) -> NodeId {
        let node = self.document.new_mapping();
        self.text(node, "message", &item.message);
        self.text(node, "severity", &item.severity);
        if let Some(resource) = &item.resource {
            let part = self.document.new_mapping();
            self.text(part, "apiVersion", &resource.api_version);
            self.text(part, "kind", &resource.kind);
            self.text(part, "name", &resource.name);
            self.text(part, "namespace", &resource.namespace);
            self.put_object(node, "resourceRef", part);
        }
        if let Some(field) = &item.field {
            let part = self.field(field);
            self.put_object(node, "field", part);
        }
        if let Some(file) = &item.file {
            let part = self.document.new_mapping();
            self.text(part, "path", &file.path);
            if file.index != 0 {
                self.number(part, "index", file.index);
            }
            self.put_object(node, "file", part);
        }
        if !item.tags.is_empty() {
            let part = self.document.new_mapping();
            for (key, value) in &item.tags {
                let value = self.document.new_string(value);
                self.put(part, key, value);
            }
            self.put(node, "tags", part);
        }
        node
    }

    fn field(&mut self, field: &FieldRef) -> NodeId {
        let node = self.document.new_mapping();
        self.text(node, "path", &field.path);
        for (name, value) in [("currentValue", &field.current), ("proposedValue", &field.proposed)] {
            let Some(value) = value else { continue };
            match self.compat {
                // Since beta.63 these are always text.
                Compat::Latest => self.text(node, name, &value.text),
                Compat::Beta56 => {
                    let value = self.any(value);
                    self.put(node, name, value);
                }
            }
        }
        node
    }

    fn any(&mut self, value: &FieldValue) -> NodeId {
        if value.is_suggestion {
            // beta.56 writes its own data structure here in place of the value.
            let wrapper = self.document.new_mapping();
            let matches = self.document.new_sequence();
            self.document.set_style(matches, Style::Flow);
            self.put(wrapper, "match", matches);
            return wrapper;
        }
        match value.value.root() {
            Some(root) => {
                let node = self.document.import(&value.value, root);
                self.normalise(node);
                node
            }
            None => self.document.new_string(""),
        }
    }

    /// Rewrites a tree the way Go writes a decoded value: block style, plain or quoted by need, keys sorted.
    fn normalise(&mut self, root: NodeId) {
        let mut work = vec![root];
        while let Some(node) = work.pop() {
            match self.document.kind(node) {
                Kind::Alias => {}
                Kind::Scalar => self.normalise_scalar(node),
                kind @ (Kind::Mapping | Kind::Sequence) => {
                    let is_empty = self.document.first_child(node).is_none();
                    self.document.set_style(node, if is_empty { Style::Flow } else { Style::Plain });
                    if kind == Kind::Mapping {
                        self.sort_keys(node);
                    }
                    work.extend(self.document.children(node));
                }
            }
            self.document.set_tag(node, "");
            if self.document.comments(node).is_some() {
                *self.document.comments_mut(node) = Default::default();
            }
        }
    }

    fn normalise_scalar(&mut self, node: NodeId) {
        let text = match self.document.resolve(node) {
            Scalar::Str(text) => text.to_owned(),
            Scalar::Bool(value) => return self.document.set_text(node, value.to_string(), Style::Plain),
            Scalar::Int(value) => return self.document.set_text(node, value.to_string(), Style::Plain),
            Scalar::Uint(value) => return self.document.set_text(node, value.to_string(), Style::Plain),
            _ => return self.document.set_style(node, Style::Plain),
        };
        let (text, style) = {
            let new = self.document.new_string(&text);
            (self.document.text(new).to_owned(), self.document.style(new))
        };
        self.document.set_text(node, text, style);
    }

    fn sort_keys(&mut self, mapping: NodeId) {
        let mut entries: Vec<(NodeId, NodeId)> = self.document.entries(mapping).collect();
        entries.sort_by(|a, b| self.document.text(a.0).cmp(self.document.text(b.0)));
        let children: Vec<NodeId> = entries.into_iter().flat_map(|(key, value)| [key, value]).collect();
        self.document.set_children(mapping, &children);
    }

    fn put(&mut self, mapping: NodeId, key: &str, value: NodeId) {
        let key = self.document.new_string(key);
        self.document.push_entry(mapping, key, value);
    }

    /// An object, written `{}` where it has no fields.
    fn put_object(&mut self, mapping: NodeId, key: &str, object: NodeId) {
        if self.document.first_child(object).is_none() {
            self.document.set_style(object, Style::Flow);
        }
        self.put(mapping, key, object);
    }

    /// A text field; left out where it is empty.
    pub(crate) fn text(&mut self, mapping: NodeId, key: &str, text: &str) {
        if !text.is_empty() {
            let value = self.document.new_string(text);
            self.put(mapping, key, value);
        }
    }

    pub(crate) fn number(&mut self, mapping: NodeId, key: &str, number: i64) {
        let value = self.document.new_scalar(number.to_string(), Style::Plain);
        self.put(mapping, key, value);
    }

    /// A list; left out where it is empty.
    pub(crate) fn sequence<T>(
        &mut self,
        mapping: NodeId,
        key: &str,
        items: &[T],
        write: impl Fn(&mut Self, &T) -> NodeId,
    ) {
        if items.is_empty() {
            return;
        }
        let sequence = self.document.new_sequence();
        for item in items {
            let node = write(self, item);
            self.document.push(sequence, node);
        }
        self.put(mapping, key, sequence);
    }
}
