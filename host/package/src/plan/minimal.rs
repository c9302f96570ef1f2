//! `Format::Minimal`: what functions changed is brought into the text of a file, and all else stays.
//!
//! Each resource is compared with the document it was read from. Where nothing changed but what the way through the
//! host and its functions does to every resource (style, comments that moved, the host's own annotations), the
//! document keeps its bytes. Where something did, it is edited in place. A file of which all documents keep their
//! bytes is not touched, whatever kpt would make of it.

mod host_annotations;
mod line_ends;
mod pairing;
mod text;

use std::sync::Arc;

use porchlight_krm::Resource;
use porchlight_yaml::{Document, Edit, SequenceIndent, emit, is_json, same_values, splice};

use super::attribution;
use super::encode;
use super::error::{PlanError, PlanProblem};
use crate::annotation;
use line_ends::LineEnds;
use pairing::Identity;
use text::{FileText, Removal};

/// A resource as it is to be stored.
struct Wanted {
    document: Document,
    indent: SequenceIndent,
    /// The document of the file it says it is, from 0.
    index: Option<usize>,
}

/// The bytes of a file that holds resources already.
pub(super) fn file(path: &str, items: Vec<Resource>, bytes: &Arc<[u8]>) -> Result<Arc<[u8]>, PlanError> {
    let anew = |items| encode::file(path, items).map(|text| Arc::from(text.into_bytes()));
    let Ok(bytes_as_text) = std::str::from_utf8(bytes) else { return anew(items) };
    let line_ends = LineEnds::of(bytes_as_text);
    let text = porchlight_yaml::normalise_line_ends(bytes_as_text);
    let Some(old) = FileText::read(&text) else { return anew(items) };

    let mut wanted = Vec::with_capacity(items.len());
    for item in &items {
        wanted.push(self::wanted(path, item)?);
    }
    let identities: Vec<Identity> = wanted.iter().map(|wanted| pairing::identity(&wanted.document)).collect();
    let old_identities: Vec<Identity> = old.documents().map(|(_, document)| pairing::identity(document)).collect();
    let claims: Vec<_> = identities.into_iter().zip(wanted.iter().map(|wanted| wanted.index)).collect();
    let pairs = pairing::pair(&old_identities, &claims);
    if pairs.iter().all(Option::is_none) {
        return anew(items);
    }

    let mut edits = edits(&old, &mut wanted, &pairs);
    if edits.is_empty() {
        return Ok(Arc::clone(bytes));
    }
    edits.sort_by_key(|edit| (edit.start, edit.end > edit.start));
    if items.len() == 1 && path.ends_with(".json") && !stays_json(&text, &edits) {
        return anew(items);
    }
    Ok(Arc::from(line_ends.apply(bytes_as_text, &edits).into_bytes()))
}

/// A text whose first document is to hold `wanted`, by few edits; `None` where the text cannot be read.
#[must_use]
pub fn bring_into(text: &str, wanted: &Document, indent: SequenceIndent) -> Option<String> {
    let lines = porchlight_yaml::normalise_line_ends(text);
    let original = porchlight_yaml::parse_first(Arc::from(&*lines)).ok()??;
    let mut edits = splice(&original, wanted, indent).ok()?;
    edits.sort_by_key(|edit| (edit.start, edit.end > edit.start));
    Some(LineEnds::of(text).apply(text, &edits))
}

/// The edits of a file whose resources were read from the documents they are paired with, at least one of them.
fn edits(old: &FileText<'_>, wanted: &mut [Wanted], pairs: &[Option<usize>]) -> Vec<Edit> {
    let parts: Vec<(usize, &Document)> = old.documents().collect();
    let mut edits = Vec::new();
    let mut kept = vec![false; parts.len()];
    // The document behind which the next new one goes, and new ones that wait for the first.
    let mut last = None;
    let mut waiting = String::new();
    for (wanted, pair) in wanted.iter_mut().zip(pairs) {
        let pair = pair.map(|number| (number, changes(parts[number].1, wanted)));
        let document = match pair {
            Some((number, changes)) if last.is_none_or(|last| last < number) => {
                let (part, _) = parts[number];
                if !waiting.is_empty() {
                    edits.push(old.insertion_in_front(part, &std::mem::take(&mut waiting)));
                }
                let start = old.start(part);
                edits.extend(changes.into_iter().map(|edit| Edit {
                    start: edit.start + start,
                    end: edit.end + start,
                    text: edit.text,
                }));
                kept[number] = true;
                last = Some(number);
                continue;
            }
            // It stands elsewhere now.
            Some((number, changes)) => old.body(parts[number].0, &changes),
            None => written(wanted),
        };
        match last {
            Some(number) => edits.push(old.insertion_behind(parts[number].0, &document)),
            None => {
                waiting.push_str(&document);
                waiting.push_str("---\n");
            }
        }
    }
    let removed = parts.iter().zip(kept).filter(|(_, kept)| !kept).map(|((part, _), _)| *part).collect();
    edits.extend(old.removals(&Removal { parts: removed }));
    edits
}

fn wanted(path: &str, item: &Resource) -> Result<Wanted, PlanError> {
    let mut document = item.document().clone();
    let index = annotation::file(&document).1.parse().ok();
    let indent = encode::strip(&mut document)
        .map_err(|problem| PlanError::new(Some(item), path, PlanProblem::Metadata(problem)))?;
    Ok(Wanted { document, indent, index })
}

/// The edits of a document for its resource.
fn changes(original: &Document, wanted: &mut Wanted) -> Vec<Edit> {
    host_annotations::put_back(&mut wanted.document, original);
    // kpt marks some resources even where no function ran.
    let mut unmarked = wanted.document.clone();
    attribution::undo(&mut unmarked, original);
    host_annotations::put_back(&mut unmarked, original);
    if let (Some(old), Some(new)) = (original.root(), unmarked.root())
        && same_values((original, old), (&unmarked, new))
    {
        wanted.document = unmarked;
    }
    // The text was read when the file was.
    splice(original, &wanted.document, wanted.indent).unwrap_or_default()
}

fn written(wanted: &Wanted) -> String {
    let mut text = String::new();
    emit(&wanted.document, wanted.indent, &mut text);
    text
}

/// Whether a text with edits is JSON, as far as it was before.
fn stays_json(text: &str, edits: &[Edit]) -> bool {
    let is_json_escape = |rest: &str| rest.starts_with(['"', '\\', '/', 'b', 'f', 'n', 'r', 't', 'u']);
    let has_own_escapes = |edit: &Edit| {
        let mut parts = edit.text.split('\\').skip(1).peekable();
        while let Some(part) = parts.next() {
            // Two backslashes have nothing between them.
            if part.is_empty() {
                parts.next();
            } else if !is_json_escape(part) {
                return true;
            }
        }
        false
    };
    let read = porchlight_yaml::parse_first(porchlight_yaml::apply_edits(text, edits).into()).ok().flatten();
    read.is_some_and(|document| is_json(&document)) && !edits.iter().any(has_own_escapes)
}
