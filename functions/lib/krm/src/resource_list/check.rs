//! What must hold for every node of a list.

use std::collections::HashSet;

use porchlight_yaml::{Document, Kind, NodeId, Scalar, Style};

use super::{Form, ListError};
use crate::Code;

/// Refuses repeated keys. They have no single meaning: kpt keeps both, the API server takes the last.
pub(super) fn unique_keys(document: &Document) -> Result<(), ListError> {
    let Some(repeated) = document.duplicate_keys().into_iter().next() else { return Ok(()) };
    let key = document.text(repeated.again);
    let first = document.line(repeated.first);
    let message = format!("key `{key}` was already given on line {first}; keep one of them");
    Err(ListError::of(Code::YamlParseFailed, message).at(document, repeated.again))
}

/// What one walk over an item found.
#[derive(Debug, Default)]
pub(super) struct Facts<'d> {
    anchors: HashSet<&'d str>,
    /// Something a JSON text cannot hold.
    beyond_json: bool,
}

impl<'d> Facts<'d> {
    /// Looks at `node` and everything below it, and refuses an alias without its anchor in there: each item
    /// has to make sense on its own.
    pub(super) fn of(document: &'d Document, node: NodeId) -> Result<Self, ListError> {
        let mut facts = Self::default();
        let mut work = vec![node];
        while let Some(node) = work.pop() {
            facts.visit(document, node)?;
            let start = work.len();
            work.extend(document.children(node));
            work[start..].reverse();
        }
        Ok(facts)
    }

    pub(super) fn form(&self) -> Form {
        if self.beyond_json { Form::Yaml } else { Form::Json }
    }

    fn visit(&mut self, document: &'d Document, node: NodeId) -> Result<(), ListError> {
        let style = document.style(node);
        let anchor = document.anchor(node);
        if !anchor.is_empty() {
            self.anchors.insert(anchor);
        }
        self.beyond_json = self.beyond_json
            || !anchor.is_empty()
            || !document.tag(node).is_empty()
            || document.comments(node).is_some()
            || match document.kind(node) {
                Kind::Mapping | Kind::Sequence => style != Style::Flow,
                Kind::Scalar if style == Style::Plain => matches!(document.resolve(node), Scalar::Str(_)),
                Kind::Scalar => style != Style::DoubleQuoted,
                Kind::Alias => true,
            };
        if document.kind(node) == Kind::Alias && !self.anchors.contains(document.text(node)) {
            let name = document.text(node);
            let message = format!("alias `*{name}` has no anchor above it in the same item; write the value out");
            return Err(ListError::invalid(message).at(document, node));
        }
        Ok(())
    }
}
