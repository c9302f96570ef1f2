//! From resources to the bytes of files (kpt-render §2.9).
//!
//! A plan is complete before anything is written: every path is checked, every file encoded, every difference
//! known. Then it is shown ([`WritePlan::diff`]), committed in place ([`WritePlan::commit`]) or written elsewhere
//! ([`WritePlan::write_to`]).

mod attribution;
mod check;
mod encode;
mod error;
mod index;
mod json;
mod minimal;
mod output;
mod settle;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use porchlight_krm::Resource;
use rayon::prelude::*;

use crate::change::{Change, ChangeKind};
use crate::commit::{CommitError, commit};
use crate::format::Format;
use crate::kptfile::KPTFILE;
use crate::read::{Source, Sources};
use crate::tree::PackageTree;

pub use encode::to_text;
pub use error::{PlanError, PlanProblem};
pub use minimal::bring_into;
pub use output::OutputError;
pub use settle::default_path;

/// From this number of resources on, all processors are worth their threads.
const MANY: usize = 48;

/// Choices for [`PackageTree::plan`].
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanOptions {
    /// How files are written.
    pub format: Format,
    /// Consent to a result without any resource, which deletes every file but the root Kptfile.
    pub allow_empty: bool,
    /// Files that no resource names any more stay.
    pub keep_files: bool,
}

/// What a render will do to the files of a package.
#[derive(Clone, Debug)]
pub struct WritePlan {
    root: PathBuf,
    files: BTreeMap<String, Arc<[u8]>>,
    changes: Vec<Change>,
}

impl PackageTree {
    /// Encodes resources whose paths were [settled](PackageTree::settle) and compares them with what was read.
    ///
    /// Files of `sources` that no item names any more are deleted; the root Kptfile never is. Files that were not
    /// read are touched only where an item names them.
    ///
    /// # Errors
    /// A path that must not be written (outside the package, hidden, not a resource file, through a link, a
    /// directory, …), an index that is no number, two resources that need one path in two ways, a resource that
    /// JSON cannot hold, or an empty result without consent.
    pub fn plan(&self, items: Vec<Resource>, sources: &Sources, options: PlanOptions) -> Result<WritePlan, PlanError> {
        plan_in_place(self.root(), items, sources, options)
    }
}

impl PackageTree {
    /// A plan that leaves the package as it is; for a file to be added with [`WritePlan::with_file`].
    #[must_use]
    pub fn plan_nothing(&self) -> WritePlan {
        WritePlan::nothing(self.root())
    }
}

/// Plans the directory that `sources` were read from.
pub(crate) fn plan_in_place(
    root: &Path,
    items: Vec<Resource>,
    sources: &Sources,
    options: PlanOptions,
) -> Result<WritePlan, PlanError> {
    if items.is_empty() && !sources.is_empty() && !options.allow_empty && !options.keep_files {
        return Err(PlanError::new(None, "", PlanProblem::Empties { files: sources.len() }));
    }
    plan(root, items, sources, options)
}

/// Plans a directory of its own, as `fn sink` writes it: nothing was read, nothing is compared. A resource without
/// path gets its [`default_path`].
///
/// # Errors
/// As [`PackageTree::plan`].
pub fn plan_new(directory: &Path, mut items: Vec<Resource>) -> Result<WritePlan, PlanError> {
    settle::place(&mut items)?;
    plan(directory, items, &Sources::default(), PlanOptions::default())
}

fn plan(root: &Path, items: Vec<Resource>, sources: &Sources, options: PlanOptions) -> Result<WritePlan, PlanError> {
    let by_file = index::by_file(items)?;
    let mut checker = check::Checker::new(root, sources, &by_file);
    by_file.iter().try_for_each(|(path, items)| checker.check(path, items))?;
    let encode = |(path, items): (String, Vec<Resource>)| {
        let source = sources.get(&path);
        let bytes = match source.filter(|_| options.format == Format::Minimal) {
            Some(source) => minimal::file(&path, items, &source.bytes)?,
            None => bytes(encode::file(&path, items)?, source),
        };
        Ok((path, bytes))
    };
    let encoded: Vec<_> = if by_file.len() < MANY {
        by_file.into_iter().map(encode).collect()
    } else {
        by_file.into_par_iter().map(encode).collect()
    };
    let files = encoded.into_iter().collect::<Result<BTreeMap<String, Arc<[u8]>>, PlanError>>()?;
    let mut changes = changes(root, &files, sources)?;
    if options.keep_files {
        changes.retain(|change| change.kind() != ChangeKind::Delete);
    }
    Ok(WritePlan { root: root.to_owned(), files, changes })
}

