//! Resources to the text of a file.

use porchlight_krm::Resource;
use porchlight_yaml::{Document, Kind, SequenceIndent, emit_all};

use super::error::{PlanError, PlanProblem};
use super::json;
use crate::annotation::{self, NotAMapping};
use crate::read::BARE_SEQUENCE;

/// What says where a resource is stored, and is not stored itself.
pub(super) const STORAGE: [&str; 5] = [
    annotation::INDEX,
    annotation::LEGACY_INDEX,
    annotation::SEQUENCE_INDENT,
    annotation::PATH,
    annotation::LEGACY_PATH,
];

/// The text of one file. A single resource in a `.json` file is written as JSON; several are YAML documents even
/// there, as in kpt.
pub(super) fn file(path: &str, items: Vec<Resource>) -> Result<String, PlanError> {
    let mut documents = Vec::with_capacity(items.len());
    for mut item in items {
        let indent = strip(item.document_mut())
            .map_err(|problem| PlanError::new(Some(&item), path, PlanProblem::Metadata(problem)))?;
        documents.push((item, indent));
    }
    if let [(item, _)] = &documents[..]
        && path.ends_with(".json")
    {
        return json::write(item.document())
            .map_err(|reason| PlanError::new(Some(item), path, PlanProblem::Json(reason)));
    }
    Ok(text(&documents))
}

/// Resources as YAML documents without the annotations that say where they are stored (`-o unwrap`), each with
/// its own sequence indentation. A single resource of a `.json` file is JSON.
///
/// # Errors
/// A `metadata` or `annotations` that is no mapping; a resource that JSON cannot hold.
pub fn to_text(items: Vec<Resource>) -> Result<String, PlanError> {
    let path = match &items[..] {
        [item] => annotation::file(item.document()).0.to_owned(),
        _ => String::new(),
    };
    file(&path, items)
}

fn text(documents: &[(Resource, SequenceIndent)]) -> String {
    // A source is about as long as what is written for it.
    let length: usize = documents.iter().map(|(item, _)| item.document().source().len() + 64).sum();
    let mut text = String::with_capacity(length);
    emit_all(documents.iter().map(|(item, indent)| (item.document(), *indent)), &mut text);
    text
}

/// Leaves the document as it is stored, and tells how it indents sequences.
pub(super) fn strip(document: &mut Document) -> Result<SequenceIndent, NotAMapping> {
    let indent = match annotation::get(document, annotation::SEQUENCE_INDENT) {
        Some("wide") => SequenceIndent::Wide,
        _ => SequenceIndent::Compact,
    };
    annotation::clear_all(document, &STORAGE);
    annotation::remove_empty(document)?;
    let sequence = document.root().and_then(|root| document.get(root, BARE_SEQUENCE));
    if let Some(sequence) = sequence.filter(|node| document.kind(*node) == Kind::Sequence) {
        document.set_root(sequence);
    }
    Ok(indent)
}
