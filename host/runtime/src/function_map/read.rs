//! Reading a mapping file, strictly.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use porchlight_package::{Compat, Image};
use porchlight_yaml::serde::from_node;
use porchlight_yaml::{Document, NodeId};
use serde::Deserialize;

use super::{Entry, FunctionMap, Target};
use crate::regular_file;

/// Largest mapping file, in bytes.
const LARGEST: u64 = 16 << 20;

/// A mapping file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot use the function map `{}`: {problem}", file.display())]
pub struct FunctionMapError {
    /// The file.
    pub file: PathBuf,
    /// What is wrong, with the line.
    pub problem: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    image: String,
    exec: Option<String>,
    wasm: Option<String>,
    r#as: Option<String>,
}

impl FunctionMap {
    /// Reads a mapping file. Short names get the prefix they would get in a Kptfile: `image_prefix`, else that of the
    /// kpt release.
    ///
    /// # Errors
    /// What is wrong, with its line: no regular file, more than 16 MiB, no YAML, an unknown field, an image twice, an
    /// entry with none or several of `exec`, `wasm` and `as`.
    pub fn read(file: &Path, compat: Compat, image_prefix: Option<&str>) -> Result<Self, FunctionMapError> {
        let failed = |problem| FunctionMapError { file: file.to_owned(), problem };
        let bytes = regular_file::read(file, LARGEST).map_err(failed)?;
        let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8 text".to_owned()))?;
        let name = |name: &str| Image::named(name, compat, image_prefix);
        Ok(Self { file: file.to_owned(), entries: entries(&text, name).map_err(failed)? })
    }
}

/// The entries of a mapping file, their names completed by `complete`.
pub(super) fn entries(text: &str, complete: impl Fn(&str) -> Image) -> Result<Vec<Entry>, String> {
    const EXPECTED: &str = "expected `functions:`, a list of `image:` with `exec:`, `wasm:` or `as:`";
    let documents = porchlight_yaml::parse(Arc::from(text)).map_err(|error| error.to_string())?;
    let [document] = documents.as_slice() else {
        return Err(format!("it holds {} documents; {EXPECTED}", documents.len()));
    };
    let root = document.root().ok_or_else(|| format!("it is empty; {EXPECTED}"))?;
    let mut entries: Vec<Entry> = Vec::new();
    for node in list(document, root)? {
        let line = document.line(node);
        let raw: RawEntry = from_node(document, node).map_err(|error| {
            let path = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
            format!("line {}, column {}: {path}{}", error.line, error.column, error.message)
        })?;
        let entry = entry(raw, line, &complete)?;
        if let Some(first) = entries.iter().find(|other| other.image == entry.image) {
            return Err(format!(
                "line {line}: image `{}` is mapped a second time; the first is in line {}",
                entry.image, first.line
            ));
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// The nodes of `functions`, the only field of the file.
fn list(document: &Document, root: NodeId) -> Result<Vec<NodeId>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(rename = "functions")]
        _functions: Vec<serde::de::IgnoredAny>,
    }
    from_node::<File>(document, root)
        .map_err(|error| format!("line {}, column {}: {}", error.line, error.column, error.message))?;
    let functions = document.get(root, "functions");
    Ok(functions.map(|functions| document.children(functions).collect()).unwrap_or_default())
}

fn entry(raw: RawEntry, line: u32, complete: impl Fn(&str) -> Image) -> Result<Entry, String> {
    let RawEntry { image, exec, wasm, r#as } = raw;
    let given = [("image", Some(&image)), ("exec", exec.as_ref()), ("wasm", wasm.as_ref()), ("as", r#as.as_ref())];
    for (field, value) in given {
        if value.is_some_and(|value| value.trim().is_empty()) {
            return Err(format!("line {line}: `{field}` is empty"));
        }
    }
    let target = match (exec, wasm, r#as) {
        (Some(command), None, None) => Target::Exec(command),
        (None, Some(module), None) => Target::Wasm(module),
        (None, None, Some(other)) => Target::Image(complete(&other)),
        (None, None, None) => {
            return Err(format!("line {line}: nothing stands in for image `{image}`; give `exec:`, `wasm:` or `as:`"));
        }
        _ => {
            return Err(format!(
                "line {line}: several things stand in for image `{image}`; keep one of `exec`, `wasm` and `as`"
            ));
        }
    };
    Ok(Entry { image: complete(&image), line, target })
}