/// The bytes of a text; those that were read, where they are the same.
fn bytes(text: String, source: Option<&Source>) -> Arc<[u8]> {
    match source.filter(|source| *source.bytes == *text.as_bytes()) {
        Some(source) => Arc::clone(&source.bytes),
        None => Arc::from(text.into_bytes()),
    }
}

fn changes(root: &Path, files: &BTreeMap<String, Arc<[u8]>>, sources: &Sources) -> Result<Vec<Change>, PlanError> {
    let mut changes: BTreeMap<String, Change> = BTreeMap::new();
    for (path, new) in files {
        let source = sources.get(path);
        // A link within the package stands for the file it leads to; both names must then hold the same.
        let real = source.and_then(|source| source.link_to.as_ref()).unwrap_or(path);
        let at_target = files.get(real).or_else(|| changes.get(real).and_then(|change| change.new.as_ref()));
        if at_target.is_some_and(|bytes| bytes != new) {
            return Err(PlanError::new(None, path, PlanProblem::LinkDiffers { target: real.clone() }));
        }
        let old = match source {
            Some(source) => Some(Arc::clone(&source.bytes)),
            None => existing(root, path)?,
        };
        if old.as_ref() != Some(new) {
            let change = Change { path: real.clone(), old, new: Some(Arc::clone(new)) };
            changes.insert(real.clone(), change);
        }
    }
    for (path, source) in sources.iter() {
        if !files.contains_key(path) && path != KPTFILE && !changes.contains_key(path) {
            let change = Change { path: path.to_owned(), old: Some(Arc::clone(&source.bytes)), new: None };
            changes.insert(path.to_owned(), change);
        }
    }
    Ok(changes.into_values().collect())
}

/// The bytes of a file that was not read as resources, where there is one.
fn existing(root: &Path, path: &str) -> Result<Option<Arc<[u8]>>, PlanError> {
    match fs::read(root.join(path)) {
        Ok(bytes) => Ok(Some(bytes.into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(PlanError::new(None, path, PlanProblem::Unreadable { reason: error.to_string() })),
    }
}

impl WritePlan {
    /// A plan that leaves everything as it is.
    pub(crate) fn nothing(root: &Path) -> Self {
        Self { root: root.to_owned(), files: BTreeMap::new(), changes: Vec::new() }
    }

    /// The bytes a file is to have, where the plan writes or keeps it.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(AsRef::as_ref)
    }

    /// The plan with other bytes for one file of the directory; for a file whose place needs no checks.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn with_file(mut self, path: &str, bytes: impl Into<Arc<[u8]>>) -> Result<Self, PlanError> {
        let new: Arc<[u8]> = bytes.into();
        let old = match self.changes.iter().position(|change| change.path == path) {
            Some(position) => self.changes.remove(position).old,
            None => existing(&self.root, path)?,
        };
        if old.as_ref() != Some(&new) {
            let place = self.changes.partition_point(|change| change.path.as_str() < path);
            self.changes.insert(place, Change { path: path.to_owned(), old, new: Some(Arc::clone(&new)) });
        }
        self.files.insert(path.to_owned(), new);
        Ok(self)
    }

    /// The files that change, sorted by path.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// True where the package stays as it is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Every file of the result with its bytes, sorted by path, whether it changes or not.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), &**bytes))
    }

    /// All changes as one unified diff; "" where there is none.
    #[must_use]
    pub fn diff(&self) -> String {
        crate::change::diff(&self.changes)
    }

    /// Makes the changes, all or none; see [`commit`].
    ///
    /// # Errors
    /// As [`commit`].
    pub fn commit(&self) -> Result<(), CommitError> {
        commit(&self.root, &self.changes)
    }

    /// Writes every file of the result to a directory that does not exist yet (`-o DIR`). It appears complete or
    /// not at all; directories above it are made. Files that are no resources are not copied.
    ///
    /// # Errors
    /// The directory exists already, or cannot be made.
    pub fn write_to(&self, directory: &Path) -> Result<(), OutputError> {
        output::write(directory, &self.files)
    }
}
