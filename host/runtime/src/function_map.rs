//! A local mapping file: what runs in place of an image.
//!
//! Teams render pipelines that name images without a daemon and without a registry:
//!
//! ```yaml
//! functions:
//!   - image: ghcr.io/example/set-labels          # any tag or digest of it
//!     wasm: ./set-labels.wasm                    # a wasm32-wasip1 module, run in the sandbox
//!   - image: ghcr.io/example/set-labels:v0.1     # this tag; goes before the entry above
//!     exec: set-labels --strict                  # a program of this machine, needs `--allow-exec`
//!   - image: starlark:v0.5                       # a short name, completed like those of a Kptfile
//!     as: registry.example/mirror/starlark       # another image; takes over tag and digest unless it has its own
//! ```
//!
//! Paths with a `/` are relative to the file. The most specific entry counts, wherever it stands: the same tag and
//! digest, then the same digest, then the same tag, then the bare name. An image that stands for another is not
//! looked up again.

mod read;

use std::path::{Path, PathBuf};

use porchlight_package::{Image, tag};

pub use read::FunctionMapError;

/// What runs in place of which image.
#[derive(Debug, Clone)]
pub struct FunctionMap {
    file: PathBuf,
    entries: Vec<Entry>,
}

/// One line of the mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// With its full name; tag and digest only where the file gives them.
    pub(crate) image: Image,
    /// From 1.
    pub(crate) line: u32,
    pub(crate) target: Target,
}

/// What runs instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A command line.
    Exec(String),
    /// A module, as the file names it.
    Wasm(String),
    /// Another image, with its full name.
    Image(Image),
}

impl FunctionMap {
    /// The file it was read from.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// What a path in the file means.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(path)
    }

    /// The most specific entry for `image`. `constraint` is a range of versions that stands in place of a tag.
    pub(crate) fn find(&self, image: &Image, constraint: Option<&str>) -> Option<&Entry> {
        let same = self.entries.iter().filter(|entry| entry.image.repository == image.repository);
        same.filter_map(|entry| Some((fit(&entry.image, image, constraint)?, entry)))
            .max_by(|(one, _), (other, _)| one.cmp(other))
            .map(|(_, entry)| entry)
    }
}

/// How well an entry fits; more is better.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Name,
    Tag(Option<semver::Version>),
    Digest,
    TagAndDigest,
}

fn fit(entry: &Image, image: &Image, constraint: Option<&str>) -> Option<Fit> {
    let tag = match (&entry.tag, constraint) {
        (None, _) => None,
        (Some(tag), Some(constraint)) => {
            let version = tag::version(tag).filter(|version| tag::accepts(constraint, version))?;
            Some(Fit::Tag(Some(version)))
        }
        (tag, None) if *tag == image.tag => Some(Fit::Tag(None)),
        (Some(_), None) => return None,
    };
    match (&entry.digest, tag) {
        (None, tag) => Some(tag.unwrap_or(Fit::Name)),
        (digest, tag) if *digest == image.digest => Some(if tag.is_some() { Fit::TagAndDigest } else { Fit::Digest }),
        (Some(_), _) => None,
    }
}

#[cfg(test)]
mod tests;
