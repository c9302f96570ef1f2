//! Reading the `results` of a function's output, with the rules and words of go-yaml: what fits is taken, what does not
//! is told, all of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use porchlight_package::{Compat, quote};
use porchlight_yaml::{Document, Kind, NodeId, Scalar, SequenceIndent, parse_first};

use super::{FieldRef, FieldValue, FileRef, ResourceRef, ResultItem};
use crate::restore::is_nil_or_empty;

/// Longest scalar that a message shows whole, in bytes.
const SHOWN_VALUE: usize = 10;

/// Results that do not have the form of results.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", words(.problems))]
pub struct ResultsError {
    /// What does not fit: the line within the results as kpt writes them anew, from 1, and kpt's words.
    pub problems: Vec<(u32, String)>,
}

fn words(problems: &[(u32, String)]) -> String {
    let mut text = "yaml: unmarshal errors:".to_owned();
    for (line, problem) in problems {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  line {line}: {problem}");
    }
    text
}

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct ReadResults {
    /// The results as far as they have their form.
    pub(crate) items: Vec<ResultItem>,
    /// Where some have not.
    pub(crate) error: Option<ResultsError>,
}

/// Reads a list of results, or the older form: an object with the list in `items`. Nothing and null mean none.
/// Unknown fields are left out, as kpt does.
pub(crate) fn read_results(document: &Document, node: NodeId, compat: Compat) -> ReadResults {
    if is_nil_or_empty(document, node) {
        return ReadResults::default();
    }
    let list = match document.kind(node) {
        Kind::Mapping => document.get(node, "items").filter(|items| !is_nil_or_empty(document, *items)).unwrap_or(node),
        _ => node,
    };
    let read = read(document, list, compat);
    if read.error.is_none() {
        return read;
    }
    // kpt writes the results anew before it decodes them; its lines are those of that text.
    let mut text = String::new();
    porchlight_yaml::emit_node(document, list, SequenceIndent::Compact, &mut text);
    match parse_first(Arc::from(text)) {
        Ok(Some(document)) => match document.root() {
            Some(root) => self::read(&document, root, compat),
            None => read,
        },
        _ => read,
    }
}

fn read(document: &Document, list: NodeId, compat: Compat) -> ReadResults {
    let mut reader = Reader { document, compat, problems: Vec::new() };
    let items = match document.kind(list) {
        Kind::Sequence => document.children(list).filter_map(|item| reader.item(item)).collect(),
        _ => {
            reader.misfit(list, if compat == Compat::Beta56 { "framework.Results" } else { "[]v1.ResultItem" });
            Vec::new()
        }
    };
    let problems = reader.problems;
    ReadResults { items, error: (!problems.is_empty()).then_some(ResultsError { problems }) }
}

struct Reader<'a> {
    document: &'a Document,
    compat: Compat,
    problems: Vec<(u32, String)>,
}

impl<'a> Reader<'a> {
    /// A result; none of what is no object. kpt panics at null.
    fn item(&mut self, item: NodeId) -> Option<ResultItem> {
        let mut result = ResultItem::default();
        let name = if self.compat == Compat::Beta56 { "framework.Result" } else { "v1.ResultItem" };
        for (key, value) in self.entries(item, name)? {
            match key {
                _ if self.is_null(value) => {}
                "message" => result.message = self.text(value, "string"),
                "severity" => result.severity = self.text(value, "framework.Severity"),
                "resourceRef" => result.resource = Some(self.resource(value)),
                "field" => result.field = self.field(value),
                "file" => result.file = Some(self.file(value)),
                "tags" => result.tags = self.tags(value),
                _ => {}
            }
        }
        Some(result)
    }

    fn resource(&mut self, node: NodeId) -> ResourceRef {
        let mut resource = ResourceRef::default();
        let fields = self.fields(node, "yaml.ResourceIdentifier");
        for (key, value) in &fields {
            match *key {
                "apiVersion" => resource.api_version = self.text(*value, "string"),
                "kind" => resource.kind = self.text(*value, "string"),
                "name" => resource.name = self.text(*value, "string"),
                "namespace" => resource.namespace = self.text(*value, "string"),
                _ => {}
            }
        }
        // Older functions put name and namespace one level down. kpt takes them with their quotes.
        let metadata = fields.iter().find(|(key, _)| *key == "metadata").map(|(_, value)| *value);
        if let Some(metadata) = metadata {
            if let Some(name) = self.document.get(metadata, "name") {
                resource.name = self.written(name);
            }
            if let Some(namespace) = self.document.get(metadata, "namespace") {
                let namespace = self.written(namespace);
                if !namespace.is_empty() && namespace != "''" {
                    resource.namespace = namespace;
                }
            }
        }
        resource
    }

