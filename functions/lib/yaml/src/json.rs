//! JSON values written down in the program, for few bytes of module.
//!
//! `serde_json::json!` writes code for every key and every value, 100 bytes each. Here what is constant is one text that one
//! function makes values of; only what is not constant is code.
//!
//! ```
//! use porchlight_yaml::json::json;
//!
//! let name = String::from("upf");
//! let value = json!({ "name": name, "ports": [53, { "port": 80 + 1 }], (String::from("key")): null });
//! assert_eq!(value.to_string(), r#"{"name":"upf","ports":[53,{"port":81}],"key":null}"#);
//! ```

pub use porchlight_yaml_derive::json;
use serde_json::{Map, Number, Value};

use crate::order::SortedMap;

/// What can stand in [`json!`] where something is not constant.
pub trait ToJson {
    /// The value.
    fn to_json(&self) -> Value;
}

impl ToJson for Value {
    fn to_json(&self) -> Value {
        self.clone()
    }
}

impl ToJson for Map<String, Value> {
    fn to_json(&self) -> Value {
        Value::Object(self.clone())
    }
}

impl<T: ToJson> ToJson for SortedMap<String, T> {
    fn to_json(&self) -> Value {
        Value::Object(self.iter().map(|(key, value)| (key.clone(), value.to_json())).collect())
    }
}

impl ToJson for str {
    fn to_json(&self) -> Value {
        Value::String(self.to_owned())
    }
}

impl ToJson for String {
    fn to_json(&self) -> Value {
        self.as_str().to_json()
    }
}

impl ToJson for bool {
    fn to_json(&self) -> Value {
        Value::Bool(*self)
    }
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl ToJson for $type {
            fn to_json(&self) -> Value {
                Value::from(*self)
            }
        }
    )*};
}

numbers! { i32 i64 u64 usize f64 }

impl<T: ToJson + ?Sized> ToJson for &T {
    fn to_json(&self) -> Value {
        T::to_json(self)
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_json)
    }
}

impl<T: ToJson> ToJson for [T] {
    fn to_json(&self) -> Value {
        Value::Array(self.iter().map(T::to_json).collect())
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Value {
        self.as_slice().to_json()
    }
}

/// The value as JSON on one line, as its `Display` writes it. That one brings 14 KB of tables for numbers along; here the
/// standard library writes them, which a module holds anyway.
#[must_use]
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, None, &mut out);
    out
}

/// The value as `serde_json::to_string_pretty` writes it.
#[must_use]
pub fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(value, Some(0), &mut out);
    out
}

/// `depth` where every item has a line of its own.
fn write(value: &Value, depth: Option<usize>, out: &mut String) {
    let inside = depth.map(|depth| depth + 1);
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                separate(index, inside, out);
                write(item, inside, out);
            }
            close(items.is_empty(), depth, ']', out);
        }
        Value::Object(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                separate(index, inside, out);
                write_string(key, out);
                out.push_str(if inside.is_some() { ": " } else { ":" });
                write(value, inside, out);
            }
            close(entries.is_empty(), depth, '}', out);
        }
    }
}

fn separate(index: usize, depth: Option<usize>, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
    new_line(depth, out);
}

fn close(is_empty: bool, depth: Option<usize>, mark: char, out: &mut String) {
    if !is_empty {
        new_line(depth, out);
    }
    out.push(mark);
}

fn new_line(depth: Option<usize>, out: &mut String) {
    let Some(depth) = depth else { return };
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn write_number(number: &Number, out: &mut String) {
    out.push_str(&match (number.as_u64(), number.as_i64(), number.as_f64()) {
        (Some(number), ..) => number.to_string(),
        (None, Some(number), _) => number.to_string(),
        (None, None, number) => {
            let number = number.unwrap_or_default();
            if number == 0.0 || (1e-5..1e16).contains(&number.abs()) {
                let text = number.to_string();
                if text.contains('.') { text } else { text + ".0" }
            } else {
                let text = format!("{number:e}");
                // A positive exponent has its sign.
                if number.abs() < 1.0 { text } else { text.replace('e', "e+") }
            }
        }
    });
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..'\u{20}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            character => out.push(character),
        }
    }
    out.push('"');
}

/// What [`json!`] calls: the text of what is constant, and what is not.
#[doc(hidden)]
#[must_use]
#[inline(never)]
pub fn fill(template: &str, holes: &[&dyn ToJson]) -> Value {
    Filling { template, holes }.value().expect("invariant: `json!` writes whole values")
}

struct Filling<'t> {
    template: &'t str,
    holes: &'t [&'t dyn ToJson],
}

impl<'t> Filling<'t> {
    /// The next value; `None` at the end of a list or object.
    fn value(&mut self) -> Option<Value> {
        let mark = self.template.bytes().next()?;
        self.template = &self.template[1..];
        Some(match mark {
            b'$' => {
                let (hole, rest) = self.holes.split_first()?;
                self.holes = rest;
                hole.to_json()
            }
            b't' => Value::Bool(true),
            b'f' => Value::Bool(false),
            b's' => Value::String(self.text()?.to_owned()),
            b'i' => Value::Number(self.text()?.parse::<u64>().map(Number::from).ok()?),
            b'[' => {
                let mut items = Vec::new();
                while let Some(item) = self.value() {
                    items.push(item);
                }
                Value::Array(items)
            }
            b'{' => {
                let mut object = Map::new();
                while let Some(key) = self.value() {
                    let Value::String(key) = key else { return None };
                    object.insert(key, self.value()?);
                }
                Value::Object(object)
            }
            b'n' => Value::Null,
            _ => return None,
        })
    }

    /// Up to the end of a text.
    fn text(&mut self) -> Option<&'t str> {
        let (text, rest) = self.template.split_once('\u{1f}')?;
        self.template = rest;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::{json, pretty, text};

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            (any::<i32>(), -30..30_i32)
                .prop_map(|(digits, exponent)| Value::from(f64::from(digits) * 10_f64.powi(exponent))),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::vec((any::<String>(), inner), 0..4)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn text_is_what_serde_json_writes(value in values()) {
            prop_assert_eq!(text(&value), value.to_string());
            prop_assert_eq!(pretty(&value), serde_json::to_string_pretty(&value).unwrap_or_default());
        }
    }

    #[test]
    fn values_are_as_serde_json_writes_them() {
        const KEY: &str = "constant";
        let (text, number, nothing) = (String::from("a\u{e4}"), 7_u64, None::<String>);
        let list = vec!["x", "y"];
        let inner = serde_json::json!({ "b": [1.5, -1] });
        let ours = json!({
            "text": text, "literal": "with \"quotes\"\n", "n": number, "list": list, KEY: [], "inner": inner, "none": nothing,
            std::concat!("a", "b"): { "empty": {}, "deep": [[1, 2], [true, false, null]], "sum": 1 + 2, "minus": -3 },
            "if": if number > 3 { "more" } else { "less" },
        });
        let theirs = serde_json::json!({
            "text": text, "literal": "with \"quotes\"\n", "n": number, "list": list, KEY: [], "inner": inner, "none": nothing,
            std::concat!("a", "b"): { "empty": {}, "deep": [[1, 2], [true, false, null]], "sum": 1 + 2, "minus": -3 },
            "if": if number > 3 { "more" } else { "less" },
        });
        assert_eq!(ours, theirs);
        assert_eq!(ours.to_string(), theirs.to_string());
        for (ours, theirs) in [(json!(true), serde_json::json!(true)), (json!([text]), serde_json::json!([text]))] {
            assert_eq!(ours, theirs);
        }
    }
}
