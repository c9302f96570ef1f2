//! What can be wrong with a `Kptfile`, in kpt's words, with the place and the next step after them.

use std::fmt::{self, Write as _};
use std::path::PathBuf;

use crate::compat::Compat;
use crate::go::quote;

/// A `Kptfile` that cannot be used as one.
///
/// Displayed as kpt prints it (without kpt's closing space), then our own lines: `FILE:LINE` of each problem and
/// what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KptfileError {
    /// The package directory.
    pub package: PathBuf,
    /// Whose words to use.
    pub compat: Compat,
    /// What is wrong.
    pub problem: KptfileProblem,
}

/// What makes a `Kptfile` unreadable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KptfileProblem {
    /// There is none.
    Missing,
    /// The file is there and cannot be read; the text says why.
    Unreadable(String),
    /// It is a directory, a link out of the package, or no regular file; the text says what.
    NotAFile(&'static str),
    /// Not UTF-8; the offset of the first bad byte.
    NotUtf8(usize),
    /// Not YAML.
    Syntax {
        /// Line, from 1.
        line: u32,
        /// The parser's words.
        message: String,
    },
    /// No document in it.
    Empty,
    /// Neither apiVersion, kind nor metadata in it.
    NoMetadata,
    /// More than one `/` in apiVersion.
    BadApiVersion(String),
    /// `kpt.dev/v1alpha1` or `v1alpha2`; the version.
    OldVersion(String),
    /// Another kind of object.
    UnknownType {
        /// Group of its apiVersion, "" without one.
        group: String,
        /// Version of its apiVersion.
        version: String,
        /// Its kind.
        kind: String,
    },
    /// Unknown or repeated fields and values of the wrong kind; at least one.
    Fields(Vec<FieldProblem>),
}

/// go-yaml's words for a fault of syntax, where they are known to be looked for (kpt's own cases); ours otherwise.
fn go_words(message: &str) -> &str {
    if message.contains("found no `:`") { "could not find expected ':'" } else { message }
}

impl KptfileProblem {
    /// Line (0 where it is about the whole file) and words, for a message that names the file itself.
    #[must_use]
    pub fn line_and_words(&self) -> (u32, String) {
        match self {
            Self::Missing => (0, "no Kptfile".to_owned()),
            Self::Unreadable(why) => (0, why.clone()),
            Self::NotAFile(what) => (0, format!("the Kptfile is {what}")),
            Self::NotUtf8(offset) => (0, format!("byte {offset} is not UTF-8")),
            Self::Syntax { line, message } => (*line, message.clone()),
            Self::Empty => (0, "the Kptfile is empty".to_owned()),
            Self::NoMetadata | Self::BadApiVersion(_) | Self::OldVersion(_) | Self::UnknownType { .. } => {
                (0, "expected apiVersion: kpt.dev/v1 and kind: Kptfile".to_owned())
            }
            Self::Fields(problems) => {
                let words: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
                (problems.first().map_or(0, |problem| problem.line), words.join("; "))
            }
        }
    }
}

/// One field that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Line in the Kptfile, from 1.
    pub line: u32,
    /// go-yaml's words, without the line.
    pub message: String,
    /// What to do about it, where we know.
    pub hint: Option<String>,
}

