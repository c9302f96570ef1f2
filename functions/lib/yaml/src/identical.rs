//! Whether two trees are written alike.

use crate::tree::{Document, NodeId};

impl Document {
    /// True where two trees are the same in all that is written: kinds, styles, texts, tags, anchors, comments, order.
    /// Where the nodes stood in a text does not count.
    #[must_use]
    pub fn is_identical(&self, node: NodeId, other: &Self, other_node: NodeId) -> bool {
        self.is_identical_up_to(node, other, other_node, None)
    }

    /// As [`Document::is_identical`], where `end` and its siblings behind it do not count in the other tree.
    #[must_use]
    pub fn is_identical_up_to(&self, node: NodeId, other: &Self, other_node: NodeId, end: Option<NodeId>) -> bool {
        let mut work = vec![(node, other_node)];
        while let Some((left, right)) = work.pop() {
            if !self.is_same_node(left, other, right) {
                return false;
            }
            let (mut mine, mut others) = (self.children(left), other.children(right));
            loop {
                match (mine.next(), others.next().filter(|child| Some(*child) != end)) {
                    (Some(left), Some(right)) => {
                        // Leaves are looked at here and now.
                        if self.first_child(left).is_some() || other.first_child(right).is_some() {
                            work.push((left, right));
                        } else if !self.is_same_node(left, other, right) {
                            return false;
                        }
                    }
                    (None, None) => break,
                    _ => return false,
                }
            }
        }
        true
    }

    fn is_same_node(&self, left: NodeId, other: &Self, right: NodeId) -> bool {
        self.kind(left) == other.kind(right)
            && self.style(left) == other.style(right)
            && self.text(left) == other.text(right)
            && (self.is_bare(left) && other.is_bare(right)
                || self.tag(left) == other.tag(right)
                    && self.anchor(left) == other.anchor(right)
                    && self.comments(left) == other.comments(right))
    }
}
