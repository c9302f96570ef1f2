//! Annotations as kyaml sets and clears them.
//!
//! New values are single-quoted, existing ones keep their quotes; an empty or null `annotations` counts as
//! absent and goes (kpt-render §2.4, §2.5). A resource whose `metadata` or `annotations` is of another kind is
//! not a Kubernetes object: nothing is found in it and nothing can be set.

use porchlight_yaml::{Document, Kind, NodeId, Scalar, Style, resolve_plain};

/// Position in the file, from 0.
pub const INDEX: &str = "internal.config.kubernetes.io/index";
/// The older name of [`INDEX`].
pub const LEGACY_INDEX: &str = "config.kubernetes.io/index";
/// File, relative to the package while a pipeline runs and to the root package afterwards.
pub const PATH: &str = "internal.config.kubernetes.io/path";
/// The older name of [`PATH`].
pub const LEGACY_PATH: &str = "config.kubernetes.io/path";
/// Absolute directory of the package a resource belongs to.
pub const PACKAGE_PATH: &str = "internal.config.kubernetes.io/package-path";
/// `compact` or `wide`: how the file indents sequences.
pub const SEQUENCE_INDENT: &str = "internal.config.kubernetes.io/seqindent";
/// Pairs a function's outputs with its inputs.
pub const ID: &str = "internal.config.kubernetes.io/id";
/// The older name of [`ID`].
pub const LEGACY_ID: &str = "config.k8s.io/id";

/// A `metadata` or `annotations` that holds no fields.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` must be a mapping, not {found}")]
pub struct NotAMapping {
    /// `metadata` or `metadata.annotations`.
    pub field: &'static str,
    /// What it is instead.
    pub found: &'static str,
    /// Line, from 1; 0 where unknown.
    pub line: u32,
}

/// The value of an annotation; `None` where it is absent or null.
#[must_use]
pub fn get<'a>(document: &'a Document, key: &str) -> Option<&'a str> {
    text(document, document.get(annotations(document)?, key)?)
}

/// The text of a value, unless it is null.
fn text(document: &Document, value: NodeId) -> Option<&str> {
    let present = document.kind(value) == Kind::Scalar && !matches!(document.resolve(value), Scalar::Null);
    present.then(|| document.text(value))
}

/// Sets an annotation.
///
/// # Errors
/// `metadata` or `annotations` is there and not a mapping.
pub fn set(document: &mut Document, key: &'static str, value: &str) -> Result<(), NotAMapping> {
    set_all(document, &[(key, value)])
}

