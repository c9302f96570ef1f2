//! The functionConfig of a function (kpt-render §2.6).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use porchlight_package::{FunctionRef, Package, annotation, base_name, clean};
use porchlight_yaml::{Document, NodeId, Scalar, Style, parse_first, resolve_plain};

use crate::error::Problem;
use crate::item::Item;

/// The functionConfig of a function.
#[derive(Debug)]
pub(crate) enum Config {
    /// The function has none.
    None,
    /// From `configMap`, from the file as it was before the run, or a copy of a resource.
    Document(Box<Document>),
    /// The resource at this position among the items, as it is when the function runs.
    Live(usize),
}

impl Config {
    /// The config a function starts with.
    ///
    /// # Errors
    /// The file named by `configPath` cannot be read.
    pub(crate) fn prepare(function: &FunctionRef, package: &Package) -> Result<Self, Problem> {
        if !function.config_path.is_empty() {
            return Ok(Self::Document(Box::new(read(package.directory(), &function.config_path)?)));
        }
        if function.config_map.is_empty() {
            return Ok(Self::None);
        }
        Ok(Self::Document(Box::new(config_map(&function.config_map))))
    }

    /// Uses the resource that `configPath` names, as it is now. Where none has exactly this path, the config
    /// stays what it was.
    pub(crate) fn use_live(&mut self, items: &[Item], function: &FunctionRef, package: &Package) {
        if let Some(position) = live(items, function, package) {
            *self = Self::Live(position);
        }
    }

    /// As [`Config::use_live`], but a copy.
    pub(crate) fn copy_live(&mut self, items: &[Item], function: &FunctionRef, package: &Package) {
        if let Some(position) = live(items, function, package) {
            *self = Self::Document(Box::new(items[position].document().clone()));
        }
    }

    /// The config among `items`.
    pub(super) fn node<'a>(&'a self, items: &'a [Item]) -> Option<(&'a Document, NodeId)> {
        let document = match self {
            Self::None => return None,
            Self::Document(document) => document,
            Self::Live(position) => items[*position].document(),
        };
        Some((document, document.root()?))
    }

    /// The directory new resources go to: that of the config's file, or its parent where that is called
    /// `functions`; "" for a config that is in no file.
    pub(super) fn scope(&self, items: &[Item]) -> String {
        let Some((document, _)) = self.node(items) else { return String::new() };
        let value = |key| annotation::get(document, key);
        let Some(path) = value(annotation::PATH).or_else(|| value(annotation::LEGACY_PATH)) else {
            return String::new();
        };
        let directory = parent(path);
        if base_name(&directory) == "functions" { parent(&directory) } else { directory }
    }
}

/// The directory of a path, as Go's `path.Dir` gives it.
fn parent(path: &str) -> String {
    clean(path.rsplit_once('/').map_or("", |(directory, _)| if directory.is_empty() { "/" } else { directory }))
}

fn live(items: &[Item], function: &FunctionRef, package: &Package) -> Option<usize> {
    if function.config_path.is_empty() {
        return None;
    }
    let is_here = |directory: Option<&str>| directory.is_some_and(|path| Path::new(path) == package.directory());
    items.iter().rposition(|item| {
        let marks = item.marks();
        marks.path.value() == function.config_path && is_here(marks.package)
    })
}

fn read(directory: &Path, config_path: &str) -> Result<Document, Problem> {
    let path = directory.join(config_path);
    let text = std::fs::read_to_string(&path).map_err(|error| Problem::config(&path, error.to_string()))?;
    match parse_first(Arc::from(text)) {
        Ok(Some(document)) => Ok(document),
        Ok(None) => Err(Problem::config(&path, "the file is empty".to_owned())),
        Err(error) => Err(Problem::config(&path, error.to_string())),
    }
}

/// A ConfigMap in kpt's layout. kpt writes `data` in one line and in random order; here keys are sorted.
fn config_map(data: &BTreeMap<String, String>) -> Document {
    const FRAME: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: function-input\ndata: {}\n";
    filled(FRAME, data.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

/// The functionConfig of arguments on a command line, in kpt's layout: kind and apiVersion come last, `data` in the
/// order given.
pub(crate) fn from_arguments(kind: &str, data: &[(&str, &str)]) -> Document {
    const FRAME: &str = "metadata:\n  name: function-input\ndata: {}\n";
    let mut document = filled(FRAME, data.iter().copied());
    if let Some(root) = document.root() {
        for (key, value) in [("kind", kind), ("apiVersion", "v1")] {
            let key = document.new_scalar(key, Style::Plain);
            let value = document.new_scalar(value, Style::Plain);
            document.push_entry(root, key, value);
        }
    }
    document
}

/// A frame with entries in its `data`.
fn filled<'a>(frame: &str, data: impl Iterator<Item = (&'a str, &'a str)>) -> Document {
    let mut document =
        parse_first(Arc::from(frame)).ok().flatten().expect("invariant: the frame of a ConfigMap is valid YAML");
    let root = document.root().expect("invariant: the frame of a ConfigMap has a root");
    let target = document.get(root, "data").expect("invariant: the frame of a ConfigMap has data");
    for (key, value) in data {
        let key = document.new_scalar(key, Style::Plain);
        // Quoted where it would not read as text, by the rules of YAML 1.2 only: `yes` stays bare.
        let is_text = matches!(resolve_plain(value), Scalar::Str(_)) && !value.contains('\n');
        let value = document.new_scalar(value, if is_text { Style::Plain } else { Style::DoubleQuoted });
        document.push_entry(target, key, value);
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use porchlight_yaml::{SequenceIndent, emit};

    #[test]
    fn config_maps_are_written_in_one_line_with_sorted_keys() {
        let data = [("b", "2"), ("a", "yes"), ("c", ""), ("d", "x: y"), ("e", "l1\nl2"), ("1", "null")];
        let data = data.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let mut text = String::new();
        emit(&config_map(&data), SequenceIndent::Compact, &mut text);
        assert_eq!(text.lines().last().unwrap(), r#"data: {1: "null", a: yes, b: "2", c: "", d: 'x: y', e: "l1\nl2"}"#);
    }

    #[test]
    fn parents_are_found_as_go_finds_them() {
        for (path, expected) in [("a.yaml", "."), ("x/a.yaml", "x"), ("x//y/a.yaml", "x/y"), ("", "."), ("/a", "/")] {
            assert_eq!(parent(path), expected);
        }
    }
}
