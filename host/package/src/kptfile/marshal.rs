//! Writing a Kptfile anew, field by field, as kpt does when `fn eval --save` adds a function or a render its status.
//!
//! Fields come in the order of kpt's types, keys of maps sorted, empty fields left out, texts quoted as go-yaml
//! quotes them. Comments and the order of the file are not here: they are put back from the old file afterwards.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use porchlight_yaml::{Document, NodeId, Style};

use super::decode::{Decoded, Fields};
use super::schema::{Object, Type};
use super::{FunctionKind, FunctionRef, KptfileProblem, Selector, read, schema};
use crate::compat::Compat;

/// A Kptfile with one function more, or with the function's entry replaced.
#[derive(Clone, Debug)]
pub struct Marshalled {
    /// What was read.
    pub old: Document,
    /// The same with the function, without comments.
    pub new: Document,
    /// True where the function was there already, by its image or command.
    pub updated: bool,
}

/// Puts a function into the Kptfile `text`: in place of those with its image or command, or behind the others.
///
/// # Errors
/// As [`super::Kptfile::parse`].
pub fn with_function(
    text: &str,
    kind: FunctionKind,
    function: &FunctionRef,
    compat: Compat,
) -> Result<Marshalled, KptfileProblem> {
    let (old, fields) = read::fields(text, compat)?;
    let mut writer =
        Writer { old: &old, new: Document::new(Arc::from("")), addition: Some((kind, function)), updated: false };
    let root = writer.object(&fields, &schema::KPTFILE);
    if fields.get("pipeline").is_none() {
        let pipeline = writer.new.new_mapping();
        writer.functions(pipeline, (kind, function), &[]);
        writer.insert_pipeline(root, pipeline);
    }
    let Writer { mut new, updated, .. } = writer;
    new.set_root(root);
    Ok(Marshalled { old, new, updated })
}

/// A Kptfile as it is, in kpt's layout.
pub(super) fn marshal(old: &Document, fields: &Fields) -> Document {
    let mut writer = Writer { old, new: Document::new(Arc::from("")), addition: None, updated: false };
    let root = writer.object(fields, &schema::KPTFILE);
    writer.new.set_root(root);
    writer.new
}

struct Writer<'a> {
    old: &'a Document,
    new: Document,
    /// A function that goes into its list.
    addition: Option<(FunctionKind, &'a FunctionRef)>,
    updated: bool,
}

