//! The texts of a document: laid out for people, and in the canonical form of RFC 8785 (keys sorted, no white space).
//!
//! A digest of the canonical form does not depend on how the document is laid out:
//! `jq --join-output --compact-output --sort-keys . sbom.cdx.json | sha256sum` gives the same.

use std::cmp::Ordering;

use super::{Json, Kind};

/// What a node amply adds to the texts of a document: keys that are stored once, and what stands between. Room that is not
/// used is not touched.
const PRETTY: usize = 32;
const CANONICAL: usize = 16;

impl Json {
    /// The text with two spaces a level, as `serde_json` writes it, and a line break at the end.
    pub(crate) fn pretty(&self) -> String {
        let mut out = String::with_capacity(self.texts.len() + self.nodes.len() * PRETTY);
        self.write_pretty(0, 0, &mut out);
        out.push('\n');
        out
    }

    /// True where that text is this one; it is not made for that.
    pub(crate) fn is_pretty(&self, text: &str) -> bool {
        let mut left = Left(text);
        self.write_pretty(0, 0, &mut left) && left.0 == "\n"
    }

    /// The canonical text. Numbers are whole ones here, which every writer spells alike.
    pub(crate) fn canonical(&self) -> String {
        self.canonical_around("").0
    }

    /// The canonical text, and where in it the value of a key of the root starts.
    pub(crate) fn canonical_around(&self, key: &str) -> (String, Option<usize>) {
        let out = String::with_capacity(self.texts.len() + self.nodes.len() * CANONICAL);
        let wanted = self.root().get(key).map(|value| value.node);
        let mut canonical = Canonical { json: self, keys: Vec::new(), wanted, found: None, out };
        canonical.write(0);
        (canonical.out, canonical.found)
    }

    /// False where the text goes another way.
    fn write_pretty(&self, node: usize, level: usize, out: &mut impl Out) -> bool {
        let (open, close) = match self.nodes[node].kind {
            Kind::List => ("[", "]"),
            Kind::Object => ("{", "}"),
            _ => return self.write_leaf(node, out),
        };
        if !out.put(open) {
            return false;
        }
        if self.behind(node) == node + 1 {
            return out.put(close);
        }
        let is_object = open == "{";
        for (position, child) in self.below(node).enumerate() {
            let is_written =
                if is_object && position % 2 == 1 { out.put(": ") } else { break_line(position > 0, level + 1, out) };
            if !is_written || !self.write_pretty(child, level + 1, out) {
                return false;
            }
        }
        break_line(false, level, out) && out.put(close)
    }

    /// RFC 8785 §3.2.3 sorts by UTF-16 code units.
    fn order(&self, one: usize, other: usize) -> Ordering {
        self.text(self.nodes[one]).encode_utf16().cmp(self.text(self.nodes[other]).encode_utf16())
    }

    fn write_leaf(&self, node: usize, out: &mut impl Out) -> bool {
        let node = self.nodes[node];
        match node.kind {
            Kind::Escaped => out.put(&serde_json::Value::from(self.text(node)).to_string()),
            _ => out.put(&self.texts[node.start as usize..node.end as usize]),
        }
    }
}

/// What takes a text piece by piece.
trait Out {
    /// False where the rest is of no interest.
    fn put(&mut self, piece: &str) -> bool;
}

impl Out for String {
    fn put(&mut self, piece: &str) -> bool {
        self.push_str(piece);
        true
    }
}

/// What is left of a text that others are compared with.
struct Left<'t>(&'t str);

impl Out for Left<'_> {
    fn put(&mut self, piece: &str) -> bool {
        self.0.strip_prefix(piece).map(|left| self.0 = left).is_some()
    }
}

/// Starts a line, behind a comma or not.
fn break_line(is_next: bool, level: usize, out: &mut impl Out) -> bool {
    const START: &str = ",\n                                ";
    let first = usize::from(!is_next);
    let (mut end, mut left) = (START.len(), level * 2 + 2);
    if left < end {
        (end, left) = (left, 0);
    } else {
        left -= end;
    }
    out.put(&START[first..end]) && (0..left).all(|_| out.put(" "))
}

/// A canonical text on its way.
struct Canonical<'j> {
    json: &'j Json,
    /// Room for the keys of the objects around.
    keys: Vec<(u64, usize)>,
    /// A node, and where its text starts.
    wanted: Option<usize>,
    found: Option<usize>,
    out: String,
}

