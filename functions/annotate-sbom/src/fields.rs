//! Reading an item's tree as a Kubernetes reader would: aliases followed, merge keys applied.

use std::cell::OnceCell;
use std::collections::HashMap;

use porchlight_krm::{FieldPath, PathStep};
use porchlight_yaml::{Document, Kind, NodeId, Scalar};

/// How many merge keys in a row, or merged mappings beside each other, are looked into; more than people write.
const MAX_MERGES: usize = 64;

/// A view of one document.
pub(crate) struct Fields<'a> {
    document: &'a Document,
    /// What aliases stand for, found when the first is met.
    targets: OnceCell<HashMap<NodeId, NodeId>>,
    /// Position of each item in its list, made when the first path through a list is asked for.
    positions: OnceCell<Vec<usize>>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        Self { document, targets: OnceCell::new(), positions: OnceCell::new() }
    }

    /// The document.
    pub(crate) fn document(&self) -> &'a Document {
        self.document
    }

    /// The node itself, or what it is an alias of; `None` for an alias without an anchor above it.
    pub(crate) fn target(&self, node: NodeId) -> Option<NodeId> {
        if self.document.kind(node) != Kind::Alias {
            return Some(node);
        }
        self.targets.get_or_init(|| targets(self.document)).get(&node).copied()
    }

    /// The value of `key`, from the mapping itself or what it merges (`<<`), aliases followed.
    pub(crate) fn get(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        let mut mapping = self.target(mapping)?;
        for _ in 0..MAX_MERGES {
            if let Some(value) = self.document.get(mapping, key) {
                return self.target(value);
            }
            let merged = self.target(self.document.get(mapping, "<<")?)?;
            if self.document.kind(merged) == Kind::Sequence {
                let value =
                    self.items(merged).take(MAX_MERGES).find_map(|(_, source)| self.document.get(source, key))?;
                return self.target(value);
            }
            mapping = merged;
        }
        None
    }

    /// The value at the end of a chain of keys.
    pub(crate) fn descend(&self, mapping: NodeId, keys: &[&str]) -> Option<NodeId> {
        keys.iter().try_fold(mapping, |node, key| self.get(node, key))
    }

    /// Text of a scalar; `None` for null, aliases to nothing and collections.
    pub(crate) fn text(&self, node: NodeId) -> Option<&'a str> {
        let node = self.target(node)?;
        let is_text = self.document.kind(node) == Kind::Scalar && !matches!(self.document.resolve(node), Scalar::Null);
        is_text.then(|| self.document.text(node))
    }

    /// Text of the scalar at the end of a chain of keys.
    pub(crate) fn text_at(&self, mapping: NodeId, keys: &[&str]) -> Option<&'a str> {
        self.text(self.descend(mapping, keys)?)
    }

    /// Positions and items of a sequence, aliases followed; empty for anything else.
    pub(crate) fn items(&self, node: NodeId) -> impl Iterator<Item = (usize, NodeId)> {
        let sequence = self.target(node).filter(|node| self.document.kind(*node) == Kind::Sequence);
        let items = sequence.into_iter().flat_map(|sequence| self.document.children(sequence)).enumerate();
        items.filter_map(|(position, item)| Some((position, self.target(item)?)))
    }

    /// True for a mapping or an alias of one.
    pub(crate) fn is_mapping(&self, node: NodeId) -> bool {
        self.target(node).is_some_and(|node| self.document.kind(node) == Kind::Mapping)
    }

    /// Path of a node from the root. Takes time linear in the document once, then in the depth of the node.
    pub(crate) fn path(&self, node: NodeId) -> FieldPath {
        let mut steps = Vec::new();
        let mut node = node;
        while let Some(parent) = self.document.parent(node) {
            // Keys and values take turns; a node without one before it is a key itself.
            let key = self.document.previous_sibling(node).filter(|_| self.document.kind(parent) == Kind::Mapping);
            steps.push(match key {
                Some(key) => PathStep::Key(self.document.text(key).to_owned()),
                None => PathStep::Index(self.positions.get_or_init(|| self.positions())[node.index()]),
            });
            node = parent;
        }
        steps.reverse();
        FieldPath::from(steps)
    }

    fn positions(&self) -> Vec<usize> {
        let mut positions = vec![0; self.document.node_count()];
        for parent in walk(self.document) {
            for (position, child) in self.document.children(parent).enumerate() {
                positions[child.index()] = position;
            }
        }
        positions
    }
}

/// What aliases stand for. Takes time linear in the document.
fn targets(document: &Document) -> HashMap<NodeId, NodeId> {
    let mut anchors: HashMap<&str, NodeId> = HashMap::new();
    let mut targets = HashMap::new();
    for node in walk(document) {
        if document.kind(node) == Kind::Alias {
            if let Some(target) = anchors.get(document.text(node)) {
                targets.insert(node, *target);
            }
        } else if !document.anchor(node).is_empty() {
            anchors.insert(document.anchor(node), node);
        }
    }
    targets
}

/// Every node, parents before children, in reading order, without recursion.
pub(crate) fn walk(document: &Document) -> impl Iterator<Item = NodeId> {
    let mut next = document.root();
    std::iter::from_fn(move || {
        let node = next?;
        next = document.first_child(node).or_else(|| following(document, node));
        Some(node)
    })
}

/// The next node in reading order that is not below `node`.
fn following(document: &Document, mut node: NodeId) -> Option<NodeId> {
    loop {
        if let Some(next) = document.next_sibling(node) {
            return Some(next);
        }
        node = document.parent(node)?;
    }
}
