//! Resources to the text of a file.

use porchlight_krm::Resource;
use porchlight_yaml::{Document, Kind, SequenceIndent, emit_all};

use super::error::{PlanError, PlanProblem};
use super::json;
use crate::annotation::{self, NotAMapping};
use crate::read::BARE_SEQUENCE;

/// The text of one file. A single resource in a `.json` file is written as JSON; several are YAML documents even
/// there, as in kpt.
pub(super) fn file(path: &str, items: Vec<Resource>) -> Result<String, PlanError> {
    let mut documents = Vec::with_capacity(items.len());
    for item in items {
        let id = item.id();
        let document = bare(item).map_err(|problem| PlanError {
            resource: Some(Box::new(id.clone())),
            path: path.to_owned(),
            problem: PlanProblem::Metadata(problem),
        })?;
        documents.push((id, document));
    }
    if let [(id, (document, _))] = &documents[..]
        && path.ends_with(".json")
    {
        return json::write(document).map_err(|reason| PlanError {
            resource: Some(Box::new(id.clone())),
            path: path.to_owned(),
            problem: PlanProblem::Json(reason),
        });
    }
    let mut text = String::new();
    emit_all(documents.iter().map(|(_, (document, indent))| (document, *indent)), &mut text);
    Ok(text)
}

/// Resources as YAML documents without the annotations that say where they are stored (`-o unwrap`), each with
/// its own sequence indentation.
///
/// # Errors
/// A `metadata` or `annotations` that is no mapping.
pub fn to_text(items: Vec<Resource>) -> Result<String, NotAMapping> {
    let documents = items.into_iter().map(bare).collect::<Result<Vec<_>, _>>()?;
    let mut text = String::new();
    emit_all(documents.iter().map(|(document, indent)| (document, *indent)), &mut text);
    Ok(text)
}

/// The document as it is stored, and how it indents sequences.
fn bare(item: Resource) -> Result<(Document, SequenceIndent), NotAMapping> {
    let mut document = item.into_document();
    let indent = match annotation::get(&document, annotation::SEQUENCE_INDENT) {
        Some("wide") => SequenceIndent::Wide,
        _ => SequenceIndent::Compact,
    };
    for key in [
        annotation::INDEX,
        annotation::LEGACY_INDEX,
        annotation::SEQUENCE_INDENT,
        annotation::PATH,
        annotation::LEGACY_PATH,
    ] {
        annotation::clear(&mut document, key);
    }
    annotation::remove_empty(&mut document)?;
    let sequence = document.root().and_then(|root| document.get(root, BARE_SEQUENCE));
    if let Some(sequence) = sequence.filter(|node| document.kind(*node) == Kind::Sequence) {
        document.set_root(sequence);
    }
    Ok((document, indent))
}