    fn field(&mut self, node: NodeId) -> Option<FieldRef> {
        let get = |key| {
            let value = self.document.get(node, key)?;
            let is_null = self.document.kind(value) == Kind::Scalar && is_nil_or_empty(self.document, value);
            (!is_null).then_some(value)
        };
        let (current, proposed, suggested) = (get("currentValue"), get("proposedValue"), get("suggestedValue"));
        let path = match (self.compat, get("path")) {
            (Compat::Beta56, _) => {
                let fields = self.fields(node, "framework.Field");
                let path = fields.into_iter().find(|(key, _)| *key == "path");
                path.map_or_else(String::new, |(_, path)| self.text(path, "string"))
            }
            // The current kpt looks for a text and takes nothing else.
            (Compat::Latest, Some(path)) if matches!(self.document.resolve(path), Scalar::Str(_)) => {
                self.document.text(path).trim().to_owned()
            }
            (Compat::Latest, _) => String::new(),
        };
        if self.compat == Compat::Beta56 && self.document.kind(node) != Kind::Mapping {
            return Some(FieldRef::default());
        }
        Some(FieldRef {
            path,
            current: current.map(|value| self.value(value, false)),
            proposed: suggested
                .map(|value| self.value(value, true))
                .or_else(|| proposed.map(|value| self.value(value, false))),
        })
    }

    fn value(&self, node: NodeId, is_suggestion: bool) -> FieldValue {
        let text = if self.document.kind(node) == Kind::Scalar && !is_suggestion {
            self.document.text(node).trim().to_owned()
        } else {
            self.written(node)
        };
        let mut value = Document::new(Arc::clone(self.document.source()));
        let root = value.import(self.document, node);
        value.set_root(root);
        FieldValue { text, value, is_suggestion }
    }

    fn file(&mut self, node: NodeId) -> FileRef {
        let mut file = FileRef::default();
        for (key, value) in self.fields(node, "framework.File") {
            match key {
                "path" => file.path = self.text(value, "string"),
                "index" => file.index = self.integer(value),
                _ => {}
            }
        }
        file
    }

    fn tags(&mut self, node: NodeId) -> BTreeMap<String, String> {
        let mut tags = BTreeMap::new();
        for (key, value) in self.entries(node, "map[string]string").unwrap_or_default() {
            let before = self.problems.len();
            let text = self.text(value, "string");
            if self.problems.len() == before {
                tags.insert(key.to_owned(), text);
            }
        }
        tags
    }

    /// The fields of an object that are not null.
    fn fields(&mut self, node: NodeId, name: &str) -> Vec<(&'a str, NodeId)> {
        let mut fields = self.entries(node, name).unwrap_or_default();
        fields.retain(|(_, value)| !self.is_null(*value));
        fields
    }

    /// The entries of a mapping, unless a key is there twice.
    fn entries(&mut self, node: NodeId, name: &str) -> Option<Vec<(&'a str, NodeId)>> {
        let document = self.document;
        if document.kind(node) != Kind::Mapping {
            if !self.is_null(node) {
                self.misfit(node, name);
            }
            return None;
        }
        let before = self.problems.len();
        let mut lines: BTreeMap<&str, u32> = BTreeMap::new();
        for (key, _) in document.entries(node) {
            if let Some(earlier) = lines.insert(document.text(key), document.line(key)) {
                let message = format!("mapping key {} already defined at line {earlier}", quote(document.text(key)));
                self.problems.push((document.line(key), message));
            }
        }
        if self.problems.len() > before {
            return None;
        }
        Some(document.entries(node).map(|(key, value)| (document.text(key), value)).collect())
    }

    /// The text of a scalar; "" for null.
    fn text(&mut self, node: NodeId, name: &str) -> String {
        match self.document.kind(node) {
            Kind::Scalar if self.is_null(node) => String::new(),
            Kind::Scalar => self.document.text(node).to_owned(),
            _ => {
                self.misfit(node, name);
                String::new()
            }
        }
    }

    fn integer(&mut self, node: NodeId) -> i64 {
        match self.document.kind(node) {
            Kind::Scalar => match self.document.resolve(node) {
                Scalar::Int(value) => return value,
                #[expect(clippy::cast_possible_truncation, reason = "Go cuts the fraction, too")]
                Scalar::Float(value) if value.abs() <= 2_f64.powi(53) => return value as i64,
                _ => {}
            },
            Kind::Mapping | Kind::Sequence | Kind::Alias => {}
        }
        self.misfit(node, "int");
        0
    }

