//! The lock of a package: which code stands behind the images of its pipelines.
//!
//! `porchlight lock` writes it beside the Kptfile. A render with it runs nothing else: where a tag has moved, the image
//! that was locked is taken; where that is not what is found, nothing is run.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use porchlight_oci::Digest;
use porchlight_yaml::serde::{from_node, to_node};
use porchlight_yaml::{Document, SequenceIndent};
use serde::{Deserialize, Serialize};

use crate::regular_file;

/// Name of the file, which is none that kpt reads.
pub const LOCK_FILE: &str = "porchlight.lock";

/// Largest lock, in bytes.
const LARGEST: u64 = 16 << 20;

const API_VERSION: &str = "orchestration.nephio-oran.io/v1alpha1";

const KIND: &str = "ImageLock";

/// Where the code of an image was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Inside this program: the digest is that of the module.
    Program,
    /// A file of a function map: the digest is that of the module.
    File,
    /// A module from a registry: the digest is that of the manifest or index that the image's name means.
    Registry,
    /// A container: the same.
    Container,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Program => "inside this program",
            Self::File => "in a file",
            Self::Registry => "as a module in its registry",
            Self::Container => "as a container",
        })
    }
}

/// One image of a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedImage {
    /// Its full name as the pipeline has it.
    pub image: String,
    /// The range of versions that the pipeline allows, where it does (`tag: ~0.1`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// The tag that the range came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Where its code was found.
    pub origin: Origin,
    /// What it was: `sha256:<hex>`.
    #[serde(with = "digest")]
    pub digest: Digest,
}

/// The lock of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    file: PathBuf,
    images: Vec<LockedImage>,
}

/// A lock that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot use the lock `{}`: {problem}", file.display())]
pub struct LockError {
    /// The file.
    pub file: PathBuf,
    /// What is wrong, with the line.
    pub problem: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Content {
    api_version: String,
    kind: String,
    images: Vec<LockedImage>,
}

impl Lock {
    /// A lock of `images` for the package in `package`, sorted and without repetition.
    pub fn new(package: &Path, mut images: Vec<LockedImage>) -> Self {
        images.sort();
        images.dedup();
        Self { file: package.join(LOCK_FILE), images }
    }

    /// The lock of the package in `package`.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn read(package: &Path) -> Result<Self, LockError> {
        let file = package.join(LOCK_FILE);
        let failed = |problem| LockError { file: file.clone(), problem };
        let bytes = regular_file::read(&file, LARGEST)
            .map_err(|problem| failed(format!("{problem}; `porchlight lock` writes it")))?;
        let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8 text".to_owned()))?;
        let images = parse(&text).map_err(failed)?;
        Ok(Self { file, images })
    }

    /// The file it is in.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// What is locked.
    pub fn images(&self) -> &[LockedImage] {
        &self.images
    }

    /// What an image was when it was locked.
    pub(crate) fn find(&self, image: &str, range: Option<&str>) -> Option<&LockedImage> {
        self.images.iter().find(|locked| locked.image == image && locked.range.as_deref() == range)
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let content =
            Content { api_version: API_VERSION.to_owned(), kind: KIND.to_owned(), images: self.images.clone() };
        let mut document = Document::new(Arc::from(""));
        let root = to_node(&mut document, &content);
        document.set_root(root);
        let mut text = String::new();
        porchlight_yaml::emit(&document, SequenceIndent::Compact, &mut text);
        text
    }

    /// Writes the file: whole, or as it was.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn write(&self) -> Result<(), LockError> {
        let new = self.file.with_extension(format!("lock.{}", std::process::id()));
        let written = fs::write(&new, self.to_text()).and_then(|()| fs::rename(&new, &self.file));
        written.map_err(|error: io::Error| {
            drop(fs::remove_file(&new));
            LockError { file: self.file.clone(), problem: error.to_string() }
        })
    }
}

fn parse(text: &str) -> Result<Vec<LockedImage>, String> {
    let documents = porchlight_yaml::parse(Arc::from(text)).map_err(|error| error.to_string())?;
    let [document] = documents.as_slice() else {
        return Err(format!("it holds {} documents, not one", documents.len()));
    };
    let root = document.root().ok_or("it is empty")?;
    let content: Content = from_node(document, root).map_err(|error| {
        let path = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
        format!("line {}, column {}: {path}{}", error.line, error.column, error.message)
    })?;
    if content.api_version != API_VERSION || content.kind != KIND {
        return Err(format!("it is a {} {}, not a {API_VERSION} {KIND}", content.api_version, content.kind));
    }
    let mut names: Vec<_> = content.images.iter().map(|locked| (&locked.image, &locked.range)).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("image `{}` is locked twice", twice[0].0));
    }
    Ok(content.images)
}

/// Digests as text.
mod digest {
    use porchlight_oci::Digest;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(digest: &Digest, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(digest)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(image: &str, range: Option<&str>) -> LockedImage {
        let tag = range.map(|_| "v0.1.3".to_owned());
        let digest = Digest::of(image.as_bytes());
        LockedImage { image: image.to_owned(), range: range.map(str::to_owned), tag, origin: Origin::Registry, digest }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let images = vec![locked("r/b:v1", None), locked("r/a", Some("~0.1")), locked("r/b:v1", None)];
        let lock = Lock::new(folder.path(), images);
        lock.write().unwrap();
        assert_eq!(Lock::read(folder.path()).unwrap(), lock);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(lock.images().len(), 2);
        assert!(lock.find("r/a", Some("~0.1")).is_some() && lock.find("r/a", None).is_none());
        let digest = Digest::of(b"r/a");
        let text = lock.to_text();
        let start = format!(
            "apiVersion: orchestration.nephio-oran.io/v1alpha1\nkind: ImageLock\nimages:\n- image: r/a\n  range: ~0.1\n  \
             tag: v0.1.3\n  origin: registry\n  digest: {digest}\n"
        );
        assert!(text.starts_with(&start), "{text}");
    }

    #[test]
    fn what_is_no_lock_is_told_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Lock::read(folder.path()).unwrap_err().to_string().contains("`porchlight lock` writes it"));
        let good = Lock::new(folder.path(), vec![locked("r/b:v1", None)]).to_text();
        let entry = good.split_once("images:\n").unwrap().1;
        for (text, said) in [
            (String::new(), "0 documents"),
            (good.replace("ImageLock", "Other"), "not a orchestration"),
            (good.replace("sha256:", "sha512:"), "line 6, column 11"),
            (good.replace("origin: registry", "origin: nowhere"), "line 5, column 11"),
            (good.replace("origin", "orign"), "orign"),
            (format!("{good}{entry}"), "locked twice"),
            ("a: [".to_owned(), "line 2, column 1"),
        ] {
            fs::write(folder.path().join(LOCK_FILE), &text).unwrap();
            let error = Lock::read(folder.path()).unwrap_err().to_string();
            assert!(error.contains(said) && error.contains(LOCK_FILE), "{error}");
        }
    }
}