impl Writer<'_> {
    fn object(&mut self, fields: &Fields, object: &'static Object) -> NodeId {
        let mapping = self.new.new_mapping();
        let is_pipeline = std::ptr::eq(object, &raw const schema::PIPELINE);
        for field in object.fields {
            if let Some((kind, function)) = self.addition.filter(|(kind, _)| is_pipeline && field.key == kind.field()) {
                let list: &[Fields] = match fields.get(field.key) {
                    Some(Decoded::List(list)) => list,
                    _ => &[],
                };
                self.functions(mapping, (kind, function), list);
                continue;
            }
            let value = match fields.get(field.key) {
                Some(decoded) => self.value(decoded, field.holds, field.always, field.key),
                None if field.always => Some(self.empty(field.holds)),
                None => None,
            };
            if let Some(value) = value {
                self.entry(mapping, field.key, value);
            }
        }
        mapping
    }

    fn value(&mut self, decoded: &Decoded, holds: Type, always: bool, key: &str) -> Option<NodeId> {
        match (decoded, holds) {
            (Decoded::Text(text), _) => (always || !text.is_empty()).then(|| self.new.new_string(text)),
            (Decoded::TextMap(map), _) => self.text_map(map),
            (Decoded::TextList(texts), _) if !texts.is_empty() => {
                let list = self.new.new_sequence();
                for text in texts {
                    let text = self.new.new_string(text);
                    self.new.push(list, text);
                }
                Some(list)
            }
            (Decoded::Object(fields), Type::Object(object)) => {
                let mapping = self.object(fields, object);
                // Go's zero value of metadata is left out, a pointer to an empty object is not.
                (key != "metadata" || self.new.first_child(mapping).is_some()).then_some(mapping)
            }
            (Decoded::List(items), Type::List(object)) if !items.is_empty() => {
                let list = self.new.new_sequence();
                for item in items {
                    let item = self.object(item, object);
                    self.new.push(list, item);
                }
                Some(list)
            }
            (Decoded::Integer(text), _) => Some(self.new.new_scalar(text.as_str(), Style::Plain)),
            (Decoded::Any(node), _) => Some(self.new.import(self.old, *node)),
            _ => None,
        }
    }

    fn empty(&mut self, holds: Type) -> NodeId {
        match holds {
            Type::Integer => self.new.new_scalar("0", Style::Plain),
            _ => self.new.new_string(""),
        }
    }

    /// The list the function belongs to, with the function.
    fn functions(&mut self, pipeline: NodeId, (kind, function): (FunctionKind, &FunctionRef), old: &[Fields]) {
        let list = self.new.new_sequence();
        for entry in old {
            let same =
                |key, own: &str| matches!(entry.get(key), Some(Decoded::Text(text)) if !text.is_empty() && text == own);
            let item = if same("image", &function.image) || same("exec", &function.exec) {
                self.updated = true;
                self.function(function)
            } else {
                self.object(entry, &schema::FUNCTION)
            };
            self.new.push(list, item);
        }
        if !self.updated {
            let item = self.function(function);
            self.new.push(list, item);
        }
        self.entry(pipeline, kind.field(), list);
    }

    fn function(&mut self, function: &FunctionRef) -> NodeId {
        let mapping = self.new.new_mapping();
        self.text(mapping, "image", &function.image);
        self.text(mapping, "exec", &function.exec);
        self.text(mapping, "configPath", &function.config_path);
        self.map(mapping, "configMap", &function.config_map);
        self.text(mapping, "name", &function.name);
        self.text(mapping, "tag", &function.tag);
        self.selectors(mapping, "selectors", &function.selectors);
        self.selectors(mapping, "exclude", &function.exclude);
        mapping
    }

    fn selectors(&mut self, function: NodeId, key: &str, selectors: &[Selector]) {
        if selectors.is_empty() {
            return;
        }
        let list = self.new.new_sequence();
        for selector in selectors {
            let mapping = self.new.new_mapping();
            self.text(mapping, "apiVersion", &selector.api_version);
            self.text(mapping, "kind", &selector.kind);
            self.text(mapping, "name", &selector.name);
            self.text(mapping, "namespace", &selector.namespace);
            self.map(mapping, "labels", &selector.labels);
            self.map(mapping, "annotations", &selector.annotations);
            self.new.push(list, mapping);
        }
        self.entry(function, key, list);
    }

    fn text(&mut self, mapping: NodeId, key: &str, text: &str) {
        if !text.is_empty() {
            let value = self.new.new_string(text);
            self.entry(mapping, key, value);
        }
    }

    fn map(&mut self, mapping: NodeId, key: &str, map: &BTreeMap<String, String>) {
        if let Some(value) = self.text_map(map) {
            self.entry(mapping, key, value);
        }
    }

    fn text_map(&mut self, map: &BTreeMap<String, String>) -> Option<NodeId> {
        if map.is_empty() {
            return None;
        }
        let mapping = self.new.new_mapping();
        for key in sorted(map.keys().map(String::as_str).collect()) {
            let Some(text) = map.get(key) else { continue };
            let value = self.new.new_string(text);
            self.entry(mapping, key, value);
        }
        Some(mapping)
    }

    fn entry(&mut self, mapping: NodeId, key: &str, value: NodeId) {
        let key = self.new.new_string(key);
        self.new.push_entry(mapping, key, value);
    }

    /// Puts `pipeline` where kpt's type has it.
    fn insert_pipeline(&mut self, root: NodeId, pipeline: NodeId) {
        let key = self.new.new_string("pipeline");
        let after = ["inventory", "status"];
        let entries: Vec<(NodeId, NodeId)> = self.new.entries(root).collect();
        let place = entries.iter().position(|(key, _)| after.contains(&self.new.text(*key))).unwrap_or(entries.len());
        let (before, behind) = entries.split_at(place);
        let entries = before.iter().copied().chain([(key, pipeline)]).chain(behind.iter().copied());
        let children: Vec<NodeId> = entries.flat_map(|(key, value)| [key, value]).collect();
        self.new.set_children(root, &children);
    }
}

/// Keys in go-yaml's order. A merge sort of our own: the order is not transitive for every set of keys, which the
/// standard library's sort may answer with a panic.
fn sorted(mut keys: Vec<&str>) -> Vec<&str> {
    if keys.len() < 2 {
        return keys;
    }
    let right = sorted(keys.split_off(keys.len() / 2));
    let left = sorted(keys);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let next = if compare_keys(a, b) == Ordering::Greater { right.next() } else { left.next() };
        merged.extend(next);
    }
    merged.extend(left.chain(right));
    merged
}

/// The order go-yaml writes the keys of a map in: numbers within them count as numbers.
fn compare_keys(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(place) = a.iter().zip(&b).position(|(a, b)| a != b) else { return a.len().cmp(&b.len()) };
    let is_digit = |c: &&char| c.is_ascii_digit();
    match (a[place].is_alphabetic(), b[place].is_alphabetic()) {
        (true, true) => a[place].cmp(&b[place]),
        (a_is_letter, b_is_letter) if a_is_letter || b_is_letter => {
            let within_number = place > 0 && a[place - 1].is_ascii_digit();
            // A number that ends comes first; elsewhere letters come after everything else.
            if a_is_letter == within_number { Ordering::Less } else { Ordering::Greater }
        }
        _ => {
            let zero = a[place] == '0' || b[place] == '0';
            let has_more = a[..place].iter().rev().take_while(is_digit).any(|digit| *digit != '0');
            let start = i64::from(zero && has_more);
            let number = |text: &[char]| {
                text.iter().take_while(is_digit).fold((start, 0), |(number, length): (i64, usize), digit| {
                    let digit = i64::from(digit.to_digit(10).unwrap_or_default());
                    (number.wrapping_mul(10).wrapping_add(digit), length + 1)
                })
            };
            number(&a[place..]).cmp(&number(&b[place..])).then(a[place].cmp(&b[place]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_the_order_of_go_yaml() {
        let keys = ["b", "a10", "a2", "a", "B", "a-b", "a02", "a1b", "1", "a_b", "a1"];
        assert_eq!(sorted(keys.to_vec()), ["1", "B", "a", "a-b", "a_b", "a1", "a1b", "a2", "a02", "a10", "b"]);
    }
}
