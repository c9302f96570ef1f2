//! The first step of a new package: a copy of the blueprint that knows where it comes from (porch §2.6).

mod context;
mod merge_key;

use std::path::Path;
use std::sync::Arc;

use porchlight_krm::{Code, Resource};
use porchlight_package::{
    Compat as KptCompat, GitSource, KPTFILE, PackageError, annotation, base_name, read_documents, to_text,
    with_upstream,
};

use crate::fault::Place;
use crate::note::{Note, Quirk};
use crate::store::Files;
use crate::{Compat, Fault};

/// What a copy is made of.
#[derive(Clone, Copy, Debug)]
pub struct Clone<'c> {
    /// Package it becomes, with its path.
    pub package: &'c str,
    /// Where the blueprint is in git; nothing where that is not known.
    pub source: Option<&'c GitSource>,
    /// Whether the copy goes into a deployment repository, and so gets a package context.
    pub deployment: bool,
    /// The blueprint in messages.
    pub label: &'c str,
    /// Whose rules apply.
    pub compat: Compat,
}

/// Copies a blueprint: name and origin in the Kptfile, the package context of deployments, merge keys. Every YAML file is
/// written anew, with dashes below their key.
///
/// # Errors
/// No Kptfile or one that cannot be used; a YAML file that cannot be read, which Porch would answer with an empty package.
pub fn clone(blueprint: &Files, clone: Clone<'_>) -> Result<(Files, Vec<Note>), Fault> {
    let mut copy = Files::new();
    let mut notes = Vec::new();
    for (path, bytes) in blueprint {
        let file: Arc<str> = format!("{}/{path}", clone.label).into();
        let place = Place::file(&file);
        if bytes.contains(&0) || std::str::from_utf8(bytes).is_err() {
            let message = "the file is not text, which Porch's interface does not carry";
            notes.push(Note::quirk(Quirk::BinaryFileLost, message).at(place));
            if !clone.compat.is_porch() {
                copy.insert(path.clone(), Arc::clone(bytes));
            }
            continue;
        }
        if !is_yaml(path) {
            copy.insert(path.clone(), Arc::clone(bytes));
            continue;
        }
        let with_origin;
        let bytes: &Arc<[u8]> = if path == KPTFILE {
            with_origin = origin(bytes, &clone, &place)?;
            &with_origin
        } else {
            bytes
        };
        let mut resources = read_documents(bytes, Path::new(&*file)).map_err(|error| unreadable(error, &place))?;
        let count = resources.len();
        if clone.deployment {
            resources.retain(|resource| !context::is_context(resource));
        }
        if resources.is_empty() && count > 0 {
            continue;
        }
        if resources.is_empty() {
            let message = "the file holds no object and does not survive Porch's clone";
            notes.push(Note::quirk(Quirk::EmptyFileLost, message).at(place));
            if !clone.compat.is_porch() {
                copy.insert(path.clone(), Arc::clone(bytes));
            }
            continue;
        }
        copy.insert(path.clone(), written(resources, &place)?);
    }
    if clone.deployment {
        let context = context::of_package(clone.package);
        let path = crate::mutate::CONTEXT_FILE;
        let file: Arc<str> = format!("{}/{path}", clone.label).into();
        let place = Place::file(&file);
        let mut resources = match copy.get(path) {
            Some(others) => read_documents(others, Path::new(&*file)).map_err(|error| unreadable(error, &place))?,
            None => Vec::new(),
        };
        resources.push(context);
        copy.insert(path.to_owned(), written(resources, &place)?);
    }
    Ok((copy, notes))
}

fn is_yaml(path: &str) -> bool {
    let name = base_name(path);
    name == KPTFILE || name.ends_with(".yaml") || name.ends_with(".yml")
}

fn origin(bytes: &[u8], clone: &Clone<'_>, place: &Place) -> Result<Arc<[u8]>, Fault> {
    let text = String::from_utf8_lossy(bytes);
    let text = with_upstream(&text, clone.package, clone.source, KptCompat::Latest).map_err(|problem| {
        let (line, words) = problem.line_and_words();
        Fault::coded(Code::KptfileInvalid, words).at(Place { line, ..place.clone() })
    })?;
    Ok(text.into_bytes().into())
}

fn written(mut resources: Vec<Resource>, place: &Place) -> Result<Arc<[u8]>, Fault> {
    for resource in &mut resources {
        merge_key::add(resource);
        let compact = annotation::set(resource.document_mut(), annotation::SEQUENCE_INDENT, "compact");
        compact.map_err(|error| Fault::new(error.to_string()).at(place.clone()))?;
    }
    let text = to_text(resources).map_err(|error| Fault::coded(error.code(), error.to_string()).at(place.clone()))?;
    Ok(text.into_bytes().into())
}

fn unreadable(error: PackageError, place: &Place) -> Fault {
    let code = error.code();
    let at = |line, column| Place { line, column, ..place.clone() };
    let (place, message) = match error {
        PackageError::Yaml { line, column, message, .. } => (at(line, column), message),
        PackageError::DuplicateKey { key, line, first, .. } => {
            (at(line, 0), format!("the key `{key}` is there already, in line {first}"))
        }
        PackageError::Separator { line, text, .. } => (at(line, 0), format!("no document starts with `{text}`")),
        PackageError::NotAnObject { line, found, .. } => (at(line, 0), format!("expected an object, found {found}")),
        other => (place.clone(), other.to_string()),
    };
    Fault::coded(code, message)
        .at(place)
        .hint("a blueprint with a YAML file that cannot be read becomes an empty package in Porch")
}