impl KptfileError {
    /// The text kpt prints.
    #[must_use]
    pub fn kpt_message(&self) -> String {
        let package = quote(&self.package.to_string_lossy());
        let details = match &self.problem {
            KptfileProblem::Missing => return format!("Error: No Kptfile found at {package}."),
            KptfileProblem::OldVersion(version) => {
                let advice = match (version.as_str(), self.compat) {
                    ("v1alpha1", _) => {
                        "Please update the package to the latest format by following https://kpt.dev/installation/migration."
                    }
                    (_, Compat::Beta56) => {
                        "Please run \"kpt fn eval <PKG_PATH> -i gcr.io/kpt-fn/fix:v0.2 --include-meta-resources\" to upgrade the package and retry."
                    }
                    (_, Compat::Latest) => {
                        "Please run \"kpt fn eval <PKG_PATH> -i ghcr.io/kptdev/krm-functions-catalog/fix:latest --include-meta-resources\" to upgrade the package and retry."
                    }
                };
                return format!(
                    "Error: Kptfile at {package} has an old version ({}) of the Kptfile schema.\n{advice}",
                    quote(version)
                );
            }
            KptfileProblem::UnknownType { group, version, kind } => {
                let name = quote(&format!("{group}/{version}, Kind={kind}"));
                return format!("Error: Kptfile at {package} has an unknown resource type ({name}).");
            }
            KptfileProblem::Unreadable(message) => message.clone(),
            KptfileProblem::NotAFile(what) => format!("it is {what}"),
            KptfileProblem::NotUtf8(_) => "yaml: invalid UTF-8".to_owned(),
            KptfileProblem::Syntax { line, message } => format!("yaml: line {line}: {}", go_words(message)),
            KptfileProblem::Empty => "EOF".to_owned(),
            KptfileProblem::NoMetadata => "missing Resource metadata".to_owned(),
            KptfileProblem::BadApiVersion(text) => format!("unexpected GroupVersion string: {text}"),
            KptfileProblem::Fields(problems) => {
                problems.iter().fold("yaml: unmarshal errors:".to_owned(), |mut text, problem| {
                    // Writing to a String cannot fail.
                    let _ = write!(text, "\n  line {}: {}", problem.line, problem.message);
                    text
                })
            }
        };
        format!("Error: Kptfile at {package} can't be read.\n\nDetails:\n{details}")
    }

    /// Where the problem is and what to do, one line each.
    #[must_use]
    pub fn detail(&self) -> Vec<String> {
        let file = self.package.join(super::KPTFILE);
        let file = file.display();
        match &self.problem {
            KptfileProblem::Missing => {
                vec!["hint: name a directory that has a Kptfile, or write one: apiVersion kpt.dev/v1, kind Kptfile, metadata.name".to_owned()]
            }
            KptfileProblem::Unreadable(_) => vec![format!("{file}: check that it can be read")],
            KptfileProblem::NotAFile(_) => vec![format!("{file}: make it a regular file")],
            KptfileProblem::NotUtf8(offset) => {
                vec![format!("{file}: byte {offset} is not UTF-8; save the file as UTF-8")]
            }
            KptfileProblem::Syntax { line, message } => vec![format!("{file}:{line}: not YAML: {message}")],
            KptfileProblem::Empty => {
                vec![format!("{file}:1: empty; write at least apiVersion: kpt.dev/v1, kind: Kptfile and metadata.name")]
            }
            KptfileProblem::NoMetadata
            | KptfileProblem::BadApiVersion(_)
            | KptfileProblem::OldVersion(_)
            | KptfileProblem::UnknownType { .. } => {
                vec![format!("{file}: expected apiVersion: kpt.dev/v1 and kind: Kptfile")]
            }
            KptfileProblem::Fields(problems) => problems
                .iter()
                .filter_map(|problem| {
                    problem.hint.as_ref().map(|hint| format!("{file}:{line}: {hint}", line = problem.line))
                })
                .collect(),
        }
    }
}

impl fmt::Display for KptfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kpt_message())?;
        self.detail().iter().try_for_each(|line| write!(f, "\n{line}"))
    }
}

impl std::error::Error for KptfileError {}

/// A rule of the pipeline that a `Kptfile` breaks (kpt-render §1.3).
///
/// Displayed as kpt prints it, then file and line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationError {
    /// The package directory.
    pub package: PathBuf,
    /// Line of the function in the Kptfile, from 1; 0 where unknown.
    pub line: u32,
    /// Such as `pipeline.mutators[0].configPath`.
    pub field: String,
    /// The field's value, "" for none.
    pub value: String,
    /// kpt's words.
    pub reason: String,
}

impl ValidationError {
    /// The text kpt prints, line end included.
    #[must_use]
    pub fn kpt_message(&self) -> String {
        let value = if self.value.is_empty() { String::new() } else { format!("Value: {}\n", quote(&self.value)) };
        format!("Kptfile is invalid:\nField: `{}`\n{value}Reason: {}\n", self.field, self.reason)
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kpt_message())?;
        write!(f, "{}", self.package.join(super::KPTFILE).display())?;
        if self.line == 0 { Ok(()) } else { write!(f, ":{}", self.line) }
    }
}

impl std::error::Error for ValidationError {}