    fn is_null(&self, node: NodeId) -> bool {
        self.document.kind(node) == Kind::Scalar && matches!(self.document.resolve(node), Scalar::Null)
    }

    /// A node as YAML in one line, if it has one.
    fn written(&self, node: NodeId) -> String {
        let mut text = String::new();
        porchlight_yaml::emit_node(self.document, node, SequenceIndent::Compact, &mut text);
        text.trim().to_owned()
    }

    /// Notes that a node does not fit a type of Go.
    fn misfit(&mut self, node: NodeId, name: &str) {
        let what = match self.document.kind(node) {
            Kind::Mapping => "!!map".to_owned(),
            Kind::Sequence => "!!seq".to_owned(),
            Kind::Alias => "!!str".to_owned(),
            Kind::Scalar => {
                let tag = match self.document.tag(node) {
                    "" | "!" => self.document.resolve(node).tag(),
                    tag => tag,
                };
                format!("{tag} `{}`", shown(self.document.text(node)))
            }
        };
        self.problems.push((self.document.line(node), format!("cannot unmarshal {what} into {name}")));
    }
}

/// A value as messages of go-yaml show it.
fn shown(text: &str) -> String {
    if text.len() <= SHOWN_VALUE {
        return text.to_owned();
    }
    let mut end = SHOWN_VALUE - 3;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}...", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, compat: Compat) -> (Vec<String>, Vec<String>) {
        let document = parse_first(Arc::from(text)).unwrap().unwrap();
        let read = read_results(&document, document.root().unwrap(), compat);
        let problems = read.error.map(|error| error.to_string().lines().skip(1).map(str::to_owned).collect());
        (read.items.iter().map(ToString::to_string).collect(), problems.unwrap_or_default())
    }

    /// Recorded from kpt beta.56.
    #[test]
    fn everything_that_does_not_fit_is_told_and_the_rest_is_taken() {
        let text = "- message: {a: b}\n- message: ok\n  severity: [1]\n- text that is long\n\
                    - file: {path: x, index: one}\n  tags: {a: [1], b: c}\n- field: x\n  resourceRef: [a]\n\
                    - message: fine\n  field: {path: 3, currentValue: {a: [1]}}\n";
        let (items, problems) = read(text, Compat::Beta56);
        assert_eq!(items, ["[info]: ", "[info]: ok", "[info]: ", "[info] : ", "[info] 3: fine"]);
        assert_eq!(
            problems,
            [
                "  line 1: cannot unmarshal !!map into string",
                "  line 3: cannot unmarshal !!seq into framework.Severity",
                "  line 4: cannot unmarshal !!str `text th...` into framework.Result",
                "  line 5: cannot unmarshal !!str `one` into int",
                "  line 6: cannot unmarshal !!seq into string",
                "  line 7: cannot unmarshal !!str `x` into framework.Field",
                "  line 8: cannot unmarshal !!seq into yaml.ResourceIdentifier",
            ]
        );
    }

    #[test]
    fn the_current_kpt_has_types_of_its_own() {
        assert_eq!(
            read("text\n", Compat::Beta56).1,
            ["  line 1: cannot unmarshal !!str `text` into framework.Results"]
        );
        assert_eq!(read("text\n", Compat::Latest).1, ["  line 1: cannot unmarshal !!str `text` into []v1.ResultItem"]);
        assert_eq!(read("- 5\n", Compat::Latest).1, ["  line 1: cannot unmarshal !!int `5` into v1.ResultItem"]);
        assert_eq!(read("- field: x\n  message: m\n", Compat::Latest), (vec!["[info] : m".to_owned()], vec![]));
        assert_eq!(read("- field: {path: 3}\n", Compat::Latest).0, ["[info] : "]);
    }

    #[test]
    fn the_older_form_keeps_quotes() {
        let text = "items:\n- resourceRef: {name: a, metadata: {name: \"x\", namespace: ''}}\n  file: {index: 1.5}\n";
        assert_eq!(read(text, Compat::Beta56), (vec!["[info] \"x\": ".to_owned()], vec![]));
        let twice = "- message: {a: 1}\n  message: y\n";
        assert_eq!(read(twice, Compat::Beta56).1, ["  line 2: mapping key \"message\" already defined at line 1"]);
    }
}
