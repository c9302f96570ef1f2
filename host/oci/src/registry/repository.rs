//! A repository of a registry, as a place of images.

use super::Registries;
use crate::digest::Digest;
use crate::document::Descriptor;
use crate::error::ImageError;
use crate::module;
use crate::reference::Reference;
use crate::repository::{Manifest, Repository, Version};

/// Images of one name in a registry.
pub(crate) struct InRegistry<'a> {
    pub(crate) registries: &'a Registries,
    pub(crate) name: Reference,
}

fn found<T>(answer: Result<T, ImageError>) -> Result<Option<T>, ImageError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(ImageError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Repository for InRegistry<'_> {
    fn manifest(&self, version: &Version) -> Result<Option<Manifest>, ImageError> {
        found(match version {
            Version::Digest(digest) => self.registries.manifest_of(&self.name, *digest),
            Version::Tag(tag) => self.registries.manifest(&self.name.with_tag(tag)),
        })
    }

    fn blob(&self, blob: &Descriptor) -> Result<Option<Vec<u8>>, ImageError> {
        let digest = blob.digest().map_err(ImageError::NoModule)?;
        if blob.size > module::LARGEST {
            return Err(ImageError::TooLarge { what: format!("layer {digest}"), limit: module::LARGEST });
        }
        let mut content = Vec::new();
        Ok(found(self.registries.blob(&self.name, blob, digest, &mut content))?.map(|()| content))
    }

    fn has_blob(&self, digest: Digest) -> Result<bool, ImageError> {
        self.registries.has_blob(&self.name, digest)
    }

    fn put_blob(&mut self, digest: Digest, content: &[u8]) -> Result<(), ImageError> {
        self.registries.put_blob(&self.name, digest, content)
    }

    fn put_manifest(&mut self, version: &Version, manifest: &Manifest, media_type: &str) -> Result<bool, ImageError> {
        self.registries.put_manifest(&self.name, version, manifest, media_type)
    }

    fn kept_referrers(&self, subject: Digest) -> Result<Option<Vec<Descriptor>>, ImageError> {
        self.registries.referrers(&self.name, subject)
    }
}
