//! Reading a functionConfig into the type its function declares.
//!
//! Two forms give the same configuration:
//!
//! * the typed kind: apiVersion `orchestration.nephio-oran.io/v1alpha1`, the function's config kind, and the
//!   configuration in `spec`;
//! * a flat `v1` ConfigMap, as kpt makes of a pipeline's `configMap`: every value of `data` is text that is
//!   read as the type of its field. `"5"` becomes a number, `"true"` a bool. A key with dots sets a nested
//!   field (`hpa.target: "80"`); a list is YAML (`[a, b]`) or words between commas; a nested object may also be
//!   given whole as YAML. Empty text leaves an optional field unset.
//!
//! A key the type does not have is refused by name, in both forms and at every level.

use std::collections::HashMap;
use std::sync::Arc;

use porchlight_yaml::serde::{Conversion, FromNode, Options, ValueError, nearest};
use porchlight_yaml::{Document, Kind, NodeId, Style};

use crate::resource::describe;
use crate::value::is_null;
use crate::{Code, CodedError, Resource, annotations};

/// Reads `config` as a `T`; `kind` is the typed kind of the function. No config gives the default.
///
/// # Errors
/// `FN_CONFIG_INVALID`, naming the key with the nearest valid one, or the value with the expected type.
pub fn read<T: FromNode + Default>(config: Option<&Resource>, kind: &str) -> Result<T, CodedError> {
    let Some(config) = config else { return Ok(T::default()) };
    let field = if config.is("v1", "ConfigMap") {
        "data"
    } else if config.is(annotations::API_VERSION, kind) {
        only_known_entries(config)?;
        "spec"
    } else {
        let message = format!(
            "functionConfig is {} {}; expected {} {kind} or v1 ConfigMap",
            or_nothing(config.api_version()),
            or_nothing(config.kind()),
            annotations::API_VERSION,
        );
        let misfit = if config.kind() == kind || config.kind() == "ConfigMap" { "apiVersion" } else { "kind" };
        let current = if misfit == "kind" { config.kind() } else { config.api_version() };
        return Err(invalid(config, message).field(misfit, current));
    };
    let Some(values) = config.document().get(config.root(), field) else { return Ok(T::default()) };
    if is_null(config.document(), values) {
        return Ok(T::default());
    }
    if field == "spec" {
        let options = Options { conversion: Conversion::Strict, deny_unknown_fields: true };
        return options.from_node(config.document(), values).map_err(|error| misfit(config, field, &error));
    }
    let data = nested(config, values)?;
    let root = data.root().expect("invariant: nested values have a root");
    let options = Options { conversion: Conversion::Text, deny_unknown_fields: true };
    options.from_node(&data, root).map_err(|error| misfit(config, field, &error))
}

fn or_nothing(text: &str) -> String {
    if text.is_empty() { "(nothing)".to_owned() } else { format!("`{text}`") }
}

fn invalid(config: &Resource, message: impl Into<String>) -> CodedError {
    CodedError::new(Code::FnConfigInvalid, message).on(config)
}

fn misfit(config: &Resource, field: &str, error: &ValueError) -> CodedError {
    let path = match error.path.as_str() {
        "" => field.to_owned(),
        path if path.starts_with('[') => format!("{field}{path}"),
        path => format!("{field}.{path}"),
    };
    let line = if error.line > 0 { format!(" (line {})", error.line) } else { String::new() };
    let coded = invalid(config, format!("functionConfig `{path}`{line}: {}", error.message));
    match &error.value {
        Some(value) => coded.field(path, value),
        None => coded.missing_field(path),
    }
}

/// The typed kind holds its configuration in `spec` and nowhere else.
fn only_known_entries(config: &Resource) -> Result<(), CodedError> {
    const KNOWN: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];
    let document = config.document();
    for (key, _) in document.entries(config.root()) {
        let name = document.text(key);
        if !KNOWN.contains(&name) {
            let hint = nearest(name, KNOWN).map_or_else(
                || "the configuration belongs in `spec`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("functionConfig (line {}): unknown field `{name}`; {hint}", document.line(key));
            return Err(invalid(config, message).missing_field(name));
        }
    }
    Ok(())
}

/// The flat `data` of a ConfigMap as nested mappings, keys split at their dots.
fn nested(config: &Resource, data: NodeId) -> Result<Document, CodedError> {
    let document = config.document();
    if document.kind(data) != Kind::Mapping {
        let message = format!("functionConfig `data`: expected a mapping of texts, found {}", describe(document, data));
        return Err(invalid(config, message).missing_field("data"));
    }
    let mut builder = Nesting::new(document);
    for (key, value) in document.entries(data) {
        let path = document.text(key);
        let value =
            if document.kind(value) == Kind::Alias { document.alias_target(value).unwrap_or(value) } else { value };
        if document.kind(value) != Kind::Scalar {
            let message = format!(
                "functionConfig `data.{path}` (line {}): expected text, found {}; a ConfigMap holds only text, put \
                 the YAML in a block (`|`)",
                document.line(value),
                describe(document, value)
            );
            return Err(invalid(config, message).missing_field(format!("data.{path}")));
        }
        if let Err(other) = builder.add(document, key, value) {
            let message = format!(
                "functionConfig `data.{path}` (line {}): `{other}` is given both as a value and as keys below it",
                document.line(key)
            );
            return Err(invalid(config, message).missing_field(format!("data.{path}")));
        }
    }
    Ok(builder.nested)
}

struct Nesting {
    nested: Document,
    root: NodeId,
    /// The node of every path so far; by path, because maps may have thousands of keys.
    nodes: HashMap<String, NodeId>,
}

impl Nesting {
    fn new(document: &Document) -> Self {
        let mut nested = Document::new(Arc::clone(document.source()));
        let root = nested.new_mapping();
        nested.set_root(root);
        Self { nested, root, nodes: HashMap::new() }
    }

    /// Adds a value; the path that stands in its way otherwise.
    fn add(&mut self, document: &Document, key: NodeId, value: NodeId) -> Result<(), String> {
        let path = document.text(key);
        let mut parent = self.root;
        for (dot, _) in path.match_indices('.') {
            let prefix = &path[..dot];
            parent = match self.nodes.get(prefix) {
                Some(node) if self.nested.kind(*node) == Kind::Mapping => *node,
                Some(_) => return Err(prefix.to_owned()),
                None => {
                    let mapping = self.nested.new_mapping();
                    self.push(document, parent, key, prefix, mapping);
                    mapping
                }
            };
        }
        if self.nodes.contains_key(path) {
            return Err(path.to_owned());
        }
        // A plain scalar resolves by its text alone, whatever quotes or tag the file has.
        let text = self.nested.import(document, value);
        self.nested.set_text(text, document.text(value), Style::Plain);
        self.nested.set_tag(text, "");
        self.nested.set_anchor(text, "");
        self.push(document, parent, key, path, text);
        Ok(())
    }

    /// Adds an entry whose key is the last part of `path` and stands where `key` stands in the file.
    fn push(&mut self, document: &Document, parent: NodeId, key: NodeId, path: &str, value: NodeId) {
        let last = path.rsplit('.').next().unwrap_or(path);
        let name = self.nested.import(document, key);
        self.nested.set_text(name, last, Style::DoubleQuoted);
        self.nested.push_entry(parent, name, value);
        self.nodes.insert(path.to_owned(), value);
    }
}

#[cfg(test)]
mod tests;
