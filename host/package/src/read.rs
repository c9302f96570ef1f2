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
use crate::content;
use crate::error::PackageError;
use crate::go::quote;
use crate::path::join;
use crate::tree::{PackageId, PackageTree};

pub(crate) use file::{BARE_SEQUENCE, Part, documents};
use walk::FoundFile;

/// From this number of files on, all processors are worth their threads.
const MANY: usize = 48;

/// The resources of one package, without those of packages below it, or what was made of each.
#[derive(Clone, Debug)]
pub struct Contents<T = Resource> {
    /// In the order of the walk, then of the file; each with its index, path, package-path and seqindent
    /// annotations.
    pub resources: Vec<T>,
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
        if self.files.is_empty() {
            self.files = other.files;
            return;
        }
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
        self.read_as(id, |resource| resource)
    }

    /// As [`PackageTree::read`], and makes something of every resource as it is read, on all processors.
    ///
    /// # Errors
    /// As [`PackageTree::read`].
    pub fn read_as<T: Send>(
        &self,
        id: PackageId,
        make: impl Fn(Resource) -> T + Sync,
    ) -> Result<Contents<T>, PackageError> {
        let package = self.package(id);
        let scope = walk::Scope { directory: &package.directory, boundary: &self.root, subpackages: false };
        read(&scope, &package.path, Some(&package.directory), make)
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
    read(&scope, "", None, |resource| resource)
}

/// Reads one file as if it were all its directory had: the resources' path is its name. A file of another name
/// than resource files have is empty.
pub(crate) fn read_single(directory: &Path, name: &str) -> Result<Contents, PackageError> {
    read_found(walk::single(directory, name)?, "", None, |resource| resource)
}

/// The resources of a stream of documents, each with its index and seqindent annotations. `name` stands for the
/// stream in messages.
///
/// # Errors
/// Text that cannot be read as resources.
pub fn read_documents(bytes: &[u8], name: &Path) -> Result<Vec<Resource>, PackageError> {
    let parts = documents(bytes, name)?;
    let parts = parts.into_iter().enumerate();
    parts.map(|(index, part)| resource(part, index, Place { file: name, path: None, package: None })).collect()
}

/// The function config in a file, as `fn eval --fn-config` reads it, with index and seqindent annotations.
///
/// # Errors
/// A file that is missing, is not YAML, or holds anything but one Kubernetes object.
pub fn read_function_config(file: &Path) -> Result<Resource, PackageError> {
    let quoted = quote(&file.to_string_lossy());
    let failed = |reason: String| PackageError::Config { path: file.to_owned(), reason };
    if !file.exists() {
        return Err(failed(format!("missing function config file: {}", file.display())));
    }
    let unreadable = |why: &str| failed(format!("failed to read functionConfig {quoted}: {why}"));
    let bytes = std::fs::read(file).map_err(|error| unreadable(&error.to_string()))?;
    let mut resources = read_documents(&bytes, Path::new(""))
        .map_err(|error| unreadable(error.to_string().trim_start_matches(": ")))?;
    match (resources.pop(), resources.len()) {
        (None, _) => {
            Err(failed(format!("functionConfig {quoted} holds no resource: write one, or leave --fn-config out")))
        }
        (Some(config), 0) => match crate::krm::problem(&config) {
            Some(problem) => Err(failed(format!("functionConfig {quoted}: {problem}"))),
            None => Ok(config),
        },
        (Some(_), others) => {
            let count = others + 1;
            Err(failed(format!("functionConfig {quoted} must not contain more than one config, got {count}")))
        }
    }
}

fn read<T: Send>(
    scope: &walk::Scope<'_>,
    below_root: &str,
    package_path: Option<&Path>,
    make: impl Fn(Resource) -> T + Sync,
) -> Result<Contents<T>, PackageError> {
    let package_path = match package_path {
        Some(path) => Some(path.to_str().ok_or_else(|| PackageError::Name(path.to_owned()))?),
        None => None,
    };
    read_found(walk::files(scope)?, below_root, package_path, make)
}

fn read_found<T: Send>(
    found: Vec<FoundFile>,
    below_root: &str,
    package_path: Option<&str>,
    make: impl Fn(Resource) -> T + Sync,
) -> Result<Contents<T>, PackageError> {
    let one = |found: &FoundFile| read_file(found, package_path, &make);
    let read: Vec<_> = if found.len() < MANY {
        found.iter().map(one).collect()
    } else {
        // Results keep their order, so which error is told does not depend on threads.
        found.par_iter().map(one).collect()
    };
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

fn read_file<T>(
    found: &FoundFile,
    package_path: Option<&str>,
    make: impl Fn(Resource) -> T,
) -> Result<(Arc<[u8]>, Vec<T>), PackageError> {
    let text = content::of(&found.file, |bytes| file::text(bytes, &found.file).map(Arc::<str>::from))
        .map_err(|source| PackageError::Unreadable { path: found.file.clone(), source })??;
    let parts = file::documents_of(&text, &found.file)?;
    let bytes = Arc::from(text);
    let place = Place { file: &found.file, path: Some(&found.path), package: package_path };
    let parts = parts.into_iter().enumerate();
    let resources = parts.map(|(index, part)| resource(part, index, place).map(&make)).collect::<Result<_, _>>()?;
    Ok((bytes, resources))
}

/// Where a document was found.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// For messages.
    file: &'a Path,
    /// Relative to the start of the walk; none in a stream.
    path: Option<&'a str>,
    /// Absolute directory of the package, where packages are told apart.
    package: Option<&'a str>,
}

fn resource(mut part: Part, index: usize, place: Place<'_>) -> Result<Resource, PackageError> {
    annotate(&mut part, index, place).map_err(|mut source| {
        source.line += part.first_line - 1;
        PackageError::Metadata { path: place.file.to_owned(), source }
    })?;
    Resource::from_document(part.document).map_err(|error| PackageError::NotAnObject {
        path: place.file.to_owned(),
        line: error.line + part.first_line - 1,
        found: error.found,
        text: String::new(),
    })
}

/// In kyaml's order: keys sorted, after what the file has itself.
fn annotate(part: &mut Part, index: usize, place: Place<'_>) -> Result<(), NotAMapping> {
    let index = index.to_string();
    let document = &mut part.document;
    annotation::complete_twins(document)?;
    let path = |key| place.path.map(|path| (key, path));
    let values: Vec<(&str, &str)> = [
        Some((annotation::LEGACY_INDEX, index.as_str())),
        path(annotation::LEGACY_PATH),
        Some((annotation::INDEX, index.as_str())),
        place.package.map(|directory| (annotation::PACKAGE_PATH, directory)),
        path(annotation::PATH),
        Some((annotation::SEQUENCE_INDENT, part.indent.as_str())),
    ]
    .into_iter()
    .flatten()
    .collect();
    annotation::set_all(document, &values)
}
