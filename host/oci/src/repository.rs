//! Places that hold images: a repository of a registry, of a layout, of the store.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::document::{Descriptor, Document, INDEX, Image};
use crate::error::ImageError;

/// A manifest or index as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: Digest,
}

impl Manifest {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { digest: Digest::of(&bytes), bytes }
    }

    pub(crate) fn document(&self) -> Result<Document, ImageError> {
        Document::parse(&self.bytes).map_err(ImageError::NoModule)
    }

    /// It, described for a list of referrers.
    fn referrer(&self, image: &Image, kind: &str) -> Descriptor {
        let config = || image.config.as_ref().map(|config| config.media_type.clone());
        Descriptor {
            artifact_type: image.artifact_type.clone().or_else(config),
            annotations: Some(image.annotations.clone()).filter(|annotations| !annotations.is_empty()),
            ..Descriptor::of(kind, &self.bytes)
        }
    }
}

/// What a manifest is asked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Version {
    Tag(String),
    Digest(Digest),
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tag(tag) => f.write_str(tag),
            Self::Digest(digest) => write!(f, "{digest}"),
        }
    }
}

/// Images of one name.
pub(crate) trait Repository {
    /// The manifest or index of this version, checked where a digest is asked for; none where there is none.
    fn manifest(&self, version: &Version) -> Result<Option<Manifest>, ImageError>;

    /// A config or layer, checked; none where there is none.
    fn blob(&self, blob: &Descriptor) -> Result<Option<Vec<u8>>, ImageError>;

    fn has_blob(&self, digest: Digest) -> Result<bool, ImageError>;

    fn put_blob(&mut self, digest: Digest, content: &[u8]) -> Result<(), ImageError>;

    /// Stores a manifest, whose parts are there already. Says whether the place keeps the list of what refers to its
    /// subject by itself.
    fn put_manifest(&mut self, version: &Version, manifest: &Manifest, media_type: &str) -> Result<bool, ImageError>;

    /// The list of what refers to `subject`, where the place keeps one by itself.
    fn kept_referrers(&self, _subject: Digest) -> Result<Option<Vec<Descriptor>>, ImageError> {
        Ok(None)
    }
}

/// The tag of what belongs to a manifest, in places that keep no list of it (distribution-spec 1.1, "referrers tag schema");
/// cosign's tags add an ending.
pub(crate) fn tag_of(subject: Digest, ending: &str) -> Version {
    Version::Tag(format!("sha256-{}{ending}", subject.hex()))
}

/// What refers to `subject`: bills of materials, provenance, signatures.
pub(crate) fn referrers(repository: &dyn Repository, subject: Digest) -> Result<Vec<Descriptor>, ImageError> {
    if let Some(kept) = repository.kept_referrers(subject)? {
        return Ok(kept);
    }
    match repository.manifest(&tag_of(subject, ""))? {
        None => Ok(Vec::new()),
        Some(list) => match list.document()? {
            Document::Index(entries) => Ok(entries),
            Document::Image(_) => Ok(Vec::new()),
        },
    }
}

/// Stores what refers to something: its parts must be there already.
pub(crate) fn put_referrer(repository: &mut dyn Repository, manifest: &Manifest) -> Result<(), ImageError> {
    let document = manifest.document()?;
    let Document::Image(image) = &document else {
        return Err(ImageError::NoModule("an index refers to nothing".to_owned()));
    };
    let subject = image.subject.as_ref().ok_or_else(|| ImageError::NoModule("it refers to nothing".to_owned()))?;
    let subject = subject.digest().map_err(ImageError::NoModule)?;
    let kind = document.media_type(&manifest.bytes);
    if repository.put_manifest(&Version::Digest(manifest.digest), manifest, &kind)? {
        return Ok(());
    }
    let list = tag_of(subject, "");
    let new = manifest.referrer(image, &kind);
    if let Some(bytes) = with_entry(repository.manifest(&list)?.map(|list| list.bytes), &new)? {
        repository.put_manifest(&list, &Manifest::new(bytes), INDEX)?;
    }
    Ok(())
}

/// An index with `new` in it; none where it is there already. What else the index says stays.
pub(crate) fn with_entry(index: Option<Vec<u8>>, new: &Descriptor) -> Result<Option<Vec<u8>>, ImageError> {
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Index {
        schema_version: u64,
        media_type: Option<String>,
        manifests: Vec<serde_json::Value>,
        #[serde(flatten)]
        others: BTreeMap<String, serde_json::Value>,
    }
    let broken = |error: serde_json::Error| ImageError::NoModule(format!("the index cannot be read: {error}"));
    let mut index = match index {
        Some(bytes) => serde_json::from_slice(&bytes).map_err(broken)?,
        None => Index {
            schema_version: 2,
            media_type: Some(INDEX.to_owned()),
            manifests: Vec::new(),
            others: BTreeMap::new(),
        },
    };
    let new = serde_json::to_value(new).map_err(broken)?;
    if index.manifests.iter().any(|entry| entry.get("digest") == new.get("digest")) {
        return Ok(None);
    }
    index.manifests.push(new);
    serde_json::to_vec(&index).map(Some).map_err(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_referrers_grows_once_per_entry_and_keeps_the_rest() {
        let new = Descriptor::of("a/b", b"x");
        let one = with_entry(None, &new).unwrap().unwrap();
        assert_eq!(with_entry(Some(one.clone()), &new).unwrap(), None);
        let text = String::from_utf8(one).unwrap().replace("\"schemaVersion\"", "\"x-other\":[1],\"schemaVersion\"");
        let two = with_entry(Some(text.into_bytes()), &Descriptor::of("a/b", b"y")).unwrap().unwrap();
        let text = String::from_utf8(two.clone()).unwrap();
        assert!(text.contains("\"x-other\":[1]"), "{text}");
        let Document::Index(entries) = Document::parse(&two).unwrap() else { panic!("an index") };
        assert_eq!(entries, [new, Descriptor::of("a/b", b"y")]);
        assert!(with_entry(Some(b"{".to_vec()), &Descriptor::of("a/b", b"y")).is_err());
    }
}
