//! How a new string is written so that every YAML reader reads it as a string.

use crate::resolve::{Scalar, resolve_plain};
use crate::tree::{Document, NodeId, Style};

impl Document {
    /// A new string scalar, styled as go-yaml v3 styles a Go string; not yet part of the tree.
    pub fn new_string(&mut self, text: &str) -> NodeId {
        self.new_scalar(text, string_style(text))
    }
}

/// The style go-yaml v3 gives to a Go string: literal where it has several lines, double quotes where YAML 1.1
/// or 1.2 would read something else than a string, plain otherwise. Inside of flow collections, and where the
/// text cannot stand unquoted (`a: b`), [`emit`](crate::emit) puts quotes on its own account.
#[must_use]
pub fn string_style(text: &str) -> Style {
    if text.contains('\n') {
        // go-yaml writes a literal here, too, that starts with a tab; no reader accepts it.
        if text.starts_with('\t') { Style::DoubleQuoted } else { Style::Literal }
    } else if matches!(resolve_plain(text), Scalar::Str(_)) && text != "<<" && !is_base_60(text) && !is_old_bool(text) {
        Style::Plain
    } else {
        Style::DoubleQuoted
    }
}

/// Booleans of YAML 1.1 that YAML 1.2 reads as strings.
fn is_old_bool(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF"
    )
}

/// Numbers to base 60 of YAML 1.1: `12:30`, `1:30:00.5`.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or("");
    let digits = |text: &str, extra: u8| text.bytes().all(|byte| byte.is_ascii_digit() || byte == extra);
    first.starts_with(|character: char| character.is_ascii_digit())
        && digits(first, b'_')
        && digits(fraction, b'_')
        && whole.contains(':')
        && parts.all(|part| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
}
