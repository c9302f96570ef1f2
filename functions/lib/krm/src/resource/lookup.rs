//! Finding fields.

use porchlight_yaml::{Document, Kind, NodeId, Scalar};

use super::Resource;
use crate::value;
use crate::{FieldPath, PathStep};

/// How many merged mappings are searched for one key; more than any file has that people wrote.
const MAX_MERGES: usize = 1_000;

impl Resource {
    /// The node at `path`, through aliases and merge keys; `None` where nothing is there.
    #[must_use]
    pub fn at(&self, path: &FieldPath) -> Option<NodeId> {
        path.steps().iter().try_fold(self.root, |node, step| child(self.document(), node, step))
    }

    /// The text of the scalar at a path such as `spec.provider`; `None` where nothing is there, where it is
    /// `null` or a collection, or where `path` is no path.
    #[must_use]
    pub fn str_at(&self, path: &str) -> Option<&str> {
        let node = self.at(&path.parse().ok()?)?;
        value::text(self.document(), node)
    }

    pub(super) fn top(&self, key: &str) -> &str {
        child_of_key(self.document(), self.root, key)
            .and_then(|node| value::text(self.document(), node))
            .unwrap_or_default()
    }

    pub(super) fn in_metadata(&self, key: &str) -> &str {
        self.metadata_entry(key).and_then(|node| value::text(self.document(), node)).unwrap_or_default()
    }

    pub(super) fn metadata_entry(&self, key: &str) -> Option<NodeId> {
        let metadata = child_of_key(self.document(), self.root, "metadata")?;
        child_of_key(self.document(), metadata, key)
    }
}

/// The node one step below `node`, aliases followed.
fn child(document: &Document, node: NodeId, step: &PathStep) -> Option<NodeId> {
    match step {
        PathStep::Key(key) => match document.kind(node) {
            Kind::Sequence => target(document, document.children(node).nth(key.parse().ok()?)?),
            Kind::Mapping => child_of_key(document, node, key),
            Kind::Scalar | Kind::Alias => None,
        },
        PathStep::Index(index) if document.kind(node) == Kind::Sequence => {
            target(document, document.children(node).nth(*index)?)
        }
        PathStep::Match { key, value } if document.kind(node) == Kind::Sequence => document
            .children(node)
            .filter_map(|item| target(document, item))
            .find(|item| matches(document, *item, key, value)),
        PathStep::Index(_) | PathStep::Match { .. } => None,
    }
}

/// True for a mapping whose `key` has the text `value`.
pub(super) fn matches(document: &Document, item: NodeId, key: &str, value: &str) -> bool {
    child_of_key(document, item, key).and_then(|node| value::text(document, node)) == Some(value)
}

/// The value of `key`, from the mapping itself or from what it merges.
pub(super) fn child_of_key(document: &Document, mapping: NodeId, key: &str) -> Option<NodeId> {
    if let Some(value) = document.get(mapping, key) {
        return target(document, value);
    }
    let mut work: Vec<NodeId> = vec![mapping];
    for _ in 0..MAX_MERGES {
        let source = target(document, work.pop()?)?;
        if let Some(value) = document.get(source, key) {
            return target(document, value);
        }
        if document.kind(source) == Kind::Sequence {
            let start = work.len();
            work.extend(document.children(source));
            work[start..].reverse();
        } else if let Some((name, merged)) = document.entry(source, "<<")
            && matches!(document.resolve(name), Scalar::Merge)
        {
            work.push(merged);
        }
    }
    None
}

/// The node itself, or what it is an alias of.
fn target(document: &Document, node: NodeId) -> Option<NodeId> {
    if document.kind(node) == Kind::Alias { document.alias_target(node) } else { Some(node) }
}
