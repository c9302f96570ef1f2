//! The texts of a document: laid out for people, and in the canonical form of RFC 8785 (keys sorted, no white space).
//!
//! A digest of the canonical form does not depend on how the document is laid out:
//! `jq --join-output --compact-output --sort-keys . sbom.cdx.json | sha256sum` gives the same.

use std::cmp::Ordering;

use super::{Json, Kind};

impl Json {
    /// The text with two spaces a level, as `serde_json` writes it, and a line break at the end.
    pub(crate) fn pretty(&self) -> String {
        let mut out = String::with_capacity(self.texts.len() * 2);
        self.write_pretty(0, 0, &mut out);
        out.push('\n');
        out
    }

    /// The canonical text. Numbers are whole ones here, which every writer spells alike.
    pub(crate) fn canonical(&self) -> String {
        let mut out = String::with_capacity(self.texts.len() + self.nodes.len() * 3);
        self.write_canonical(0, &mut Vec::new(), &mut out);
        out
    }

    fn write_pretty(&self, node: usize, level: usize, out: &mut String) {
        let (open, close) = match self.nodes[node].kind {
            Kind::List => ('[', ']'),
            Kind::Object => ('{', '}'),
            _ => return self.write_leaf(node, out),
        };
        out.push(open);
        if self.behind(node) == node + 1 {
            out.push(close);
            return;
        }
        let is_object = open == '{';
        for (position, child) in self.below(node).enumerate() {
            if is_object && position % 2 == 1 {
                out.push_str(": ");
            } else {
                out.push_str(if position == 0 { "\n" } else { ",\n" });
                indent(level + 1, out);
            }
            self.write_pretty(child, level + 1, out);
        }
        out.push('\n');
        indent(level, out);
        out.push(close);
    }

    /// `keys` is room for the keys of the objects around.
    fn write_canonical(&self, node: usize, keys: &mut Vec<(u64, usize)>, out: &mut String) {
        match self.nodes[node].kind {
            Kind::List => {
                out.push('[');
                for (position, child) in self.below(node).enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    self.write_canonical(child, keys, out);
                }
                out.push(']');
            }
            Kind::Object => {
                let first = keys.len();
                for key in self.below(node).step_by(2) {
                    self.insert_key(key, first, keys);
                }
                out.push('{');
                for position in first..keys.len() {
                    if position > first {
                        out.push(',');
                    }
                    let key = keys[position].1;
                    self.write_leaf(key, out);
                    out.push(':');
                    self.write_canonical(key + 1, keys, out);
                }
                out.push('}');
                keys.truncate(first);
            }
            Kind::Plain | Kind::Escaped | Kind::Literal => self.write_leaf(node, out),
        }
    }

    /// Puts a key where it belongs among those from `first` on. Objects have few keys.
    fn insert_key(&self, key: usize, first: usize, keys: &mut Vec<(u64, usize)>) {
        let beginning = beginning(self.text(self.nodes[key]));
        let mut place = keys.len();
        while place > first {
            let (other, node) = keys[place - 1];
            let order = other.cmp(&beginning).then_with(|| self.order(node, key));
            if order != Ordering::Greater {
                break;
            }
            place -= 1;
        }
        keys.insert(place, (beginning, key));
    }

    /// RFC 8785 §3.2.3 sorts by UTF-16 code units.
    fn order(&self, one: usize, other: usize) -> Ordering {
        self.text(self.nodes[one]).encode_utf16().cmp(self.text(self.nodes[other]).encode_utf16())
    }

    fn write_leaf(&self, node: usize, out: &mut String) {
        let node = self.nodes[node];
        match node.kind {
            Kind::Plain => {
                out.push('"');
                out.push_str(self.text(node));
                out.push('"');
            }
            Kind::Escaped => out.push_str(&serde_json::Value::from(self.text(node)).to_string()),
            Kind::Literal | Kind::List | Kind::Object => out.push_str(self.text(node)),
        }
    }
}

fn indent(level: usize, out: &mut String) {
    for _ in 0..level {
        out.push_str("  ");
    }
}

/// The first characters of a key as a number that orders keys as they are ordered, up to the first that is not ASCII.
fn beginning(key: &str) -> u64 {
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
            prop_assert_eq!(json.pretty(), serde_json::to_string_pretty(&value).unwrap() + "\n");
            prop_assert_eq!(json.canonical(), sorted(&value).to_string());
        }
    }
}
