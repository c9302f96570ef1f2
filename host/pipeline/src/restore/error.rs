//! Why a resource could not be brought back into its old form.

use porchlight_yaml::{Document, Kind, NodeId};

use super::node::kind_name;

/// A field came back as another kind of node than was sent. kpt gives up on the render then, and so do we.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub struct RestoreError {
    expected: &'static str,
    got: &'static str,
    /// The node as it came back.
    contents: String,
    while_sorting: bool,
}

impl RestoreError {
    pub(super) fn kind(document: &Document, node: NodeId, expected: Kind) -> Self {
        let mut contents = String::new();
        porchlight_yaml::emit_node(document, node, porchlight_yaml::SequenceIndent::Compact, &mut contents);
        Self { expected: kind_name(expected), got: kind_name(document.kind(node)), contents, while_sorting: false }
    }

    pub(super) fn order(document: &Document, node: NodeId, expected: Kind) -> Self {
        Self { while_sorting: true, ..Self::kind(document, node, expected) }
    }

    fn text(&self) -> String {
        let text = format!(
            "wrong node kind: expected {} but got {}: node contents:\n{}",
            self.expected, self.got, self.contents
        );
        if self.while_sorting {
            format!("failed to sync field order: {}", porchlight_package::quote(&text))
        } else {
            text
        }
    }
}
