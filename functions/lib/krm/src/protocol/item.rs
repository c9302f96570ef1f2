//! A resource as it is sent, made once and sent many times.

use porchlight_yaml::packed::{Gap, Packed};
use porchlight_yaml::{Document, Kind, Layout, NodeId};

use super::heading;

/// A resource in packed form, with its heading: what functions ask of every resource, to be found without unpacking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedItem {
    pub(super) tree: Packed,
    pub(super) heading: Vec<u8>,
}

/// Bytes of text that a node has, amply.
const TEXT: usize = 24;

impl PackedItem {
    /// Packs the resource at `root`, a mapping without repeated keys. Lines of nodes are counted from `line`. The gap, if
    /// any, is for the marks of a [`Request`](super::Request), at the end of the annotations.
    #[must_use]
    pub fn new(document: &Document, root: NodeId, line: u32, gap: Option<Gap>) -> Self {
        Self::packed(document, root, line, gap, None)
    }

    /// As [`PackedItem::new`], for a tree whose nodes do not stand where they were read, but where the layout says.
    #[must_use]
    pub fn laid_out(document: &Document, root: NodeId, line: u32, gap: Gap, layout: &Layout) -> Self {
        Self::packed(document, root, line, Some(gap), Some(layout))
    }

    fn packed(document: &Document, root: NodeId, line: u32, gap: Option<Gap>, layout: Option<&Layout>) -> Self {
        // A document may be a small part of its source.
        let texts = document.source().len().min(document.node_count() * TEXT);
        let mut tree = Packed::with_capacity(texts, document.node_count());
        let mut starts = vec![0; document.node_count()];
        let mut has_aliases = false;
        tree.push_telling(document, root, line, gap, layout, |node, start| {
            starts[node.index()] = start;
            has_aliases |= document.kind(node) == Kind::Alias;
        });
        // With an alias, a field may be there without being written.
        let heading = if has_aliases || heading::has_merges(document, root) {
            Vec::new()
        } else {
            heading::write(document, root, &starts, gap)
        };
        Self { tree, heading }
    }

    /// Bytes it takes in a request.
    #[must_use]
    pub fn size(&self) -> usize {
        self.tree.texts.len() + self.tree.nodes.len() + self.heading.len()
    }
}
