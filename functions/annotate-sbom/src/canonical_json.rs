//! JSON in the canonical form of RFC 8785 (keys sorted, no white space), and digests of it.
//!
//! A digest of the canonical form does not depend on how the document is laid out:
//! `jq --join-output --compact-output --sort-keys . sbom.cdx.json | sha256sum` gives the same.

use porchlight_krm::order::Arrange;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Canonical text of `value`. Numbers are whole ones here, which every writer spells alike. Recurses as deep as
/// the document types nest.
pub(crate) fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// `sha256:<hex>` of the canonical text.
pub(crate) fn digest(value: &Value) -> String {
    format!("sha256:{}", hex(&Sha256::digest(canonical(value).as_bytes())))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(entries) => {
            let mut sorted: Vec<_> = entries.iter().collect();
            // RFC 8785 §3.2.3 sorts by UTF-16 code units.
            sorted.arrange_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            text.push('{');
            for (position, (key, value)) in sorted.into_iter().enumerate() {
                if position > 0 {
                    text.push(',');
                }
                write(&Value::from(key.as_str()), text);
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => text.push_str(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_nothing_is_padded() {
        let value =
            serde_json::json!({"b": [1, true, null], "a": {"é": "\u{7}/\"", "z": ""}, "\u{1F600}": 1, "\u{FFFD}": 2});
        assert_eq!(
            canonical(&value),
            "{\"a\":{\"z\":\"\",\"é\":\"\\u0007/\\\"\"},\"b\":[1,true,null],\"\u{1F600}\":1,\"\u{FFFD}\":2}"
        );
    }

    #[test]
    fn digest_of_a_known_text() {
        // printf '{}' | sha256sum
        assert_eq!(
            digest(&serde_json::json!({})),
            "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
    }
}
