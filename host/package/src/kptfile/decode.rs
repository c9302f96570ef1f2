//! Strict decoding of a document against the [`schema`](super::schema), with go-yaml's rules and words.
//!
//! All problems of a file are collected, as go-yaml does. Scalars fit where text is wanted; null leaves a field
//! empty; aliases and merge keys are followed.

use std::collections::{BTreeMap, HashMap, HashSet};

use porchlight_yaml::{Document, Kind, NodeId, Scalar};

use super::error::FieldProblem;
use super::schema::{Object, Type};
use crate::compat::Compat;
use crate::go::quote;

/// Values visited before a file is refused: aliases can make few bytes into many values.
const MOST_VALUES: usize = 200_000;

/// Repeated keys of one mapping that are named.
const MOST_REPETITIONS: usize = 20;

/// Longest scalar that a message shows whole, in bytes.
const SHOWN_VALUE: usize = 10;

/// A value that fits its type.
#[derive(Debug)]
pub(super) enum Decoded {
    Text(String),
    TextMap(BTreeMap<String, String>),
    Object(Fields),
    List(Vec<Fields>),
    TextList(Vec<String>),
    /// As it is written.
    Integer(String),
    /// Of any type: the node that holds it.
    Any(NodeId),
}

/// The fields of an object that are there.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Line of the object, from 1.
    pub(super) line: u32,
    values: HashMap<&'static str, Decoded>,
}

impl Fields {
    /// A field, where it is there.
    pub(super) fn get(&self, key: &str) -> Option<&Decoded> {
        self.values.get(key)
    }

    /// Takes a text; "" where it is absent.
    pub(super) fn text(&mut self, key: &str) -> String {
        match self.values.remove(key) {
            Some(Decoded::Text(text)) => text,
            _ => String::new(),
        }
    }

    /// Takes a map of texts; empty where it is absent.
    pub(super) fn text_map(&mut self, key: &str) -> BTreeMap<String, String> {
        match self.values.remove(key) {
            Some(Decoded::TextMap(map)) => map,
            _ => BTreeMap::new(),
        }
    }

    /// Takes an object; without fields where it is absent.
    pub(super) fn object(&mut self, key: &str) -> Self {
        match self.values.remove(key) {
            Some(Decoded::Object(fields)) => fields,
            _ => Self::default(),
        }
    }

    /// Takes a list of objects; empty where it is absent.
    pub(super) fn list(&mut self, key: &str) -> Vec<Self> {
        match self.values.remove(key) {
            Some(Decoded::List(list)) => list,
            _ => Vec::new(),
        }
    }
}

/// Why a document does not fit.
#[derive(Debug)]
pub(super) enum Misfit {
    /// Something that ends the reading at once: its line and words.
    Whole(u32, String),
    /// Fields, at least one.
    Fields(Vec<FieldProblem>),
}

/// Decodes the node `root` as `object`.
pub(super) fn decode(
    document: &Document,
    root: NodeId,
    object: &'static Object,
    compat: Compat,
) -> Result<Fields, Misfit> {
    let mut decoder =
        Decoder { document, compat, anchors: None, problems: Vec::new(), failure: None, open: Vec::new(), visited: 0 };
    let decoded = decoder.value(root, Type::Object(object));
    match (decoder.failure, decoded) {
        (Some((line, message)), _) => Err(Misfit::Whole(line, message)),
        (None, _) if !decoder.problems.is_empty() => Err(Misfit::Fields(decoder.problems)),
        (None, Some(Decoded::Object(fields))) => Ok(fields),
        (None, _) => Ok(Fields::default()),
    }
}

struct Decoder<'a> {
    document: &'a Document,
    compat: Compat,
    /// Anchored nodes by name, made when the first alias is met.
    anchors: Option<HashMap<&'a str, Vec<NodeId>>>,
    problems: Vec<FieldProblem>,
    /// What ended the reading; nothing is looked at after it.
    failure: Option<(u32, String)>,
    /// Aliases being followed.
    open: Vec<NodeId>,
    visited: usize,
}

impl<'a> Decoder<'a> {
    /// Types nest only so deep, so this recursion is bounded by the schema and not by the input.
    fn value(&mut self, node: NodeId, wanted: Type) -> Option<Decoded> {
        self.visited += 1;
        if self.visited > MOST_VALUES {
            self.fail(node, "document contains excessive aliasing".to_owned());
        }
        if self.failure.is_some() {
            return None;
        }
        match self.document.kind(node) {
            Kind::Alias => {
                let target = self.follow(node)?;
                self.open.push(node);
                let decoded = self.value(target, wanted);
                self.open.pop();
                decoded
            }
            Kind::Scalar => self.scalar(node, wanted),
            Kind::Mapping => self.mapping(node, wanted),
            Kind::Sequence => self.sequence(node, wanted),
        }
    }

