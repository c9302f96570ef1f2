//! Splitting the text of `exec:` into words, as kpt does (kpt-render §6.1): quotes and backslashes of a POSIX shell,
//! no variables, no globs; `#` at the start of a word begins a comment.

use std::fmt;

/// A text that ends in the middle of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// A quote is open.
    Quote,
    /// The last character is a backslash.
    Escape,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Quote => "EOF found when expecting closing quote",
            Self::Escape => "EOF found after escape character",
        })
    }
}

/// The words of `text`.
///
/// Unlike in a shell, a backslash within double quotes always takes the next character as it is, and a line break
/// after a backslash is kept.
pub(crate) fn split(text: &str) -> Result<Vec<String>, Unfinished> {
    let mut words = Vec::new();
    let mut characters = text.chars();
    let mut word: Option<String> = None;
    while let Some(character) = characters.next() {
        match character {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '#' if word.is_none() => while characters.next().is_some_and(|skipped| skipped != '\n') {},
            '\\' => word.get_or_insert_default().push(characters.next().ok_or(Unfinished::Escape)?),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or(Unfinished::Quote)? {
                        quote if quote == character => break,
                        '\\' if character == '"' => word.push(characters.next().ok_or(Unfinished::Escape)?),
                        other => word.push(other),
                    }
                }
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_kpt_splits_them() {
        for (text, words) in [
            ("", &[] as &[&str]),
            ("  ./fn  --flag\tvalue\n", &["./fn", "--flag", "value"]),
            ("sh -c 'cat; exit 1'", &["sh", "-c", "cat; exit 1"]),
            (r#"a "b c" 'd "e"' f\ g"#, &["a", "b c", "d \"e\"", "f g"]),
            (r#""a\"b\c" 'x\y'"#, &[r#"a"bc"#, r"x\y"]),
            ("a'b'\"c\"d", &["abcd"]),
            ("a '' \"\"", &["a", "", ""]),
            ("a #comment b\nc", &["a", "c"]),
            ("a#b", &["a#b"]),
            ("# only", &[]),
            ("a\\\nb", &["a\nb"]),
            ("$HOME *.yaml ~", &["$HOME", "*.yaml", "~"]),
        ] {
            assert_eq!(split(text).unwrap(), words, "{text:?}");
        }
    }

    #[test]
    fn unfinished_words_are_refused_in_the_words_of_kpt() {
        for (text, message) in [
            ("a 'b", "EOF found when expecting closing quote"),
            ("a \"b", "EOF found when expecting closing quote"),
            ("a\\", "EOF found after escape character"),
            ("a \"b\\", "EOF found after escape character"),
        ] {
            assert_eq!(split(text).unwrap_err().to_string(), message, "{text:?}");
        }
    }
}
