//! Resources that come through a pipe or from files, before anything is done with them.

use std::path::Path;
use std::sync::Arc;

use porchlight_krm::Resource;
use porchlight_package::{PackageError, read_documents};
use porchlight_yaml::{Document, NodeId, normalise_line_ends, parse_first, split_documents};

use crate::function::{OutputError, read_items};
use crate::item::Item;

/// Resources for `fn eval` and `fn sink`.
#[derive(Clone, Debug, Default)]
pub struct Input {
    pub(crate) items: Vec<Item>,
}

/// Why a stream cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// It holds something that is no resource.
    #[error(transparent)]
    Documents(#[from] PackageError),
    /// An element of its list is no object, or is not whole without its neighbours.
    #[error("{stream}: {}", element(.problem))]
    List {
        /// What was read, for people.
        stream: String,
        /// What is wrong.
        problem: OutputError,
    },
}

fn element(problem: &OutputError) -> String {
    match problem {
        OutputError::NotAnObject { line, position, field, found } => {
            let dot = if field.is_empty() { "" } else { "." };
            format!("line {line}: items[{position}]{dot}{field} must be an object, but is {found}")
        }
        OutputError::ForeignAlias { line, position, name } => {
            format!("line {line}: items[{position}] uses `*{name}`, which no anchor in it defines")
        }
        OutputError::NotAList { found } => format!("a ResourceList must have a list of `items`, but this is {found}"),
        other => other.to_string(),
    }
}

impl Input {
    /// Resources as they were read from files.
    #[must_use]
    pub fn from_files(resources: Vec<Resource>) -> Self {
        Self { items: resources.into_iter().map(Item::from_file).collect() }
    }

    /// Reads a stream as kpt does: a single document of kind ResourceList or List gives its items, anything else
    /// the documents themselves, with their index and seqindent annotations. `name` stands for the stream in
    /// messages.
    ///
    /// # Errors
    /// Text that is not YAML, or holds something that is no resource.
    pub fn from_stream(bytes: &[u8], name: &str) -> Result<Self, StreamError> {
        if let Ok(text) = std::str::from_utf8(bytes)
            && let Some((list, items)) = list(text)
        {
            let has_aliases = text.contains('*');
            return match read_items(&list, items, has_aliases) {
                Ok(items) => Ok(Self { items }),
                Err(problem) => Err(StreamError::List { stream: name.to_owned(), problem }),
            };
        }
        Ok(Self::from_files(read_documents(bytes, Path::new(name))?))
    }

    /// Number of resources.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// True without any resource.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The resources.
    #[must_use]
    pub fn into_resources(self) -> Vec<Resource> {
        self.items.into_iter().map(|item| item.resource).collect()
    }
}

/// The list that `text` is, and the node of its items. None for anything else, mistakes included: those are told
/// when the text is read as documents.
fn list(text: &str) -> Option<(Document, Option<NodeId>)> {
    let text = normalise_line_ends(text);
    if split_documents(&text).ok()?.len() != 1 {
        return None;
    }
    let list = parse_first(Arc::from(text)).ok()??;
    let root = list.root()?;
    let kind = list.text(list.get(root, "kind")?);
    let items = list.get(root, "items");
    let is_list =
        matches!(kind, "ResourceList" | "List") && (items.is_some() || list.get(root, "functionConfig").is_some());
    is_list.then_some((list, items))
}
