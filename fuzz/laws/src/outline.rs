//! All a reader can see of a tree.

use porchlight_yaml::{Document, NodeId};

/// The nodes of a document in their order.
pub fn nodes(document: &Document) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    let mut work: Vec<NodeId> = document.root().into_iter().collect();
    while let Some(node) = work.pop() {
        nodes.push(node);
        let start = work.len();
        work.extend(document.children(node));
        work[start..].reverse();
    }
    nodes
}

/// A line for each node, places and comments included.
pub fn of(document: &Document) -> Vec<String> {
    let comments = format!("{:?}", document.document_comments());
    let line = |node: NodeId| {
        let place = (document.line(node), document.column(node), document.children(node).count());
        let look = (document.kind(node), document.style(node), document.text(node));
        format!("{place:?} {look:?} {:?} {:?}", (document.tag(node), document.anchor(node)), document.comments(node))
    };
    std::iter::once(comments).chain(nodes(document).into_iter().map(line)).collect()
}
