//! Documents to YAML text.
//!
//! Writes what go-yaml v3's emitter writes when kyaml drives it: two spaces of indentation, lines of any
//! length, sequences compact or wide as the file had them (kpt-render §2.11). Comments are kept pending in the
//! writer and come out at the places where that emitter looks for them; some of them therefore move.

mod comments;
mod layout;
mod nodes;
mod scalars;
mod shape;

use crate::tree::{Document, NodeId};
pub use layout::{Layout, lay_out};
use nodes::Writer;

/// How a block sequence inside of a mapping is indented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum SequenceIndent {
    /// `- ` at the column of the key.
    #[default]
    Compact,
    /// `- ` two columns further right.
    Wide,
}

impl SequenceIndent {
    /// As in the annotation `internal.config.kubernetes.io/seqindent`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Wide => "wide",
        }
    }
}

/// Appends one document, with its document comments, to `out`. Nothing is written for a document without root.
pub fn emit(document: &Document, indent: SequenceIndent, out: &mut String) {
    emit_all([(document, indent)], out);
}

/// Appends the documents to `out`, with `---` lines between them.
pub fn emit_all<'d>(documents: impl IntoIterator<Item = (&'d Document, SequenceIndent)>, out: &mut String) {
    let mut writer = Writer::new(out);
    let mut first = true;
    for (document, indent) in documents {
        if let Some(root) = document.root() {
            if !first {
                writer.separator();
            }
            first = false;
            writer.document(document, root, indent, true);
        }
    }
}

/// Appends the node and all below it as a document of its own, without document comments.
pub fn emit_node(document: &Document, node: NodeId, indent: SequenceIndent, out: &mut String) {
    Writer::new(out).document(document, node, indent, false);
}
