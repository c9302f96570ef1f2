//! Reading a list.

use std::collections::HashMap;
use std::sync::Arc;

use porchlight_yaml::{Document, Kind, NodeId};

use super::check::{Facts, unique_keys};
use super::{API_VERSIONS, Form, ListError, ResourceList, json};
use crate::resource::describe;
use crate::value::{self, is_null};
use crate::{Finding, Resource, annotations};

pub(super) fn list(text: &str) -> Result<ResourceList, ListError> {
    let document = document(text)?;
    let document = &document;
    let root = root(document)?;
    let api_version = header(document, root)?;
    let mut list = ResourceList { api_version: api_version.to_owned(), form: Form::Json, ..ResourceList::default() };
    if document.style(root) != porchlight_yaml::Style::Flow {
        list.form = Form::Yaml;
    }
    unique_keys(document).map_err(|error| located(document, root, error))?;
    // Only a text with a `*` can have aliases, and few have one.
    let has_aliases = document.source().contains('*');
    let mut rest: Vec<(NodeId, NodeId)> = Vec::new();
    for (key, value) in document.entries(root) {
        match document.text(key) {
            "apiVersion" | "kind" => {}
            "items" => items(document, value, has_aliases, &mut list)?,
            "functionConfig" if is_null(document, value) => {}
            "functionConfig" => {
                list.function_config = Some(object(document, value, "functionConfig", has_aliases, &mut list.form)?);
            }
            "results" => {
                list.results = Finding::read_all(document, value).map_err(|error| {
                    let dot = if error.path.is_empty() || error.path.starts_with('[') { "" } else { "." };
                    let place = ListError::invalid(error.message).field(format!("results{dot}{}", error.path));
                    ListError { line: error.line, column: error.column, ..place }
                })?;
            }
            _ => rest.push((key, value)),
        }
    }
    list.rest = unknown_entries(document, &rest);
    unique_items(&list.items)?;
    Ok(list)
}

/// The one document of the text.
pub(super) fn document(text: &str) -> Result<Document, ListError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source: Arc<str> = json::joined_surrogates(text).into();
    let mut documents = porchlight_yaml::parse(source)?;
    documents.retain(|document| document.root().is_some_and(|root| !is_null(document, root)));
    match documents.len() {
        1 => Ok(documents.swap_remove(0)),
        0 => Err(ListError::invalid("the input is empty; expected a ResourceList on stdin")),
        count => Err(ListError::invalid(format!("the input holds {count} documents; expected one ResourceList"))),
    }
}

fn root(document: &Document) -> Result<NodeId, ListError> {
    let root = document.root().ok_or_else(|| ListError::invalid("the input is empty"))?;
    if document.kind(root) == Kind::Mapping {
        return Ok(root);
    }
    Err(ListError::invalid(format!("expected a ResourceList (a mapping), found {}", describe(document, root)))
        .at(document, root))
}

/// Checks kind and apiVersion; returns the latter.
fn header(document: &Document, root: NodeId) -> Result<&str, ListError> {
    let text = |key| document.get(root, key).and_then(|node| value::text(document, node));
    let node = |key| document.get(root, key).unwrap_or(root);
    match text("kind") {
        Some("ResourceList") => {}
        Some(kind) => {
            let message = format!("expected kind `ResourceList`, found `{kind}`");
            return Err(ListError::invalid(message).at(document, node("kind")).field("kind"));
        }
        None => {
            let message = "expected a ResourceList, but `kind` is missing";
            return Err(ListError::invalid(message).at(document, root).field("kind"));
        }
    }
    match text("apiVersion") {
        Some(version) if API_VERSIONS.contains(&version) => Ok(version),
        version => {
            let found = version.map_or_else(|| "nothing".to_owned(), |version| format!("`{version}`"));
            let message = format!("expected `{}` or `{}`, found {found}", API_VERSIONS[0], API_VERSIONS[1]);
            Err(ListError::invalid(message).at(document, node("apiVersion")).field("apiVersion"))
        }
    }
}

fn items(document: &Document, node: NodeId, has_aliases: bool, list: &mut ResourceList) -> Result<(), ListError> {
    if is_null(document, node) {
        return Ok(());
    }
    if document.kind(node) != Kind::Sequence {
        let message = format!("expected a list of objects, found {}", describe(document, node));
        return Err(ListError::invalid(message).at(document, node).field("items"));
    }
    for (index, item) in document.children(node).enumerate() {
        let resource = object(document, item, &format!("items[{index}]"), has_aliases, &mut list.form)?;
        list.items.push(resource);
    }
    Ok(())
}

/// The object at `node` as a document of its own.
fn object(
    document: &Document,
    node: NodeId,
    field: &str,
    has_aliases: bool,
    form: &mut Form,
) -> Result<Resource, ListError> {
    if document.kind(node) != Kind::Mapping {
        let message = format!("expected an object (a mapping), found {}", describe(document, node));
        return Err(ListError::invalid(message).at(document, node).field(field));
    }
    let mut copy = Document::new(Arc::clone(document.source()));
    let root = copy.import(document, node);
    copy.set_root(root);
    let resource = Resource::from_document(copy).map_err(|error| ListError::invalid(error.to_string()))?;
    if *form == Form::Yaml && !has_aliases {
        return Ok(resource);
    }
    let facts = Facts::of(document, node).map_err(|error| {
        let file = resource.file().0.map(str::to_owned);
        ListError { file, ..error.field(field) }
    })?;
    if facts.form() == Form::Yaml {
        *form = Form::Yaml;
    }
    Ok(resource)
}

/// Adds which item an error is in, from its line.
fn located(document: &Document, root: NodeId, error: ListError) -> ListError {
    let items = document.get(root, "items").into_iter().flat_map(|items| document.children(items));
    let place = (error.line, error.column);
    let before = items.enumerate().filter(|(_, item)| (document.line(*item), document.column(*item)) <= place);
    let Some((index, item)) = before.last() else { return error };
    let file =
        object(document, item, "", false, &mut Form::Yaml).ok().and_then(|item| item.file().0.map(str::to_owned));
    ListError { file, ..error.field(format!("items[{index}]")) }
}

fn unknown_entries(document: &Document, entries: &[(NodeId, NodeId)]) -> Option<Document> {
    if entries.is_empty() {
        return None;
    }
    let mut rest = Document::new(Arc::clone(document.source()));
    let root = rest.new_mapping();
    for (key, value) in entries {
        let key = rest.import(document, *key);
        let value = rest.import(document, *value);
        rest.push_entry(root, key, value);
    }
    rest.set_root(root);
    Some(rest)
}

/// Two items of one identity in one place of one file cannot both be meant.
fn unique_items(items: &[Resource]) -> Result<(), ListError> {
    let mut seen = HashMap::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let (path, position) = item.file();
        let place = (item.annotation(annotations::PACKAGE_PATH), path, position);
        let id = (item.api_version(), item.kind(), item.namespace(), item.name());
        if let Some(first) = seen.insert((place, id), index) {
            let message = format!("items[{first}] already is {}, in the same place; remove one of them", item.id());
            let error = ListError::invalid(message).at(item.document(), item.root()).field(format!("items[{index}]"));
            return Err(ListError { file: path.map(str::to_owned), ..error });
        }
    }
    Ok(())
}
