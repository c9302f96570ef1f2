//! Keeping a function in a Kptfile, as `fn eval --save` does.

use std::path::Path;

use porchlight_package::{Compat, FunctionKind, FunctionRef, KptfileError, with_function};
use porchlight_yaml::{SequenceIndent, emit_node};

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

/// Adds a function to the text of a Kptfile, or replaces the entry with its image or command. The file is written
/// anew as kpt writes it, with its comments and the order of its fields. `package` is for messages.
///
/// # Errors
/// The Kptfile cannot be read, or its comments cannot be put back.
pub fn save_function(
    kptfile: &str,
    kind: FunctionKind,
    function: &FunctionRef,
    compat: Compat,
    package: &Path,
) -> Result<SavedFunction, SaveError> {
    let marshalled = with_function(kptfile, kind, function, compat).map_err(|problem| KptfileError {
        package: package.to_owned(),
        compat,
        problem,
    })?;
    let mut new = marshalled.new;
    restore_kptfile(&marshalled.old, &mut new)?;
    let mut text = String::new();
    if let Some(root) = new.root() {
        emit_node(&new, root, SequenceIndent::Wide, &mut text);
    }
    Ok(SavedFunction { text, updated: marshalled.updated })
}