impl Canonical<'_> {
    fn write(&mut self, node: usize) {
        let json = self.json;
        if self.wanted == Some(node) {
            self.found = Some(self.out.len());
        }
        match json.nodes[node].kind {
            Kind::List => {
                self.out.push('[');
                for (position, child) in json.below(node).enumerate() {
                    if position > 0 {
                        self.out.push(',');
                    }
                    self.write(child);
                }
                self.out.push(']');
            }
            Kind::Object => {
                let first = self.keys.len();
                for key in json.below(node).step_by(2) {
                    self.insert_key(key, first);
                }
                self.out.push('{');
                for position in first..self.keys.len() {
                    if position > first {
                        self.out.push(',');
                    }
                    let key = self.keys[position].1;
                    json.write_leaf(key, &mut self.out);
                    self.out.push(':');
                    self.write(key + 1);
                }
                self.out.push('}');
                self.keys.truncate(first);
            }
            _ => {
                json.write_leaf(node, &mut self.out);
            }
        }
    }

    /// Puts a key where it belongs among those from `first` on. Objects have few keys.
    fn insert_key(&mut self, key: usize, first: usize) {
        let beginning = beginning(self.json.text(self.json.nodes[key]));
        let mut place = self.keys.len();
        while place > first {
            let (other, node) = self.keys[place - 1];
            let order = other.cmp(&beginning).then_with(|| self.json.order(node, key));
            if order != Ordering::Greater {
                break;
            }
            place -= 1;
        }
        self.keys.insert(place, (beginning, key));
    }
}

/// The first characters of a key as a number that orders keys as they are ordered, up to the first that is not ASCII.
fn beginning(key: &str) -> u64 {
    if let Some(bytes) = key.as_bytes().first_chunk()
        && bytes.is_ascii()
    {
        return u64::from_be_bytes(*bytes);
    }
    let mut bytes = [0; 8];
    for (place, byte) in key.bytes().take(8).enumerate() {
        if !byte.is_ascii() {
            bytes[place..].fill(u8::MAX);
            break;
        }
        bytes[place] = byte;
    }
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::Json;

    #[test]
    fn keys_are_sorted_and_nothing_is_padded() {
        let value = json!({"b": [1, true, null], "a": {"é": "\u{7}/\"", "z": ""}, "\u{1F600}": 1, "\u{FFFD}": 2});
        assert_eq!(
            Json::of(&value).canonical(),
            "{\"a\":{\"z\":\"\",\"é\":\"\\u0007/\\\"\"},\"b\":[1,true,null],\"\u{1F600}\":1,\"\u{FFFD}\":2}"
        );
    }

    #[test]
    fn a_value_of_the_root_is_where_it_is_said_to_be() {
        let json = Json::of(&json!({"b": {"a": ""}, "é": 1, "a": "\"", "c": ""}));
        for (key, rest) in [("a", "\"\\\"\",\"b"), ("b", "{\"a\""), ("c", "\"\",\"é"), ("é", "1}")] {
            let (text, place) = json.canonical_around(key);
            assert!(place.is_some_and(|place| text[place..].starts_with(rest)), "{key}: {text}, {place:?}");
        }
        assert_eq!(json.canonical_around("d").1, None);
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec(("[a-c\"é\u{FFFD}\u{1F600}]{0,10}", inner), 0..6)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    fn sorted(value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(sorted).collect(),
            Value::Object(entries) => {
                let mut entries: Vec<_> = entries.iter().collect();
                entries.sort_by_key(|(key, _)| key.encode_utf16().collect::<Vec<_>>());
                Value::Object(entries.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect())
            }
            _ => value.clone(),
        }
    }

    proptest! {
        #[test]
        fn texts_are_those_of_serde_json(value in values()) {
            let json = Json::of(&value);
            let pretty = serde_json::to_string_pretty(&value).unwrap() + "\n";
            prop_assert!(json.is_pretty(&pretty) && !json.is_pretty(&pretty[1..]) && !json.is_pretty(pretty.trim_end()));
            prop_assert_eq!(json.pretty(), pretty);
            prop_assert_eq!(json.canonical(), sorted(&value).to_string());
        }
    }
}
