//! Which node an alias stands for.

use std::collections::HashMap;

use crate::{Document, Kind, NodeId};

/// The target of every alias of a document. An alias means the nearest anchor of its name above it.
#[derive(Debug, Default)]
pub struct Aliases {
    targets: HashMap<NodeId, NodeId>,
}

impl Aliases {
    /// One walk over the document.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        let mut anchors: HashMap<&str, NodeId> = HashMap::new();
        let mut targets = HashMap::new();
        let mut next = document.root();
        while let Some(node) = next {
            match document.kind(node) {
                Kind::Alias => {
                    if let Some(target) = anchors.get(document.text(node)) {
                        targets.insert(node, *target);
                    }
                }
                Kind::Scalar | Kind::Mapping | Kind::Sequence => {
                    let name = document.anchor(node);
                    if !name.is_empty() {
                        anchors.insert(name, node);
                    }
                }
            }
            next = document.first_child(node).or_else(|| following(document, node));
        }
        Self { targets }
    }

    /// The node `alias` stands for; `None` where its anchor is unknown.
    #[must_use]
    pub fn target(&self, alias: NodeId) -> Option<NodeId> {
        self.targets.get(&alias).copied()
    }
}

/// The next node in document order that is not below `node`.
fn following(document: &Document, mut node: NodeId) -> Option<NodeId> {
    loop {
        if let Some(next) = document.next_sibling(node) {
            return Some(next);
        }
        node = document.parent(node)?;
    }
}

/// True where `node` is `ancestor` or below it.
pub(super) fn is_within(document: &Document, node: NodeId, ancestor: NodeId) -> bool {
    std::iter::successors(Some(node), |node| document.parent(*node)).any(|node| node == ancestor)
}

impl Document {
    /// The node `alias` stands for: the nearest anchor of its name above it; `None` where there is none or
    /// `alias` is no alias. Walks the document, so ask rarely.
    #[must_use]
    pub fn alias_target(&self, alias: NodeId) -> Option<NodeId> {
        (self.kind(alias) == Kind::Alias).then(|| Aliases::of(self).target(alias)).flatten()
    }
}
