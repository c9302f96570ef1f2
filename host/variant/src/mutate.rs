//! What a variant changes in its package, in Porch's order: context, pipeline, injection (porch §4.4–§4.7).

mod context;
mod gates;
mod injection;
mod pipeline;
mod points;

use std::sync::Arc;

use porchlight_krm::Code;
use porchlight_package::KPTFILE;
use porchlight_yaml::{Document, SequenceIndent, emit, same_values};

use crate::cluster::Cluster;
use crate::fault::Place;
use crate::note::{Note, Quirk};
use crate::store::Files;
use crate::variant::Variant;
use crate::{Compat, Fault, edit};

pub(crate) use pipeline::is_own;
pub use points::{Injection, InjectionState};

/// File with the package context, in the root of the package.
pub(crate) const CONTEXT_FILE: &str = "package-context.yaml";
/// Name of the ConfigMap in it.
pub(crate) const CONTEXT_NAME: &str = "kptfile.kpt.dev";

/// A package after a variant's changes.
#[derive(Clone, Debug)]
pub struct Mutated {
    /// The files; those that were there, where nothing changed.
    pub files: Files,
    /// Whether Porch would store them.
    pub changed: bool,
    /// The injection points and what became of them, sorted by file and position.
    pub injections: Vec<Injection>,
    /// What is worth knowing.
    pub notes: Vec<Note>,
}

/// Makes a variant's changes. `label` stands for the package in messages.
///
/// # Errors
/// A package that has not what the variant wants to change; injection points that contradict each other.
pub fn mutate(
    files: &Files,
    label: &str,
    variant: &Variant,
    cluster: &Cluster,
    compat: Compat,
) -> Result<Mutated, Fault> {
    let mut package = Package { files: files.clone(), label, compat, notes: Vec::new() };
    context::change(&mut package, variant)?;
    pipeline::change(&mut package, variant)?;
    let injections = injection::change(&mut package, variant, cluster)?;
    let Package { files: after, mut notes, .. } = package;
    let changed = after.len() != files.len()
        || after.iter().any(|(path, bytes)| {
            files.get(path) != Some(bytes) && !(path == KPTFILE && same_kptfile(files.get(path), bytes))
        });
    if !changed {
        notes.retain(|note| note.quirk != Some(Quirk::HeaderCommentLost));
    }
    Ok(Mutated { files: if changed { after } else { files.clone() }, changed, injections, notes })
}

/// A Kptfile that only looks different does not count as changed.
fn same_kptfile(before: Option<&Arc<[u8]>>, after: &[u8]) -> bool {
    let read = |bytes: &[u8]| edit::read_one(std::str::from_utf8(bytes).ok()?).ok();
    let Some((before, after)) = before.and_then(|before| Some((read(before)?, read(after)?))) else { return false };
    match (before.root(), after.root()) {
        (Some(old), Some(new)) => same_values((&before, old), (&after, new)),
        _ => false,
    }
}

/// The package while it is changed.
struct Package<'p> {
    files: Files,
    label: &'p str,
    compat: Compat,
    notes: Vec<Note>,
}

impl Package<'_> {
    /// Name of a file in messages.
    fn name(&self, path: &str) -> Arc<str> {
        format!("{}/{path}", self.label).into()
    }

    fn text(&self, path: &str) -> Result<&str, Fault> {
        let bytes = self.files.get(path).ok_or_else(|| Fault::new(format!("{}: no file `{path}`", self.label)))?;
        std::str::from_utf8(bytes).map_err(|error| {
            let message = format!("not text: byte {} is no UTF-8", error.valid_up_to());
            Fault::coded(Code::YamlParseFailed, message).at(Place::file(&self.name(path)))
        })
    }

    /// The only object of a file.
    fn object(&self, path: &str) -> Result<Document, Fault> {
        let malformed = |message| Fault::coded(Code::YamlParseFailed, message).at(Place::file(&self.name(path)));
        edit::read_one(self.text(path)?).map_err(malformed)
    }

    fn write(&mut self, path: &str, documents: &[&Document]) {
        let lost = documents.iter().any(|document| !document.document_comments().is_empty());
        let text = if self.compat.is_porch() {
            documents.iter().map(|document| edit::write(document)).collect::<Vec<_>>().join("---\n")
        } else {
            let written = documents.iter().map(|document| {
                let mut text = String::new();
                emit(document, SequenceIndent::Compact, &mut text);
                text
            });
            written.collect::<Vec<_>>().join("---\n")
        };
        if lost {
            let verb = if self.compat.is_porch() { "loses" } else { "would lose" };
            let message = format!("Porch {verb} the comments before and after the document");
            let note = Note::quirk(Quirk::HeaderCommentLost, message).at(Place::file(&self.name(path)));
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        self.files.insert(path.to_owned(), text.into_bytes().into());
    }
}