/// Sets annotations one after the other; quicker than as many [`set`]s.
///
/// # Errors
/// `metadata` or `annotations` is there and not a mapping.
pub fn set_all(document: &mut Document, values: &[(&'static str, &str)]) -> Result<(), NotAMapping> {
    remove_empty(document)?;
    let Some(root) = document.root() else { return Ok(()) };
    let metadata = mapping(document, root, "metadata");
    let annotations = mapping(document, metadata, "annotations");
    document.reserve_entries(values.len());
    for (key, value) in values {
        set_in(document, annotations, key, value);
    }
    Ok(())
}

fn set_in(document: &mut Document, annotations: NodeId, key: &'static str, value: &str) {
    match document.get(annotations, key) {
        Some(node) => {
            // kyaml keeps the style; go-yaml then quotes a plain text that would read as something else.
            let style = match document.style(node) {
                Style::Plain if document.kind(node) != Kind::Scalar => Style::Plain,
                Style::Plain | Style::Flow if !matches!(resolve_plain(value), Scalar::Str(_)) => Style::DoubleQuoted,
                style => style,
            };
            let scalar = document.new_scalar(value, style);
            document.replace(node, scalar);
        }
        None => {
            let name = document.new_fixed_scalar(key, Style::Plain);
            let scalar = document.new_scalar(value, Style::SingleQuoted);
            document.push_entry(annotations, name, scalar);
        }
    }
}

/// Removes an annotation; what gets empty stays until [`remove_empty`].
pub fn clear(document: &mut Document, key: &str) {
    clear_all(document, &[key]);
}

/// Removes annotations; quicker than as many [`clear`]s.
pub fn clear_all(document: &mut Document, keys: &[&str]) {
    let Some(annotations) = annotations(document) else { return };
    let is_cleared = |key| document.kind(key) == Kind::Scalar && keys.contains(&document.text(key));
    let cleared: Vec<(NodeId, NodeId)> = document.entries(annotations).filter(|(key, _)| is_cleared(*key)).collect();
    for (key, value) in cleared {
        document.detach(key);
        document.detach(value);
    }
}

/// Removes an empty or null `annotations`, then a `metadata` that is empty without it.
///
/// # Errors
/// `metadata` or `annotations` is there and not a mapping.
pub fn remove_empty(document: &mut Document) -> Result<(), NotAMapping> {
    let Some(root) = document.root() else { return Ok(()) };
    for (field, key, path) in [("metadata", "annotations", "metadata.annotations"), ("", "metadata", "metadata")] {
        let holder = if field.is_empty() { Some(root) } else { document.get(root, field) };
        let Some(holder) = holder.filter(|node| document.kind(*node) == Kind::Mapping) else { continue };
        let Some(value) = document.get(holder, key) else { continue };
        let found = match document.kind(value) {
            Kind::Mapping | Kind::Sequence if document.first_child(value).is_none() => {
                document.remove(holder, key);
                continue;
            }
            Kind::Scalar if matches!(document.resolve(value), Scalar::Null) => {
                document.remove(holder, key);
                continue;
            }
            Kind::Mapping => continue,
            Kind::Sequence => "a list",
            Kind::Scalar => "a text",
            Kind::Alias => "an alias",
        };
        return Err(NotAMapping { field: path, found, line: document.line(value) });
    }
    Ok(())
}

/// Gives each of path, index and id that only one of its two names has to the other name as well.
///
/// # Errors
/// `metadata` or `annotations` is there and not a mapping.
pub fn complete_twins(document: &mut Document) -> Result<(), NotAMapping> {
    let Some(annotations) = annotations(document) else { return Ok(()) };
    // The first entry of each name, in one pass.
    let names = [PATH, LEGACY_PATH, INDEX, LEGACY_INDEX, ID, LEGACY_ID];
    let mut values = [None; 6];
    for (key, value) in document.entries(annotations).filter(|(key, _)| document.kind(*key) == Kind::Scalar) {
        let text = document.text(key);
        if let Some(place) = names.iter().position(|name| *name == text) {
            values[place].get_or_insert(value);
        }
    }
    let present = |value: &NodeId| {
        document.kind(*value) == Kind::Scalar
            && !document.text(*value).is_empty()
            && !matches!(document.resolve(*value), Scalar::Null)
    };
    let values = values.map(|value| value.filter(present));
    for (twins, names) in values.chunks_exact(2).zip(names.chunks_exact(2)) {
        let (value, missing) = match (twins[0], twins[1]) {
            (Some(value), None) => (value, names[1]),
            (None, Some(value)) => (value, names[0]),
            _ => continue,
        };
        let value = document.text(value).to_owned();
        set(document, missing, &value)?;
    }
    Ok(())
}

/// File and index of a resource: the internal annotation where there is one, else the older one; "" for neither.
#[must_use]
pub fn file(document: &Document) -> (&str, &str) {
    let [path, legacy_path, index, legacy_index] = get_all(document, [PATH, LEGACY_PATH, INDEX, LEGACY_INDEX]);
    (path.or(legacy_path).unwrap_or_default(), index.or(legacy_index).unwrap_or_default())
}

/// The values of several annotations; quicker than as many [`get`]s.
#[must_use]
pub fn get_all<'a, const N: usize>(document: &'a Document, keys: [&str; N]) -> [Option<&'a str>; N] {
    let mut found = [None; N];
    let entries = annotations(document).into_iter().flat_map(|annotations| document.entries(annotations));
    for (key, value) in entries.filter(|(key, _)| document.kind(*key) == Kind::Scalar) {
        let text = document.text(key);
        if let Some(place) = keys.iter().position(|key| *key == text) {
            found[place].get_or_insert(value);
        }
    }
    found.map(|value| value.and_then(|value| text(document, value)))
}

fn annotations(document: &Document) -> Option<NodeId> {
    let metadata = document.get(document.root()?, "metadata")?;
    document.get(metadata, "annotations")
}

fn mapping(document: &mut Document, parent: NodeId, key: &'static str) -> NodeId {
    if let Some(node) = document.get(parent, key) {
        return node;
    }
    let name = document.new_fixed_scalar(key, Style::Plain);
    let node = document.new_mapping();
    document.push_entry(parent, name, node);
    node
}
