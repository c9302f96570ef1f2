//! Whether a package is what a statement tells of.

use std::fmt;

use crate::directory::DirectoryHash;
use crate::statement::{DIRECTORY_HASH, PREDICATE_TYPE, STATEMENT_TYPE, Statement};

/// A text that is no statement about a render.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// Not JSON, or not the fields of such a statement.
    #[error("it is no statement about a render: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A statement of another kind.
    #[error("`{field}` is `{found}`, expected `{expected}`")]
    Other {
        /// Which field tells.
        field: &'static str,
        /// What it is.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// It names no package by its digest.
    #[error("its subject has no digest `dirHash`")]
    NoDigest,
}

/// One thing that is not as the statement tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about.
    pub what: String,
    /// As the statement tells.
    pub told: String,
    /// As it is.
    pub found: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: the statement tells of {}, found {}", self.what, self.told, self.found)
    }
}

/// What differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// The package itself, where it differs.
    pub package: Option<Difference>,
    /// Functions that are here in another version than the one that was run; a render now may give something else.
    pub functions: Vec<Difference>,
}

/// Compares a package with what the statement `json` tells of it, and the functions at hand with those that were run.
///
/// `at_hand` gives the SHA-256 (hex) of the function that would run now under a name, if one would.
///
/// # Errors
/// `json` is no statement of ours.
pub fn verify(
    json: &str,
    package: &DirectoryHash,
    at_hand: impl Fn(&str) -> Option<String>,
) -> Result<Differences, StatementError> {
    let statement: Statement = serde_json::from_str(json)?;
    for (field, found, expected) in [
        ("_type", &statement.statement_type, STATEMENT_TYPE),
        ("predicateType", &statement.predicate_type, PREDICATE_TYPE),
    ] {
        if found != expected {
            return Err(StatementError::Other { field, found: found.clone(), expected });
        }
    }
    let subject = statement.subject.first().ok_or(StatementError::NoDigest)?;
    let told = subject.digest.get(DIRECTORY_HASH).ok_or(StatementError::NoDigest)?;
    let found = package.to_string();
    let package =
        (*told != found).then(|| Difference { what: format!("package `{}`", subject.name), told: told.clone(), found });
    let functions = statement
        .predicate
        .build_definition
        .resolved_dependencies
        .iter()
        .filter_map(|dependency| {
            let name = dependency.name.strip_prefix("function ")?;
            let told = dependency.digest.get("sha256")?;
            let found = at_hand(name).filter(|found| found != told)?;
            Some(Difference { what: format!("function `{name}`"), told: told.clone(), found })
        })
        .collect();
    Ok(Differences { package, functions })
}
