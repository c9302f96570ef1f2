//! Lists as JSON.

use std::borrow::Cow;

use porchlight_yaml::{Document, Kind, NodeId, Scalar};

/// Writes `root` as JSON with two spaces of indent. Numbers keep their digits. An alias is followed.
pub(super) fn write(document: &Document, root: NodeId, out: &mut String) {
    // What is still to be written, last first.
    let mut work = vec![Piece::Value(root, 0)];
    while let Some(piece) = work.pop() {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Line(depth) => {
                out.push('\n');
                out.extend(std::iter::repeat_n("  ", depth));
            }
            Piece::Key(node) => string(document.text(node), out),
            Piece::Value(node, depth) => match document.kind(node) {
                Kind::Scalar => scalar(document, node, out),
                Kind::Alias => match document.alias_target(node) {
                    Some(target) => work.push(Piece::Value(target, depth)),
                    None => out.push_str("null"),
                },
                Kind::Mapping | Kind::Sequence => collection(document, node, depth, out, &mut work),
            },
        }
    }
    out.push('\n');
}

enum Piece {
    Text(&'static str),
    Line(usize),
    Key(NodeId),
    Value(NodeId, usize),
}

fn collection(document: &Document, node: NodeId, depth: usize, out: &mut String, work: &mut Vec<Piece>) {
    let is_mapping = document.kind(node) == Kind::Mapping;
    let (open, close) = if is_mapping { ("{", "}") } else { ("[", "]") };
    out.push_str(open);
    if document.first_child(node).is_none() {
        out.push_str(close);
        return;
    }
    let start = work.len();
    if is_mapping {
        for (key, value) in document.entries(node) {
            work.extend([Piece::Line(depth + 1), Piece::Key(key), Piece::Text(": ")]);
            work.extend([Piece::Value(value, depth + 1), Piece::Text(",")]);
        }
    } else {
        for value in document.children(node) {
            work.extend([Piece::Line(depth + 1), Piece::Value(value, depth + 1), Piece::Text(",")]);
        }
    }
    work.pop();
    work.extend([Piece::Line(depth), Piece::Text(close)]);
    work[start..].reverse();
}

fn scalar(document: &Document, node: NodeId, out: &mut String) {
    let text = document.text(node);
    match document.resolve(node) {
        Scalar::Null => out.push_str("null"),
        Scalar::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_) if is_json_number(text) => out.push_str(text),
        Scalar::Int(value) => out.push_str(&value.to_string()),
        Scalar::Uint(value) => out.push_str(&value.to_string()),
        Scalar::Float(value) if value.is_finite() => out.push_str(&value.to_string()),
        _ => string(text, out),
    }
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{0}'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// JSON writes characters beyond the basic plane as two escapes (`\ud83d\ude00`), which YAML does not know. In a
/// text that starts as JSON they become the character itself.
pub(super) fn joined_surrogates(text: &str) -> Cow<'_, str> {
    if !text.trim_start().starts_with('{') || !(text.contains("\\ud") || text.contains("\\uD")) {
        return Cow::Borrowed(text);
    }
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find('\\') {
        let (before, escape) = rest.split_at(position);
        joined.push_str(before);
        let units = (unit(escape, 0), unit(escape, 6));
        if let (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) = units
            && let Some(character) = char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
        {
            joined.push(character);
            rest = &escape[12..];
            continue;
        }
        // The backslash and what it escapes stay as they are.
        let length = 1 + escape[1..].chars().next().map_or(0, char::len_utf8);
        joined.push_str(&escape[..length]);
        rest = &escape[length..];
    }
    joined.push_str(rest);
    Cow::Owned(joined)
}

/// The UTF-16 unit of the escape at `offset`: `\u` and four hexadecimal digits.
fn unit(text: &str, offset: usize) -> Option<u32> {
    let digits = text.get(offset..offset + 6)?.strip_prefix("\\u")?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{is_json_number, joined_surrogates};

    #[test]
    fn json_numbers_are_told_from_yaml_ones() {
        for text in ["0", "-1", "1.10", "1e3", "-0.5E-7", "12345678901234567890123"] {
            assert!(is_json_number(text), "{text}");
        }
        for text in ["", "-", "007", "0x1F", "+1", ".5", "1.", "1e", "1_000", ".inf", "0o7"] {
            assert!(!is_json_number(text), "{text}");
        }
    }

    #[test]
    fn surrogate_escapes_become_one_character_only_in_json() {
        assert_eq!(joined_surrogates(r#"{"a": "\ud83d\ude00"}"#), "{\"a\": \"\u{1f600}\"}");
        assert_eq!(joined_surrogates(r#"{"a": "\\ud83d\\ude00 \ud83d"}"#), r#"{"a": "\\ud83d\\ude00 \ud83d"}"#);
        assert_eq!(joined_surrogates(r#"a: "\ud83d\ude00""#), r#"a: "\ud83d\ude00""#);
    }
}
