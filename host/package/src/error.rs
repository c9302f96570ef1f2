//! Why a package cannot be opened or read.

use std::io;
use std::path::PathBuf;

use crate::annotation::NotAMapping;
use crate::commit::CommitError;
use crate::ignore::IgnoreError;
use crate::kptfile::{KptfileError, ValidationError};

/// Why a package cannot be opened or read. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The path given leads nowhere or is no directory.
    #[error("cannot open package `{}`: {source}: name a directory that has a Kptfile", path.display())]
    Root {
        /// As given.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The path given to `fn eval` or `fn source` leads nowhere, or to no file or directory.
    #[error("lstat {}: {}: name a directory or a resource file", path.display(), crate::go::error_text(source))]
    Directory {
        /// As given.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A file that does not hold one function config.
    #[error("{reason}")]
    Config {
        /// The file.
        path: PathBuf,
        /// kpt's words.
        reason: String,
    },
    /// A directory cannot be listed.
    #[error("cannot list `{}`: {source}", directory.display())]
    List {
        /// The directory.
        directory: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A Kptfile cannot be used.
    #[error(transparent)]
    Kptfile(#[from] KptfileError),
    /// A Kptfile breaks a rule of its pipeline.
    #[error(transparent)]
    Invalid(#[from] ValidationError),
    /// An ignore file cannot be used.
    #[error("{}: {source}", path.display())]
    Ignore {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: IgnoreError,
    },
    /// A file cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A resource file that is no regular file.
    #[error("`{}` is {what}; only regular files are read: remove it or add it to .krmignore", path.display())]
    NotAFile {
        /// The entry.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// A link that leads out of the package, or nowhere.
    #[error("`{}` is a symbolic link to `{}`, {why}; it is not followed: replace it by the file or add it to .krmignore", path.display(), target.display())]
    Link {
        /// The link.
        path: PathBuf,
        /// What it names.
        target: PathBuf,
        /// Why it is not followed.
        why: &'static str,
    },
    /// A name that is not UTF-8.
    #[error("`{}` has a name that is not UTF-8: rename it", .0.display())]
    Name(PathBuf),
    /// Content that is not UTF-8.
    #[error("{}: byte {offset} is not UTF-8: save the file as UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// Offset of the first bad byte, from 0.
        offset: usize,
    },
    /// A line that starts with `---` and goes on.
    #[error("{}: invalid document separator: {text} (line {line}: put what follows `---` on a line of its own)", path.display())]
    Separator {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u32,
        /// The line.
        text: String,
    },
    /// Text that is not YAML. The words up to the line are kpt's.
    #[error("{}: MalformedYAMLError: yaml: line {line}: {message} (column {column})", path.display())]
    Yaml {
        /// The file.
        path: PathBuf,
        /// Line in the file, from 1.
        line: u32,
        /// Column in characters, from 1.
        column: u32,
        /// The parser's words.
        message: String,
    },
    /// A key that its mapping has already; kpt would keep only one of the two values in some renders.
    #[error("{}: line {line}: mapping key `{key}` already defined at line {first}: remove one of the two", path.display())]
    DuplicateKey {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// Line of its repetition, from 1.
        line: u32,
        /// Line where it stands first, from 1.
        first: u32,
    },
    /// A document that is no mapping.
    #[error("{}: wrong node kind: expected MappingNode but got ScalarNode: node contents:\n{text}\n(line {line}: a document must be an object with apiVersion, kind and metadata, not {found}; leave other files out with .krmignore)", path.display())]
    NotAnObject {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u32,
        /// What it is.
        found: &'static str,
        /// Its text.
        text: String,
    },
    /// A `metadata` or `annotations` that is no mapping.
    #[error("{}: line {}: {source}: write it as one `key: value` per line", path.display(), source.line)]
    Metadata {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: NotAMapping,
    },
    /// An interrupted commit cannot be completed.
    #[error("cannot complete an interrupted write: {0}")]
    Recovery(#[source] CommitError),
}
