//! Images in a folder: the OCI image layout (image-spec 1.1, `image-layout.md`).
//!
//! ```text
//! oci-layout            says what this is
//! index.json            the images, each with its full name in `org.opencontainers.image.ref.name`
//! blobs/sha256/<hex>    manifests, configs and layers
//! ```

mod bundle;

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::document::{self, Annotations, Descriptor, INDEX};
use crate::error::ImageError;
use crate::module;
use crate::reference::Reference;
use crate::repository::{Manifest, Repository, Version};
pub(crate) use bundle::unpack as unpack_bundle;

/// The note that holds an image's name.
const NAME: &str = "org.opencontainers.image.ref.name";

const MARK: &str = "oci-layout";

const MARK_CONTENT: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;

/// Images in a folder.
#[derive(Debug)]
pub struct Layout {
    root: PathBuf,
    entries: Vec<Descriptor>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    schema_version: u64,
    #[serde(default)]
    media_type: String,
    manifests: Vec<Descriptor>,
}

impl Layout {
    /// An empty layout in `root`, which must not exist or be empty.
    ///
    /// # Errors
    /// [`ImageError::Layout`].
    pub fn create(root: &Path) -> Result<Self, ImageError> {
        let failed = |source: io::Error| ImageError::layout(root, source.to_string());
        if fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(ImageError::layout(root, "it is not empty; name a new folder".to_owned()));
        }
        fs::create_dir_all(root.join("blobs/sha256")).map_err(failed)?;
        fs::write(root.join(MARK), MARK_CONTENT).map_err(failed)?;
        let layout = Self { root: root.to_owned(), entries: Vec::new() };
        layout.write_index()?;
        Ok(layout)
    }

    /// The layout in `root`.
    ///
    /// # Errors
    /// [`ImageError::Layout`].
    pub fn open(root: &Path) -> Result<Self, ImageError> {
        let read = |name: &str| {
            let path = root.join(name);
            limited(&path, document::LARGEST)
                .map_err(|source| ImageError::layout(&path, source.to_string()))?
                .ok_or_else(|| ImageError::layout(root, format!("it is no OCI image layout: there is no `{name}`")))
        };
        let mark: serde_json::Value = serde_json::from_slice(&read(MARK)?).unwrap_or_default();
        if !mark["imageLayoutVersion"].as_str().is_some_and(|version| version.starts_with("1.")) {
            return Err(ImageError::layout(root, format!("it is no OCI image layout of version 1: see its `{MARK}`")));
        }
        let index: Index = serde_json::from_slice(&read("index.json")?)
            .map_err(|error| ImageError::layout(&root.join("index.json"), error.to_string()))?;
        Ok(Self { root: root.to_owned(), entries: index.manifests })
    }

    /// The names of the images in it, without those of signatures and lists of referrers.
    pub fn names(&self) -> Vec<Reference> {
        let names = self.entries.iter().filter_map(|entry| entry.annotation(NAME)?.parse::<Reference>().ok());
        names.filter(|name| !name.is_companion()).collect()
    }

    /// Its images called as `name` is, whatever their tags.
    pub(crate) fn repository(&mut self, name: &Reference) -> InLayout<'_> {
        InLayout { layout: self, name: name.clone() }
    }

    fn path(&self, digest: Digest) -> PathBuf {
        self.root.join("blobs/sha256").join(digest.hex())
    }

    fn read(&self, digest: Digest, limit: u64) -> Result<Option<Vec<u8>>, ImageError> {
        let path = self.path(digest);
        let content = limited(&path, limit).map_err(|source| ImageError::layout(&path, source.to_string()))?;
        match content {
            Some(content) if Digest::of(&content) != digest => Err(ImageError::DigestMismatch {
                what: format!("`{}`", path.display()),
                expected: digest,
                actual: Digest::of(&content),
            }),
            content => Ok(content),
        }
    }

    fn put(&self, digest: Digest, content: &[u8]) -> Result<(), ImageError> {
        whole(&self.path(digest), content)
    }

    fn write_index(&self) -> Result<(), ImageError> {
        let index = Index { schema_version: 2, media_type: INDEX.to_owned(), manifests: self.entries.clone() };
        let path = self.root.join("index.json");
        let bytes = serde_json::to_vec(&index).map_err(|error| ImageError::layout(&path, error.to_string()))?;
        whole(&path, &bytes)
    }
}

/// Images of one name in a layout.
pub(crate) struct InLayout<'a> {
    layout: &'a mut Layout,
    name: Reference,
}

