//! Go's ways of writing values, where kpt's messages and files show them.

use std::fmt::Write as _;
use std::io;

/// `text` as Go's `%q` writes it: in double quotes, with escapes for what cannot be printed.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            // Writing to a String cannot fail.
            other if (other as u32) < 0x20 || other as u32 == 0x7f => {
                let _ = write!(out, "\\x{:02x}", other as u32);
            }
            other if is_printable(other) => out.push(other),
            other if (other as u32) < 0x1_0000 => {
                let _ = write!(out, "\\u{:04x}", other as u32);
            }
            other => {
                let _ = write!(out, "\\U{:08x}", other as u32);
            }
        }
    }
    out.push('"');
    out
}

/// The system's words as Go gives them: lower case, without the number.
pub(crate) fn error_text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "not a directory".to_owned(),
        _ => error.to_string(),
    }
}

/// Near Go's `unicode.IsPrint`: no control, format, separator (but the space) or private characters.
fn is_printable(character: char) -> bool {
    !(character.is_control()
        || (character.is_whitespace() && character != ' ')
        || matches!(character as u32,
            0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xfff9..=0xfffb
            | 0xe000..=0xf8ff | 0xe0001..=0xe007f | 0xf_0000..=0x10_ffff))
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn quotes_as_go_does() {
        for (text, expected) in [
            ("a/b", "\"a/b\""),
            ("a\"\\\n\t", "\"a\\\"\\\\\\n\\t\""),
            ("é\u{1}\u{7f}\u{a0}", "\"é\\x01\\x7f\\u00a0\""),
            ("\u{e0001}", "\"\\U000e0001\""),
        ] {
            assert_eq!(quote(text), expected);
        }
    }
}
