//! What a scalar means: go-yaml v3's reading of YAML 1.1 and 1.2.

use crate::tree::{Document, Kind, NodeId, Style};

mod number;
mod timestamp;

/// The value of a scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// Nothing, `~`, `null`.
    Null,
    /// `true` or `false`; not `yes`, `on` and the like, which are strings.
    Bool(bool),
    /// A whole number, also in the forms `0x1f`, `0b101`, `0o17`, `017`, `1_000`.
    Int(i64),
    /// A whole number above `i64::MAX`.
    Uint(u64),
    /// A number with a fraction or exponent, `.inf`, `.nan`, and whole numbers beyond 64 bits.
    Float(f64),
    /// A date or a point in time, as written.
    Timestamp(&'a str),
    /// `<<`.
    Merge,
    /// Explicitly tagged `!!binary`: base64, as written.
    Binary(&'a str),
    /// Everything else.
    Str(&'a str),
}

impl Scalar<'_> {
    /// The tag go-yaml gives to such a value.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Bool(_) => "!!bool",
            Self::Int(_) | Self::Uint(_) => "!!int",
            Self::Float(_) => "!!float",
            Self::Timestamp(_) => "!!timestamp",
            Self::Merge => "!!merge",
            Self::Binary(_) => "!!binary",
            Self::Str(_) => "!!str",
        }
    }
}

impl Document {
    /// The value of a scalar node. Quotes and an explicit tag are taken into account; where the tag is not
    /// one of YAML's own or does not fit the text, the value is a string. Collections and aliases are `Str("")`
    /// and the alias's name.
    #[must_use]
    pub fn resolve(&self, scalar: NodeId) -> Scalar<'_> {
        let text = self.text(scalar);
        if self.kind(scalar) != Kind::Scalar {
            return Scalar::Str(text);
        }
        let plain = matches!(self.style(scalar), Style::Plain | Style::Flow);
        match self.tag(scalar) {
            "" if !plain => Scalar::Str(text),
            "" if text == "<<" => Scalar::Merge,
            "" => resolve_plain(text),
            "!!null" => Scalar::Null,
            "!!binary" => Scalar::Binary(text),
            "!!merge" => Scalar::Merge,
            "!!float" => match resolve_plain(text) {
                Scalar::Int(value) => Scalar::Float(value as f64),
                Scalar::Uint(value) => Scalar::Float(value as f64),
                float @ Scalar::Float(_) => float,
                _ => Scalar::Str(text),
            },
            tag @ ("!!bool" | "!!int" | "!!timestamp") => {
                let value = resolve_plain(text);
                if value.tag() == tag { value } else { Scalar::Str(text) }
            }
            _ => Scalar::Str(text),
        }
    }
}

/// The value of an unquoted text without tag. `<<` is a string here: whether it merges depends on its place.
#[must_use]
pub fn resolve_plain(text: &str) -> Scalar<'_> {
    let Some(first) = text.bytes().next() else { return Scalar::Null };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => number::dotted(text).map_or(Scalar::Str(text), Scalar::Float),
        b'+' | b'-' | b'0'..=b'9' => {
            if timestamp::is_timestamp(text) {
                Scalar::Timestamp(text)
            } else {
                number::signed(text).unwrap_or(Scalar::Str(text))
            }
        }
        _ => Scalar::Str(text),
    }
}

fn word(text: &str) -> Scalar<'_> {
    match text {
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => Scalar::Str(text),
    }
}
