//! SPDX licence expressions, as far as a document may state them (SPDX 2.3 Annex D): identifiers of the licence list,
//! `+`, `WITH`, `AND`, `OR` and parentheses. References to licence texts (`LicenseRef-…`) are not possible here, as the
//! documents carry no texts.

use std::collections::HashMap;
use std::sync::OnceLock;

use thiserror::Error;

/// How deep parentheses may be; more than anybody writes.
const MAX_DEPTH: usize = 32;

/// Why a text is no licence expression.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum LicenseError {
    #[error("`{0}` is not on the SPDX License List; see https://spdx.org/licenses/")]
    Unknown(String),
    #[error("`{0}` is written `{1}` on the SPDX License List")]
    Spelling(String, &'static str),
    #[error("`{0}` is no licence expression such as `Apache-2.0` or `MIT OR (Apache-2.0 AND BSD-3-Clause)`")]
    Malformed(String),
}

/// The expression with single blanks.
///
/// # Errors
/// The text is no expression over the SPDX License List.
pub(crate) fn parse(text: &str) -> Result<String, LicenseError> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let malformed = || LicenseError::Malformed(text.trim().to_owned());
    let mut depth = 0_usize;
    // Whether a licence (or an opening parenthesis) has to come next, and whether `WITH` may.
    let (mut wants_operand, mut after_license) = (true, false);
    let mut words_left = words.iter();
    while let Some(word) = words_left.next() {
        match *word {
            "(" if wants_operand && depth < MAX_DEPTH => depth += 1,
            ")" if !wants_operand && depth > 0 => {
                depth -= 1;
                after_license = false;
            }
            "AND" | "OR" if !wants_operand => (wants_operand, after_license) = (true, false),
            "WITH" if after_license => {
                known(words_left.next().ok_or_else(malformed)?, &lists().exceptions)?;
                after_license = false;
            }
            "(" | ")" | "AND" | "OR" | "WITH" => return Err(malformed()),
            license if wants_operand => {
                known(license.strip_suffix('+').unwrap_or(license), &lists().licenses)?;
                (wants_operand, after_license) = (false, true);
            }
            _ => return Err(malformed()),
        }
    }
    if wants_operand || depth > 0 {
        return Err(malformed());
    }
    Ok(words.join(" ").replace("( ", "(").replace(" )", ")"))
}

fn known(identifier: &str, list: &HashMap<String, &'static str>) -> Result<(), LicenseError> {
    match list.get(&identifier.to_lowercase()) {
        Some(listed) if *listed == identifier => Ok(()),
        Some(listed) => Err(LicenseError::Spelling(identifier.to_owned(), listed)),
        None => Err(LicenseError::Unknown(identifier.to_owned())),
    }
}

/// Identifiers by their lower case.
struct Lists {
    licenses: HashMap<String, &'static str>,
    exceptions: HashMap<String, &'static str>,
}

fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let text = include_str!("../data/spdx_licenses.txt");
        let (licenses, exceptions) = text.split_once("# Exceptions").unwrap_or((text, ""));
        let read = |part: &'static str| {
            let lines = part.lines().skip(1).filter(|line| !line.starts_with('#'));
            lines.flat_map(str::split_whitespace).map(|word| (word.to_lowercase(), word)).collect()
        };
        Lists { licenses: read(licenses), exceptions: read(exceptions) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        for (text, expected) in [
            ("Apache-2.0", "Apache-2.0"),
            (" MIT  OR (Apache-2.0 AND BSD-3-Clause) ", "MIT OR (Apache-2.0 AND BSD-3-Clause)"),
            (
                "GPL-2.0-or-later WITH Classpath-exception-2.0 AND MIT",
                "GPL-2.0-or-later WITH Classpath-exception-2.0 AND MIT",
            ),
            ("((LGPL-2.1+))", "((LGPL-2.1+))"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn other_texts_say_what_is_wrong_with_them() {
        for text in [
            "",
            "MIT OR",
            "(MIT",
            "MIT)",
            "MIT MIT",
            "AND MIT",
            "MIT WITH",
            "(MIT) WITH Classpath-exception-2.0",
            "MIT (MIT)",
        ] {
            assert_eq!(parse(text), Err(LicenseError::Malformed(text.to_owned())));
        }
        assert_eq!(parse("apache-2.0"), Err(LicenseError::Spelling("apache-2.0".into(), "Apache-2.0")));
        for text in ["Apache 2", "LicenseRef-mine", "MIT WITH MIT"] {
            assert!(matches!(parse(text), Err(LicenseError::Unknown(_) | LicenseError::Malformed(_))), "{text}");
        }
        assert!(parse(&"(".repeat(100_000)).is_err());
    }

    #[test]
    fn the_lists_are_read_whole() {
        assert!(lists().licenses.len() > 600 && lists().exceptions.len() > 50);
        assert!(lists().licenses.contains_key("apache-2.0") && lists().licenses.contains_key("0bsd"));
    }
}
