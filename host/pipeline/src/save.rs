//! Keeping a function in a Kptfile, as `fn eval --save` does.

use std::path::Path;

use porchlight_package::{Compat, Format, FunctionKind, FunctionRef, KptfileError, bring_into, with_function};
use porchlight_yaml::{Document, SequenceIndent, emit_node};

use crate::restore::{RestoreError, restore_kptfile};

/// A Kptfile with a function added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFunction {
    /// The text of the Kptfile.
    pub text: String,
    /// True where the function took the place of an entry with its image or command.
    pub updated: bool,
}

/// Why a function cannot be added.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The Kptfile cannot be read.
    #[error(transparent)]
    Kptfile(#[from] KptfileError),
    /// Its comments find no place in what was written.
    #[error("could not preserve Kptfile comments: {0}")]
    Restore(#[from] RestoreError),
}

/// Adds a function to the text of a Kptfile, or replaces the entry with its image or command. In kpt's format the file
/// is written anew as kpt writes it, with its comments and the order of its fields; in minimal format only the pipeline
/// is edited. `package` is for messages.
///
/// # Errors
/// The Kptfile cannot be read, or its comments cannot be put back.
pub fn save_function(
    kptfile: &str,
    kind: FunctionKind,
    function: &FunctionRef,
    compat: Compat,
    format: Format,
    package: &Path,
) -> Result<SavedFunction, SaveError> {
    let marshalled = with_function(kptfile, kind, function, compat).map_err(|problem| KptfileError {
        package: package.to_owned(),
        compat,
        problem,
    })?;
    let (old, mut new) = (&marshalled.old, marshalled.new);
    if let Some(text) = (format == Format::Minimal).then(|| edited(kptfile, old, &new)).flatten() {
        return Ok(SavedFunction { text, updated: marshalled.updated });
    }
    restore_kptfile(old, &mut new)?;
    let mut text = String::new();
    if let Some(root) = new.root() {
        emit_node(&new, root, SequenceIndent::Wide, &mut text);
    }
    Ok(SavedFunction { text, updated: marshalled.updated })
}

/// The text with the pipeline of `new`.
fn edited(kptfile: &str, old: &Document, new: &Document) -> Option<String> {
    let pipeline = new.get(new.root()?, "pipeline")?;
    let mut wanted = old.clone();
    let root = wanted.root()?;
    let pipeline = wanted.import(new, pipeline);
    match wanted.get(root, "pipeline") {
        Some(old) => wanted.replace(old, pipeline),
        None => {
            let key = wanted.new_string("pipeline");
            wanted.push_entry(root, key, pipeline);
        }
    }
    bring_into(kptfile, &wanted, SequenceIndent::Wide)
}