impl Repository for InLayout<'_> {
    fn manifest(&self, version: &Version) -> Result<Option<Manifest>, ImageError> {
        let digest = match version {
            Version::Digest(digest) => *digest,
            Version::Tag(tag) => {
                let name = self.name.with_tag(tag).to_string();
                let entry = self.layout.entries.iter().find(|entry| entry.annotation(NAME) == Some(&name));
                let Some(entry) = entry else { return Ok(None) };
                entry.digest().map_err(|problem| ImageError::layout(&self.layout.root, problem))?
            }
        };
        Ok(self.layout.read(digest, document::LARGEST)?.map(|bytes| Manifest { bytes, digest }))
    }

    fn blob(&self, blob: &Descriptor) -> Result<Option<Vec<u8>>, ImageError> {
        let digest = blob.digest().map_err(ImageError::NoModule)?;
        self.layout.read(digest, module::LARGEST)
    }

    fn has_blob(&self, digest: Digest) -> Result<bool, ImageError> {
        Ok(self.layout.path(digest).is_file())
    }

    fn put_blob(&mut self, digest: Digest, content: &[u8]) -> Result<(), ImageError> {
        self.layout.put(digest, content)
    }

    fn put_manifest(&mut self, version: &Version, manifest: &Manifest, media_type: &str) -> Result<bool, ImageError> {
        self.layout.put(manifest.digest, &manifest.bytes)?;
        if let Version::Tag(tag) = version {
            let name = self.name.with_tag(tag).to_string();
            self.layout.entries.retain(|entry| entry.annotation(NAME) != Some(&name));
            let annotations = Annotations::from([(NAME.to_owned(), name)]);
            let entry = Descriptor { annotations: Some(annotations), ..Descriptor::of(media_type, &manifest.bytes) };
            self.layout.entries.push(entry);
            self.layout.write_index()?;
        }
        Ok(false)
    }
}

/// Writes a file that is seen whole or not at all.
fn whole(path: &Path, content: &[u8]) -> Result<(), ImageError> {
    let new = path.with_extension(format!("new-{}", std::process::id()));
    File::create(&new)
        .and_then(|mut file| file.write_all(content))
        .and_then(|()| fs::rename(&new, path))
        .map_err(|source| ImageError::layout(path, source.to_string()))
}

/// The content of a file, if there is one.
fn limited(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut content = Vec::new();
    file.take(limit + 1).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(io::Error::other(format!("it is larger than {} MiB, the most this program takes", limit >> 20)));
    }
    Ok(Some(content))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::MANIFEST;

    fn name() -> Reference {
        "r.example/a/b:v1".parse().unwrap()
    }

    #[test]
    fn what_is_put_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("layout");
        let mut layout = Layout::create(&root).unwrap();
        let blob = Descriptor::of("application/wasm", b"content");
        let manifest = Manifest::new(br#"{"schemaVersion":2,"layers":[]}"#.to_vec());
        let mut repository = layout.repository(&name());
        repository.put_blob(Digest::of(b"content"), b"content").unwrap();
        let tag = |tag: &str| Version::Tag(tag.to_owned());
        repository.put_manifest(&tag("v1"), &manifest, MANIFEST).unwrap();
        repository.put_manifest(&tag("v1"), &manifest, MANIFEST).unwrap();
        repository.put_manifest(&tag(&format!("sha256-{}.sig", manifest.digest.hex())), &manifest, MANIFEST).unwrap();

        let mut layout = Layout::open(&root).unwrap();
        assert_eq!((layout.names(), layout.entries.len()), (vec![name()], 2));
        let repository = layout.repository(&name());
        assert_eq!(repository.manifest(&tag("v1")).unwrap(), Some(manifest.clone()));
        assert_eq!(repository.manifest(&Version::Digest(manifest.digest)).unwrap(), Some(manifest));
        assert_eq!(repository.manifest(&tag("v2")).unwrap(), None);
        assert_eq!(repository.blob(&blob).unwrap().unwrap(), b"content");
        assert_eq!(repository.blob(&Descriptor::of("", b"other")).unwrap(), None);
        assert!(Layout::create(&root).unwrap_err().to_string().contains("not empty"));
    }

    #[test]
    fn what_is_no_layout_or_damaged_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Layout::open(folder.path()).unwrap_err().to_string();
        assert!(open().contains("there is no `oci-layout`"));
        fs::write(folder.path().join(MARK), "{}").unwrap();
        assert!(open().contains("version 1"));
        fs::write(folder.path().join(MARK), MARK_CONTENT).unwrap();
        assert!(open().contains("there is no `index.json`"));
        fs::write(folder.path().join("index.json"), "[").unwrap();
        assert!(open().contains("index.json"));
        fs::remove_file(folder.path().join("index.json")).unwrap();
        fs::remove_file(folder.path().join(MARK)).unwrap();
        let mut layout = Layout::create(folder.path()).unwrap();
        let digest = Digest::of(b"content");
        fs::write(layout.path(digest), "conten!").unwrap();
        let error = layout.repository(&name()).blob(&Descriptor::of("", b"content")).unwrap_err();
        assert!(matches!(error, ImageError::DigestMismatch { .. }), "{error}");
    }
}
