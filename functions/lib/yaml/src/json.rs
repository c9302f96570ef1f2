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
    use super::json;

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
