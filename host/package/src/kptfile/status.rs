//! The status that the current kpt writes into the root Kptfile after a render (kpt-render §1.4).

use porchlight_yaml::{Document, Kind, NodeId, SequenceIndent, emit, normalise_line_ends, split_documents};

use super::{KptfileProblem, marshal, read};
use crate::compat::Compat;
use crate::format::Format;
use crate::plan::bring_into;

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
        Format::Minimal => Ok(bring_into(text, &new, SequenceIndent::Wide).unwrap_or_else(|| text.to_owned())),
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
    let is_rendered = |item: &NodeId| kptfile.get(*item, "type").is_some_and(|kind| kptfile.text(kind) == RENDERED);
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

#[cfg(test)]
mod tests {
    use super::*;

    const KPTFILE: &str = "# whose\napiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n    name:   'app' # what\nstatus:\n    conditions:\n    # theirs\n    - type: Ready\n      status: 'True'\n    - type: Rendered\n      status: \"False\"\n      reason: RenderFailed\n---\nmore: 1\n";

    fn written(text: &str, format: Format) -> String {
        let condition = RenderedCondition { status: "True", reason: "RenderSuccess", message: String::new() };
        with_render_status(text, &condition, None, format).unwrap()
    }

    #[test]
    fn in_kpts_format_the_first_document_is_written_anew() {
        assert_eq!(
            written(KPTFILE, Format::Kpt),
            "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: app\nstatus:\n  conditions:\n    - type: Ready\n      status: \"True\"\n    - type: Rendered\n      status: \"True\"\n      reason: RenderSuccess\n---\nmore: 1\n"
        );
    }

    #[test]
    fn in_minimal_format_only_the_status_moves() {
        let expected =
            KPTFILE.replace("\"False\"\n      reason: RenderFailed", "\"True\"\n      reason: RenderSuccess");
        assert_eq!(written(KPTFILE, Format::Minimal), expected);
        let again = written(&expected, Format::Minimal);
        assert_eq!(again, expected);
        let windows = KPTFILE.replace('\n', "\r\n");
        assert_eq!(written(&windows, Format::Minimal), expected.replace('\n', "\r\n"));
        let bare = "apiVersion: kpt.dev/v1\nkind: Kptfile # c\nmetadata: {name: a}\n";
        let status =
            "status:\n  conditions:\n    - type: Rendered\n      status: \"True\"\n      reason: RenderSuccess\n";
        assert_eq!(written(bare, Format::Minimal), format!("{bare}{status}"));
    }

    #[test]
    fn what_is_no_kptfile_is_refused() {
        let condition = RenderedCondition { status: "True", reason: "RenderSuccess", message: String::new() };
        assert!(with_render_status("kind: Other\n", &condition, None, Format::Kpt).is_err());
    }
}
