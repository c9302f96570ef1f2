//! Small questions about nodes, answered as kyaml answers them.

use porchlight_yaml::{Document, Kind, NodeId, Scalar};

/// True for a null: an explicit `!!null`, or a plain scalar that reads as one.
pub(super) fn is_null(document: &Document, node: NodeId) -> bool {
    document.kind(node) == Kind::Scalar && document.resolve(node) == Scalar::Null
}

/// True for a null and for a collection without children.
pub(crate) fn is_nil_or_empty(document: &Document, node: NodeId) -> bool {
    match document.kind(node) {
        Kind::Mapping | Kind::Sequence => document.first_child(node).is_none(),
        Kind::Scalar => is_null(document, node),
        Kind::Alias => false,
    }
}

/// True for a mapping or sequence.
pub(super) fn is_collection(document: &Document, node: NodeId) -> bool {
    matches!(document.kind(node), Kind::Mapping | Kind::Sequence)
}

/// The name kpt's messages give a kind of node.
pub(super) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Scalar => "ScalarNode",
        Kind::Mapping => "MappingNode",
        Kind::Sequence => "SequenceNode",
        Kind::Alias => "AliasNode",
    }
}
