//! A case: a package, and in its `.expected/` folder what rendering it has to do.
//!
//! The format is kpt's own (kpt-render §7.1), taken unchanged, so kpt's end-to-end suite runs as it is. A case is either a
//! folder that has an `.expected` folder, or one text file ([`crate::archive`]).

mod config;
mod discover;
mod write;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::archive::Archive;
use crate::tree;

pub use config::{CaseConfig, TestType};
pub use discover::{DiscoverError, Suite, discover};
pub(crate) use write::Expectations;

/// The folder that makes a folder a case.
pub(crate) const EXPECTED: &str = ".expected";

/// One case, not yet run.
#[derive(Debug, Clone)]
pub struct Case {
    /// Where it is below the suite, `/`-separated, without the archive's suffix.
    pub name: String,
    /// Its files.
    pub source: Source,
    /// What `.expected/config.yaml` says, or why it cannot be read.
    pub config: Result<CaseConfig, String>,
}

/// Where a case's files come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A folder with the package and `.expected`.
    Folder(PathBuf),
    /// A text archive with the same content.
    Archive {
        /// The `.txtar` file.
        file: PathBuf,
        /// What it holds.
        archive: Archive,
    },
}

impl Case {
    /// What the package's folder is called while the case runs; kpt prints it.
    #[must_use]
    pub fn package_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// What the case's author says it shows.
    #[must_use]
    pub fn description(&self) -> &str {
        match &self.source {
            Source::Folder(_) => "",
            Source::Archive { archive, .. } => archive.comment.trim(),
        }
    }

    /// Makes the package in `folder`, which must not exist. As in kpt's driver the expectations of a folder are part of the
    /// package, which is why such cases ignore them in `.krmignore`; those of an archive are not.
    pub(crate) fn copy_to(&self, folder: &Path) -> io::Result<()> {
        match &self.source {
            Source::Folder(source) => tree::copy(source, folder),
            Source::Archive { archive, .. } => {
                let mut package = archive.clone();
                package.entries.retain(|entry| !entry.path.starts_with(EXPECTED));
                package.unpack(folder)
            }
        }
    }

    /// The text of a file of `.expected`, if it is there.
    pub(crate) fn expected(&self, file: &str) -> Option<String> {
        let bytes = match &self.source {
            Source::Folder(folder) => fs::read(folder.join(EXPECTED).join(file)).ok()?,
            Source::Archive { archive, .. } => archive.file(&format!("{EXPECTED}/{file}"))?.to_vec(),
        };
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Whether the package has a folder `name` at its top.
    pub(crate) fn has_folder(&self, name: &str) -> bool {
        match &self.source {
            Source::Folder(folder) => folder.join(name).is_dir(),
            Source::Archive { archive, .. } => archive.entries.iter().any(|entry| {
                entry.path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }),
        }
    }

    /// The texts of every Kptfile of the package.
    pub(crate) fn kptfiles(&self) -> Vec<String> {
        match &self.source {
            Source::Folder(folder) => tree::read(folder)
                .unwrap_or_default()
                .into_iter()
                .filter(|(path, _)| path.rsplit('/').next() == Some("Kptfile"))
                .map(|(_, entry)| entry.text().into_owned())
                .collect(),
            Source::Archive { archive, .. } => archive
                .entries
                .iter()
                .filter(|entry| entry.path.rsplit('/').next() == Some("Kptfile"))
                .filter_map(|entry| archive.file(&entry.path))
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
                .collect(),
        }
    }
}
