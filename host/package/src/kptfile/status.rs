//! The status that the current kpt writes into the root Kptfile after a render (kpt-render §1.4).

use porchlight_yaml::{Document, Kind, NodeId, SequenceIndent, emit, normalise_line_ends, splice, split_documents};

use super::{KptfileProblem, marshal, read};
use crate::compat::Compat;
use crate::format::Format;
use crate::plan::LineEnds;

/// Type of the condition.
const RENDERED: &str = "Rendered";

/// The condition `Rendered` of a Kptfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedCondition {
    /// `True` or `False`.
    pub status: &'static str,
    /// `RenderSuccess` or `RenderFailed`.
    pub reason: &'static str,
    /// Why it failed; may be empty.
    pub message: String,
}

/// The text of a Kptfile with a status in place of an older one: the condition `Rendered` after all others, and
/// `renderStatus`, where there is one.
///
/// In kpt's format the Kptfile is written anew: comments go, fields stand in kpt's order, texts are quoted as kpt does.
/// In minimal format only the status changes. Documents behind the first, which kpt drops, stay.
///
/// # Errors
/// As [`super::Kptfile::parse`].
pub fn with_render_status(
    text: &str,
    condition: &RenderedCondition,
    render_status: Option<&Document>,
    format: Format,
) -> Result<String, KptfileProblem> {
    let lines = normalise_line_ends(text);
    let (old, fields) = read::fields(&lines, Compat::Latest)?;
    let mut new = match format {
        Format::Kpt => marshal::marshal(&old, &fields),
        Format::Minimal => old.clone(),
    };
    set(&mut new, condition, render_status);
    match format {
        Format::Minimal => Ok(match splice(&old, &new, SequenceIndent::Wide) {
            Ok(edits) => LineEnds::of(text).apply(text, &edits),
            Err(_) => text.to_owned(),
        }),
        Format::Kpt => {
            let mut written = String::with_capacity(text.len() + 512);
            emit(&new, SequenceIndent::Wide, &mut written);
            for document in split_documents(&lines).unwrap_or_default().into_iter().skip(1) {
                written.push_str("---\n");
                written.push_str(document);
            }
            Ok(written)
        }
    }
}

fn set(kptfile: &mut Document, condition: &RenderedCondition, render_status: Option<&Document>) {
    let Some(root) = kptfile.root() else { return };
    let status = match kptfile.get(root, "status").filter(|status| kptfile.kind(*status) == Kind::Mapping) {
        Some(status) => status,
        None => {
            kptfile.remove(root, "status");
            let status = kptfile.new_mapping();
            entry(kptfile, root, "status", status);
            status
        }
    };
    kptfile.remove(status, "renderStatus");
    let conditions = match kptfile.get(status, "conditions").filter(|list| kptfile.kind(*list) == Kind::Sequence) {
        Some(conditions) => conditions,
        None => {
            kptfile.remove(status, "conditions");
            let conditions = kptfile.new_sequence();
            entry(kptfile, status, "conditions", conditions);
            conditions
        }
    };
    let is_rendered = |item: &NodeId| {
        kptfile.get(*item, "type").is_some_and(|kind| kptfile.text(kind) == RENDERED)
    };
    let kept: Vec<NodeId> = kptfile.children(conditions).filter(|item| !is_rendered(item)).collect();
    kptfile.set_children(conditions, &kept);
    let item = kptfile.new_mapping();
    let parts = [("type", RENDERED), ("status", condition.status), ("reason", condition.reason)];
    let message = [("message", condition.message.as_str())];
    for (key, text) in parts.into_iter().chain(message.into_iter().filter(|(_, text)| !text.is_empty())) {
        let text = kptfile.new_string(text);
        entry(kptfile, item, key, text);
    }
    kptfile.push(conditions, item);
    if let Some((document, node)) = render_status.and_then(|document| Some((document, document.root()?))) {
        let copy = kptfile.import(document, node);
        entry(kptfile, status, "renderStatus", copy);
    }
}

fn entry(kptfile: &mut Document, mapping: NodeId, key: &str, value: NodeId) {
    let key = kptfile.new_string(key);
    kptfile.push_entry(mapping, key, value);
}
