//! Reading the files of a package into annotated resources (kpt-render §2.3–§2.5).

mod file;
mod walk;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::Arc;

use porchlight_krm::Resource;
use rayon::prelude::*;

use crate::annotation::{self, NotAMapping};
use crate::error::PackageError;
use crate::path::join;
use crate::tree::{PackageId, PackageTree};

pub(crate) use file::{BARE_SEQUENCE, Part, documents};
use walk::FoundFile;

/// The resources of one package, without those of packages below it.
#[derive(Clone, Debug)]
pub struct Contents {
    /// In the order of the walk, then of the file; each with its index, path, package-path and seqindent
    /// annotations.
    pub resources: Vec<Resource>,
    /// The files they came from. Files without a resource are not among them: kpt neither rewrites nor deletes
    /// such a file.
    pub sources: Sources,
}

/// Files that were read, by path relative to the directory that was opened.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: BTreeMap<String, Source>,
}

/// One file that was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its bytes, as they were on disk.
    pub bytes: Arc<[u8]>,
    /// Number of resources in it, at least 1.
    pub resources: usize,
    /// Where it is a symbolic link within the package: the file it leads to, relative to the same directory.
    pub link_to: Option<String>,
}

impl Sources {
    /// Adds the files of another package of the same tree.
    pub fn extend(&mut self, other: Self) {
        for (path, source) in other.files {
            if let Entry::Vacant(place) = self.files.entry(path) {
                place.insert(source);
            }
        }
    }

    /// The file at a cleaned path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Source> {
        self.files.get(path)
    }

    /// Every file, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.files.iter().map(|(path, source)| (path.as_str(), source))
    }

    /// Number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// True where nothing was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl PackageTree {
    /// Reads the files of one package, those of its subpackages left out.
    ///
    /// # Errors
    /// The first file, in the order of the walk, that cannot be read as resources.
    pub fn read(&self, id: PackageId) -> Result<Contents, PackageError> {
        let package = self.package(id);
        let scope = walk::Scope { directory: &package.directory, boundary: &self.root, subpackages: false };
        read(&scope, &package.path, Some(&package.directory))
    }
}

/// Reads every file of a directory, subpackages included, as `fn eval` and `fn source` do: paths are relative
/// to `directory`, and there is no package-path annotation. No Kptfile is needed.
///
/// # Errors
/// The first file, in the order of the walk, that cannot be read as resources.
pub fn read_directory(directory: &Path) -> Result<Contents, PackageError> {
    let directory =
        std::fs::canonicalize(directory).map_err(|source| PackageError::Root { path: directory.to_owned(), source })?;
    let scope = walk::Scope { directory: &directory, boundary: &directory, subpackages: true };
    read(&scope, "", None)
}

fn read(scope: &walk::Scope<'_>, below_root: &str, package_path: Option<&Path>) -> Result<Contents, PackageError> {
    let package_path = match package_path {
        Some(path) => Some(path.to_str().ok_or_else(|| PackageError::Name(path.to_owned()))?),
        None => None,
    };
    let found = walk::files(scope)?;
    // Results keep their order, so which error is told does not depend on threads.
    let read: Vec<_> = found.par_iter().map(|found| read_file(found, package_path)).collect();
    let mut contents = Contents { resources: Vec::new(), sources: Sources::default() };
    for (found, result) in found.into_iter().zip(read) {
        let (bytes, resources) = result?;
        if !resources.is_empty() {
            let source = Source { bytes, resources: resources.len(), link_to: found.link_to };
            contents.sources.files.insert(join(below_root, &found.path), source);
            contents.resources.extend(resources);
        }
    }
    Ok(contents)
}

fn read_file(found: &FoundFile, package_path: Option<&str>) -> Result<(Arc<[u8]>, Vec<Resource>), PackageError> {
    let bytes: Arc<[u8]> = std::fs::read(&found.file)
        .map_err(|source| PackageError::Unreadable { path: found.file.clone(), source })?
        .into();
    let parts = documents(&bytes, &found.file)?;
    let mut resources = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        resources.push(resource(part, index, found, package_path)?);
    }
    Ok((bytes, resources))
}

fn resource(
    mut part: Part,
    index: usize,
    found: &FoundFile,
    package_path: Option<&str>,
) -> Result<Resource, PackageError> {
    annotate(&mut part, index, &found.path, package_path).map_err(|mut source| {
        source.line += part.first_line - 1;
        PackageError::Metadata { path: found.file.clone(), source }
    })?;
    Resource::from_document(part.document).map_err(|error| PackageError::NotAnObject {
        path: found.file.clone(),
        line: error.line + part.first_line - 1,
        found: error.found,
        text: String::new(),
    })
}

/// In kyaml's order: keys sorted, after what the file has itself.
fn annotate(part: &mut Part, index: usize, path: &str, package_path: Option<&str>) -> Result<(), NotAMapping> {
    let index = index.to_string();
    let document = &mut part.document;
    annotation::complete_twins(document)?;
    let first =
        [(annotation::LEGACY_INDEX, index.as_str()), (annotation::LEGACY_PATH, path), (annotation::INDEX, &index)];
    let package_path = package_path.map(|directory| (annotation::PACKAGE_PATH, directory));
    let last = [(annotation::PATH, path), (annotation::SEQUENCE_INDENT, part.indent.as_str())];
    let values: Vec<_> = first.into_iter().chain(package_path).chain(last).collect();
    annotation::set_all(document, &values)
}
