//! Scalars as Go writes them.

use std::fmt::Write as _;

use porchlight_yaml::{Document, NodeId, Scalar};

/// Appends the scalar `node`.
pub(super) fn write(document: &Document, node: NodeId, out: &mut String) -> Result<(), String> {
    // Writing to a String cannot fail.
    match document.resolve(node) {
        Scalar::Null => out.push_str("null"),
        Scalar::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Scalar::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Scalar::Uint(value) => {
            let _ = write!(out, "{value}");
        }
        Scalar::Float(value) => float(value, out)?,
        Scalar::Timestamp(text) => string(&timestamp(text), out),
        Scalar::Binary(text) => {
            let bytes = base64(text).ok_or("a !!binary value is no base64")?;
            string(&String::from_utf8(bytes).map_err(|_| "a !!binary value is no text")?, out);
        }
        Scalar::Merge | Scalar::Str(_) => string(document.text(node), out),
    }
    Ok(())
}

fn float(value: f64, out: &mut String) -> Result<(), String> {
    if !value.is_finite() {
        let name = if value.is_nan() { "NaN" } else { "infinity" };
        return Err(format!("JSON has no {name}"));
    }
    let size = value.abs();
    let _ = if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{value:e}");
        // Go writes the sign of every exponent.
        write!(out, "{}", if text.contains("e-") { text } else { text.replace('e', "e+") })
    } else {
        write!(out, "{value}")
    };
    Ok(())
}

/// Appends `text` in quotes.
pub(super) fn string(text: &str, out: &mut String) {
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
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => escape(character, out),
            other if other.is_control() => escape(other, out),
            other => out.push(other),
        }
    }
    out.push('"');
}

fn escape(character: char, out: &mut String) {
    let _ = write!(out, "\\u{:04x}", u32::from(character));
}

/// A YAML timestamp in the form of RFC 3339: padded, zone written, no needless zeros in the fraction.
fn timestamp(text: &str) -> String {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => (text, "0:0:0"),
    };
    let date: Vec<String> = date.split('-').map(|part| format!("{part:0>2}")).collect();
    let zone_start = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone_start);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let clock: Vec<String> = clock.split(':').map(|part| format!("{part:0>2}")).collect();
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    let zone = if matches!(zone, "" | "Z" | "+00:00" | "-00:00") { "Z" } else { zone };
    format!("{}T{}{dot}{fraction}{zone}", date.join("-"), clock.join(":"))
}

/// Decodes padded base64; line ends are skipped, as Go does.
fn base64(text: &str) -> Option<Vec<u8>> {
    let symbols: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    let data = symbols.iter().position(|byte| *byte == b'=').map_or(&symbols[..], |end| &symbols[..end]);
    if !symbols.len().is_multiple_of(4)
        || symbols.len() - data.len() > 2
        || symbols[data.len()..].iter().any(|b| *b != b'=')
    {
        return None;
    }
    let mut bytes = Vec::with_capacity(data.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for symbol in data {
        let value = match symbol {
            b'A'..=b'Z' => symbol - b'A',
            b'a'..=b'z' => symbol - b'a' + 26,
            b'0'..=b'9' => symbol - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}
