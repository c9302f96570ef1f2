//! Sending: blobs in one piece, manifests, and what registries say when they will not have them.

use serde::Deserialize;

use super::connection::{Request, Response};
use super::{Registries, again, protocol};
use crate::digest::Digest;
use crate::document::{Descriptor, Document, INDEX};
use crate::error::ImageError;
use crate::reference::Reference;
use crate::repository::{Manifest, Version};

/// The most of an answer's text that is repeated, in characters.
const MOST_SAID: usize = 200;

/// Largest list of referrers, in bytes.
const LARGEST_LIST: u64 = 4 << 20;

impl Registries {
    pub(crate) fn has_blob(&self, image: &Reference, digest: Digest) -> Result<bool, ImageError> {
        let url = format!("{}/blobs/{digest}", self.base(image));
        present(again(|| self.ask(image, &Request::head(&url), "a layer")))
    }

    /// Sends a blob in one piece (distribution-spec 1.1, "pushing a blob monolithically").
    pub(crate) fn put_blob(&self, image: &Reference, digest: Digest, content: &[u8]) -> Result<(), ImageError> {
        let url = format!("{}/blobs/uploads/", self.base(image));
        let what = format!("layer {digest} of `{image}`");
        again(|| {
            let begun = self.ask(image, &Request::post(&url), &what)?;
            let place = begun.location().ok_or_else(|| protocol(image, format!("no place to send {what} to")))?;
            let sign = if place.query().is_some() { '&' } else { '?' };
            let to = format!("{place}{sign}digest={digest}");
            self.ask(image, &Request::put(&to, "application/octet-stream", content), &what).map(drop)
        })
    }

    /// Sends a manifest, all parts of which must be there. Says whether the registry keeps the list of what refers to its
    /// subject.
    pub(crate) fn put_manifest(
        &self,
        image: &Reference,
        version: &Version,
        manifest: &Manifest,
        kind: &str,
    ) -> Result<bool, ImageError> {
        let url = format!("{}/manifests/{version}", self.base(image));
        let what = format!("the manifest {version} of `{}`", image.name());
        let response = again(|| self.ask(image, &Request::put(&url, kind, &manifest.bytes), &what))?;
        match response.header("docker-content-digest").and_then(|text| text.parse().ok()) {
            Some(actual) if actual != manifest.digest => {
                Err(ImageError::DigestMismatch { what, expected: manifest.digest, actual })
            }
            _ => Ok(response.header("oci-subject").is_some()),
        }
    }

    /// What refers to `subject`, where the registry keeps the list of it.
    pub(crate) fn referrers(&self, image: &Reference, subject: Digest) -> Result<Option<Vec<Descriptor>>, ImageError> {
        let url = format!("{}/referrers/{subject}", self.base(image));
        let answer = again(|| {
            let mut response = self.ask(image, &Request::get(&url, INDEX), "list of referrers")?;
            response.bytes(LARGEST_LIST, "the list of referrers")
        });
        match answer {
            // Some registries without such lists answer with something else entirely, a page for people for example.
            Ok(bytes) => match Document::parse(&bytes) {
                Ok(Document::Index(entries)) => Ok(Some(entries)),
                _ => Ok(None),
            },
            Err(ImageError::NotFound { .. } | ImageError::Protocol { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether something is there.
pub(super) fn present<T>(answer: Result<T, ImageError>) -> Result<bool, ImageError> {
    match answer {
        Ok(_) => Ok(true),
        Err(ImageError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What an answer says about an error (distribution-spec 1.1, "error codes"), after a colon; nothing where it says nothing.
pub(super) fn reason(response: &mut Response) -> String {
    #[derive(Deserialize)]
    struct Answer {
        errors: Vec<Reason>,
    }
    #[derive(Deserialize)]
    struct Reason {
        #[serde(default)]
        code: String,
        #[serde(default)]
        message: String,
    }
    let answer =
        response.bytes(1 << 16, "an error").ok().and_then(|bytes| serde_json::from_slice::<Answer>(&bytes).ok());
    let Some(Reason { code, message }) = answer.and_then(|answer| answer.errors.into_iter().next()) else {
        return String::new();
    };
    let said: String = format!("{code} {message}").chars().filter(|one| !one.is_control()).take(MOST_SAID).collect();
    format!(": {}", said.trim())
}