    fn scalar(&mut self, node: NodeId, wanted: Type) -> Option<Decoded> {
        let resolved = self.document.resolve(node);
        match (wanted, resolved) {
            (_, Scalar::Null) => None,
            (Type::Text(_), _) => Some(Decoded::Text(self.document.text(node).to_owned())),
            (Type::Any, _) => Some(Decoded::Any(node)),
            (Type::Integer, Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_)) => {
                Some(Decoded::Integer(self.document.text(node).to_owned()))
            }
            _ => {
                let text = self.document.text(node);
                let shown = if text.len() > SHOWN_VALUE {
                    let mut end = 7;
                    while !text.is_char_boundary(end) {
                        end -= 1;
                    }
                    format!("{}...", &text[..end])
                } else {
                    text.to_owned()
                };
                let tag = match self.document.tag(node) {
                    "" | "!" => resolved.tag(),
                    tag => tag,
                };
                self.problem(
                    node,
                    format!("cannot unmarshal {tag} `{shown}` into {}", wanted.go_name()),
                    expected(wanted),
                );
                None
            }
        }
    }

    fn sequence(&mut self, node: NodeId, wanted: Type) -> Option<Decoded> {
        let item = match wanted {
            Type::List(object) => Type::Object(object),
            Type::TextList => Type::Text("string"),
            Type::Any => return Some(Decoded::Any(node)),
            _ => {
                self.problem(node, format!("cannot unmarshal !!seq into {}", wanted.go_name()), expected(wanted));
                return None;
            }
        };
        let (mut items, mut texts) = (Vec::new(), Vec::new());
        for child in self.document.children(node) {
            match self.value(child, item) {
                Some(Decoded::Object(fields)) => items.push(fields),
                Some(Decoded::Text(text)) => texts.push(text),
                _ if self.is_null(child) => texts.push(String::new()),
                _ => {}
            }
        }
        Some(if matches!(wanted, Type::List(_)) { Decoded::List(items) } else { Decoded::TextList(texts) })
    }

    fn mapping(&mut self, node: NodeId, wanted: Type) -> Option<Decoded> {
        if !self.keys_are_unique(node) {
            return None;
        }
        match wanted {
            Type::Object(object) => {
                let mut fields = Fields { line: self.document.line(node), values: HashMap::new() };
                self.object(node, object, &mut fields);
                Some(Decoded::Object(fields))
            }
            Type::TextMap => {
                let mut map = BTreeMap::new();
                self.text_map(node, &mut map);
                Some(Decoded::TextMap(map))
            }
            Type::Any => Some(Decoded::Any(node)),
            _ => {
                self.problem(node, format!("cannot unmarshal !!map into {}", wanted.go_name()), expected(wanted));
                None
            }
        }
    }

    fn object(&mut self, node: NodeId, object: &'static Object, fields: &mut Fields) {
        let mut merged = None;
        for (key, value) in self.document.entries(node) {
            if self.is_merge(key) {
                merged = Some(value);
                continue;
            }
            let Some(Decoded::Text(name)) = self.value(key, Type::Text("string")) else { continue };
            match object.field(&name, self.compat) {
                Some(field) => {
                    if !fields.values.contains_key(field.key)
                        && let Some(decoded) = self.value(value, field.holds)
                    {
                        fields.values.insert(field.key, decoded);
                    }
                }
                None => {
                    let message = format!("field {name} not found in type {}", object.name);
                    let hint = self.known_fields(&name, object);
                    self.problem(key, message, Some(hint));
                }
            }
        }
        for source in self.merge_sources(merged) {
            self.object(source, object, fields);
        }
    }

    fn text_map(&mut self, node: NodeId, map: &mut BTreeMap<String, String>) {
        let mut merged = None;
        for (key, value) in self.document.entries(node) {
            if self.is_merge(key) {
                merged = Some(value);
                continue;
            }
            let Some(Decoded::Text(name)) = self.value(key, Type::Text("string")) else { continue };
            if map.contains_key(&name) {
                continue;
            }
            match self.value(value, Type::Text("string")) {
                Some(Decoded::Text(text)) => {
                    map.insert(name, text);
                }
                _ if self.is_null(value) => {
                    map.insert(name, String::new());
                }
                _ => {}
            }
        }
        for source in self.merge_sources(merged) {
            self.text_map(source, map);
        }
    }

    fn is_merge(&self, key: NodeId) -> bool {
        self.document.kind(key) == Kind::Scalar && matches!(self.document.resolve(key), Scalar::Merge)
    }

    fn is_null(&self, node: NodeId) -> bool {
        self.document.kind(node) == Kind::Scalar && matches!(self.document.resolve(node), Scalar::Null)
    }

    /// The mappings a merge key names.
    fn merge_sources(&mut self, merged: Option<NodeId>) -> Vec<NodeId> {
        let Some(value) = merged else { return Vec::new() };
        let listed: Vec<NodeId> = match self.document.kind(value) {
            Kind::Sequence => self.document.children(value).collect(),
            _ => vec![value],
        };
        let mut sources = Vec::new();
        for source in listed {
            let target = if self.document.kind(source) == Kind::Alias { self.follow(source) } else { Some(source) };
            match target {
                Some(target) if self.document.kind(target) == Kind::Mapping && self.visited < MOST_VALUES => {
                    self.visited += 1;
                    sources.push(target);
                }
                Some(_) => {
                    self.fail(source, "map merge requires map or sequence of maps as the value".to_owned());
                }
                None => {}
            }
        }
        sources
    }

    /// The node an alias stands for: the last of that anchor before it.
    fn follow(&mut self, alias: NodeId) -> Option<NodeId> {
        let name = self.document.text(alias);
        if self.open.contains(&alias) {
            self.fail(alias, format!("anchor '{name}' value contains itself"));
            return None;
        }
        let document = self.document;
        let anchors = self.anchors.get_or_insert_with(|| anchors(document));
        let target =
            anchors.get(name).and_then(|nodes| nodes.iter().rev().find(|node| node.index() < alias.index()).copied());
        if target.is_none() {
            self.fail(alias, format!("unknown anchor '{name}' referenced"));
        }
        target
    }

    /// Names every pair of equal keys, by the first of the two, as go-yaml does.
    fn keys_are_unique(&mut self, node: NodeId) -> bool {
        let document = self.document;
        let mut lines: HashMap<(Kind, &'a str), Vec<u32>> = HashMap::new();
        let keys: Vec<_> = document.entries(node).map(|(key, _)| (document.kind(key), document.text(key))).collect();
        for (key, _) in document.entries(node) {
            lines.entry((document.kind(key), document.text(key))).or_default().push(document.line(key));
        }
        let before = self.problems.len();
        if lines.len() < keys.len() {
            for key in keys {
                let Some(lines) = lines.get_mut(&key) else { continue };
                let earlier = lines.remove(0);
                for line in lines.iter().take(MOST_REPETITIONS) {
                    self.problems.push(FieldProblem {
                        line: *line,
                        message: format!("mapping key {} already defined at line {earlier}", quote(key.1)),
                        hint: Some("remove one of the two".to_owned()),
                    });
                }
                if self.problems.len() - before > MOST_REPETITIONS {
                    break;
                }
            }
        }
        self.problems.len() == before
    }

    fn fail(&mut self, node: NodeId, message: String) {
        self.failure.get_or_insert((self.document.line(node), message));
    }

    fn known_fields(&self, name: &str, object: &'static Object) -> String {
        if object.field(name, Compat::Latest).is_some() {
            return format!("`{name}` is not known to kpt beta.56: remove it or use the profile `latest`");
        }
        let lower = name.to_lowercase();
        if let Some(field) = object.known(self.compat).find(|field| close(&lower, &field.key.to_lowercase())) {
            return format!("unknown field `{name}`: did you mean `{}`?", field.key);
        }
        let keys: Vec<&str> = object.known(self.compat).map(|field| field.key).collect();
        format!("unknown field `{name}`: remove it; known here: {}", keys.join(", "))
    }

    fn problem(&mut self, node: NodeId, message: String, hint: Option<String>) {
        self.problems.push(FieldProblem { line: self.document.line(node), message, hint });
    }
}

fn anchors(document: &Document) -> HashMap<&str, Vec<NodeId>> {
    let mut anchors: HashMap<&str, Vec<NodeId>> = HashMap::new();
    let mut work: Vec<NodeId> = document.root().into_iter().collect();
    let mut seen = HashSet::new();
    while let Some(node) = work.pop() {
        if seen.insert(node) {
            let name = document.anchor(node);
            if !name.is_empty() {
                anchors.entry(name).or_default().push(node);
            }
            work.extend(document.children(node));
        }
    }
    anchors.values_mut().for_each(|nodes| nodes.sort_unstable());
    anchors
}

fn expected(wanted: Type) -> Option<String> {
    let what = match wanted {
        Type::Text(_) => "a text",
        Type::Integer => "a whole number",
        Type::TextMap => "a mapping of texts, one `key: value` per line",
        Type::TextList => "a list of texts, each after `- `",
        Type::Object(_) => "a mapping, one `field: value` per line",
        Type::List(_) => "a list, each item after `- `",
        Type::Any => return None,
    };
    Some(format!("expected {what}"))
}

/// True for names that differ in at most two letters, and not in most of them.
fn close(a: &str, b: &str) -> bool {
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()] <= 2 && row[b.len()] * 2 < a.len().max(b.len())
}
