//! A local file that says what runs in place of an image.
//!
//! ```yaml
//! functions:
//!   - image: ghcr.io/kptdev/krm-functions-catalog/set-labels   # any tag or digest; with a tag or digest, that one only
//!     exec: set-labels --fast                                   # a program: on PATH, or relative to this file if it has a `/`
//!   - image: ghcr.io/example/check:v1
//!     wasm: modules/check.wasm                                  # a wasm32-wasip1 module, relative to this file
//!   - image: registry.internal/annotate-sbom
//!     as: ghcr.io/porchlight/annotate-sbom:v0.1.0               # another image
//! ```
//!
//! The first entry that matches counts. Naming the file on the command line is the permission to run its programs; packages
//! cannot name one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use crate::command_line;
use crate::image::Image;

/// What runs in place of images, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct FunctionMap {
    entries: Vec<(String, Replacement)>,
}

/// What runs in place of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Replacement {
    /// The program and its arguments.
    Exec(Vec<String>),
    /// A WebAssembly module.
    Wasm(PathBuf),
    /// Another image; it is not looked up in the map again.
    Image(String),
}

/// Why a mapping file cannot be used: the file and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionMapError(String);

impl std::fmt::Display for FunctionMapError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FunctionMapError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    functions: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    image: String,
    exec: Option<String>,
    wasm: Option<PathBuf>,
    #[serde(rename = "as")]
    other: Option<String>,
}

impl FunctionMap {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// The file cannot be read, is not of this form, or has an entry that names not exactly one replacement.
    pub fn read(file: &Path) -> Result<Self, FunctionMapError> {
        let refuse = |message: String| FunctionMapError(format!("{}: {message}", file.display()));
        let text = fs::read_to_string(file).map_err(|error| refuse(error.to_string()))?;
        let folder = fs::canonicalize(file).map_err(|error| refuse(error.to_string()))?;
        let folder = folder.parent().unwrap_or(Path::new("/"));
        let document = porchlight_yaml::parse_first(Arc::from(text)).map_err(|error| refuse(error.to_string()))?;
        let root = document.as_ref().and_then(|document| Some((document, document.root()?)));
        let (document, root) = root.ok_or_else(|| refuse("is empty; expected a list `functions`".to_owned()))?;
        let read: File =
            porchlight_yaml::serde::from_node(document, root).map_err(|error| refuse(error.to_string()))?;
        let mut entries = Vec::with_capacity(read.functions.len());
        for entry in read.functions {
            let image = entry.image;
            let replacement = match (entry.exec, entry.wasm, entry.other) {
                (Some(command), None, None) => {
                    let mut words = command_line::split(&command)
                        .map_err(|error| refuse(format!("`exec` of `{image}` must be valid: {error}")))?;
                    let Some(program) = words.first_mut() else {
                        return Err(refuse(format!("`exec` of `{image}` is empty")));
                    };
                    if program.contains('/') {
                        *program = folder.join(&*program).display().to_string();
                    }
                    Replacement::Exec(words)
                }
                (None, Some(module), None) => Replacement::Wasm(folder.join(module)),
                (None, None, Some(other)) => Replacement::Image(other),
                _ => return Err(refuse(format!("`{image}` needs exactly one of `exec`, `wasm` and `as`"))),
            };
            entries.push((image, replacement));
        }
        Ok(Self { entries })
    }

    /// What runs in place of `image`.
    pub(crate) fn find(&self, image: &Image) -> Option<&Replacement> {
        let full = image.to_string();
        let found = self.entries.iter().find(|(named, _)| *named == image.repository || *named == full);
        found.map(|(_, replacement)| replacement)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FunctionMap, FunctionMapError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("map.yaml");
        fs::write(&file, text).unwrap();
        FunctionMap::read(&file)
    }

    #[test]
    fn the_first_entry_that_matches_counts() {
        let map = read(
            "functions:\n- image: a.io/x:v1\n  exec: one 'two three'\n- image: a.io/x\n  as: b.io/y:v2\n- image: a.io/z@sha256:00\n  wasm: m/z.wasm\n",
        )
        .unwrap();
        let find = |name: &str| map.find(&Image::parse(name));
        assert_eq!(find("a.io/x:v1"), Some(&Replacement::Exec(vec!["one".to_owned(), "two three".to_owned()])));
        assert_eq!(find("a.io/x:v2"), Some(&Replacement::Image("b.io/y:v2".to_owned())));
        assert!(matches!(find("a.io/z@sha256:00"), Some(Replacement::Wasm(path)) if path.ends_with("m/z.wasm")));
        assert_eq!(find("a.io/z"), None);
    }

    #[test]
    fn a_wrong_file_says_what_is_wrong() {
        for (text, message) in [
            ("", "expected a list `functions`"),
            ("functions: {}\n", "functions"),
            ("functions:\n- image: a\n", "exactly one of"),
            ("functions:\n- image: a\n  exec: b\n  as: c\n", "exactly one of"),
            ("functions:\n- image: a\n  exec: 'b \"'\n", "must be valid"),
            ("functions:\n- image: a\n  exec: ''\n", "is empty"),
            ("functions:\n- image: a\n  command: b\n", "command"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("map.yaml: ") && error.contains(message), "{error}");
        }
    }
}
