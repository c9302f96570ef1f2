//! What a function gave on stdout (kpt-render §2.7).
//!
//! kpt takes almost anything: nothing at all means "delete the package", a bare object replaces everything. Here
//! only a list is a list, and an empty one needs consent.

use std::collections::HashSet;
use std::sync::Arc;

use porchlight_krm::Resource;
use porchlight_package::{Compat, annotation};
use porchlight_yaml::{
    Document, Kind, NodeId, ParseError, SeparatorError, normalise_line_ends, parse_first, split_documents,
};

use crate::item::Item;
use crate::restore::is_nil_or_empty;
use crate::results::{ReadResults, ResultItem, read_results};

/// Why the output of a function cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// Nothing on stdout.
    #[error("the function printed nothing: it must print a ResourceList, with `items: []` if nothing is left")]
    Empty,
    /// Not UTF-8.
    #[error("MalformedYAMLError: byte {offset} of the function's output is not UTF-8")]
    NotUtf8 {
        /// Offset of the first bad byte, from 0.
        offset: usize,
    },
    /// A broken separator between documents.
    #[error("the function's output: {0}")]
    Separator(#[from] SeparatorError),
    /// Not YAML.
    #[error("MalformedYAMLError: the function's output: {0}")]
    Yaml(#[from] ParseError),
    /// Something else than one list.
    #[error("the function's output must be one ResourceList with `items`, but is {found}")]
    NotAList {
        /// What it is.
        found: String,
    },
    /// An element of the list that is no object.
    #[error("the function's output, line {line}: items[{position}]{} must be an object, but is {found}", if field.is_empty() { String::new() } else { format!(".{field}") })]
    NotAnObject {
        /// Line of the output, from 1.
        line: u32,
        /// Position in the list, from 0.
        position: usize,
        /// Field of the element; "" for the element itself.
        field: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// An alias to an anchor in another element: on its own it means nothing.
    #[error("the function's output, line {line}: items[{position}] uses `*{name}`, which no anchor in it defines")]
    ForeignAlias {
        /// Line of the output, from 1.
        line: u32,
        /// Position in the list, from 0.
        position: usize,
        /// Name of the anchor.
        name: String,
    },
    /// A path that leads out of the package.
    #[error("function must not modify resources outside of package: resource has path {path}")]
    OutsidePackage {
        /// The path.
        path: String,
    },
    /// Two resources at the same place.
    #[error(
        "resource at path {} and index {} already exists",
        porchlight_package::quote(path),
        porchlight_package::quote(index)
    )]
    SamePlace {
        /// The file.
        path: String,
        /// The position in it; may be empty.
        index: String,
    },
    /// The two spellings of an annotation differ; says of which.
    #[error("resource input to function has mismatched legacy and internal {0} annotations")]
    DifferentTwins(&'static str),
    /// Some resources use one spelling of annotations, some the other.
    #[error("the annotation formatting in the input resources is not consistent")]
    MixedSpellings,
    /// An empty list; says how many resources would go.
    #[error(
        "the function returned no resources: all {0} of the package would be deleted; allow that with --allow-empty"
    )]
    Emptied(usize),
}

/// A list that was read.
pub(super) struct Output {
    pub(super) items: Vec<Item>,
    pub(super) results: ReadResults,
}

/// The results in the output of a function that was run on its own, as far as they have the form of results.
///
/// # Errors
/// [`OutputError`] where the output is no ResourceList.
pub fn results_of(stdout: Vec<u8>) -> Result<Vec<ResultItem>, OutputError> {
    Ok(parse(stdout, Compat::Latest)?.results.items)
}

/// Reads the output of a function.
pub(super) fn parse(stdout: Vec<u8>, compat: Compat) -> Result<Output, OutputError> {
    let text =
        String::from_utf8(stdout).map_err(|error| OutputError::NotUtf8 { offset: error.utf8_error().valid_up_to() })?;
    if text.trim().is_empty() {
        return Err(OutputError::Empty);
    }
    let text = normalise_line_ends(&text).into_owned();
    let parts = split_documents(&text)?;
    if parts.len() > 1 {
        return Err(OutputError::NotAList { found: format!("{} documents", parts.len()) });
    }
    let has_aliases = text.contains('*');
    let list = parse_first(Arc::from(text))?;
    let Some((list, root)) = list.and_then(|list| list.root().map(|root| (list, root))) else {
        return Err(OutputError::Empty);
    };
    let kind = list.get(root, "kind").map_or("", |kind| list.text(kind));
    let items = list.get(root, "items");
    let is_list =
        matches!(kind, "ResourceList" | "List") && (items.is_some() || list.get(root, "functionConfig").is_some());
    if !is_list {
        return Err(OutputError::NotAList { found: describe_document(&list, root, kind) });
    }
    let results = list.get(root, "results").map_or_else(ReadResults::default, |node| read_results(&list, node, compat));
    Ok(Output { items: read_items(&list, items, has_aliases)?, results })
}

/// The elements of a list, each a document of its own.
pub(crate) fn read_items(list: &Document, items: Option<NodeId>, has_aliases: bool) -> Result<Vec<Item>, OutputError> {
    let Some(items) = items.filter(|items| !is_nil_or_empty(list, *items)) else { return Ok(Vec::new()) };
    if list.kind(items) != Kind::Sequence {
        return Err(OutputError::NotAList { found: format!("one whose `items` is {}", describe(list, items)) });
    }
    let mut read = Vec::new();
    for (position, node) in list.children(items).enumerate() {
        if has_aliases {
            check_aliases(list, node, position)?;
        }
        let mut document = Document::new(Arc::clone(list.source()));
        let root = document.import(list, node);
        document.set_root(root);
        // Also makes sure that annotations can be set.
        annotation::remove_empty(&mut document).map_err(|error| OutputError::NotAnObject {
            line: error.line,
            position,
            field: error.field,
            found: error.found,
        })?;
        let resource = Resource::from_document(document).map_err(|error| OutputError::NotAnObject {
            line: error.line,
            position,
            field: "",
            found: error.found,
        })?;
        read.push(Item::from_list(resource));
    }
    Ok(read)
}

/// Refuses an alias whose anchor is in another item.
pub(crate) fn check_aliases(list: &Document, item: NodeId, position: usize) -> Result<(), OutputError> {
    let mut anchors = HashSet::new();
    let mut work = vec![item];
    while let Some(node) = work.pop() {
        if !list.anchor(node).is_empty() {
            anchors.insert(list.anchor(node));
        }
        if list.kind(node) == Kind::Alias && !anchors.contains(list.text(node)) {
            let name = list.text(node).to_owned();
            return Err(OutputError::ForeignAlias { line: list.line(node), position, name });
        }
        let first = work.len();
        work.extend(list.children(node));
        work[first..].reverse();
    }
    Ok(())
}

fn describe_document(list: &Document, root: NodeId, kind: &str) -> String {
    match (list.kind(root), kind) {
        (Kind::Mapping, "ResourceList" | "List") => format!("a {kind} without `items`"),
        (Kind::Mapping, "") => "an object without kind".to_owned(),
        (Kind::Mapping, _) => format!("a single object of kind {kind}"),
        _ => describe(list, root).to_owned(),
    }
}

fn describe(document: &Document, node: NodeId) -> &'static str {
    match document.kind(node) {
        Kind::Scalar => "text",
        Kind::Mapping => "an object",
        Kind::Sequence => "a list",
        Kind::Alias => "an alias",
    }
}
