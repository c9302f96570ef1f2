//! Whether an image was signed with a key, in the two forms that cosign writes.
//!
//! - *Simple signing*: the tag `sha256-<hex>.sig` beside the image holds payloads that name its digest, each with a
//!   signature (cosign's `SIGNATURE_SPEC.md`).
//! - *Sigstore bundles*: artifacts that refer to the image hold a signed in-toto statement about its digest (cosign's
//!   `BUNDLE_SPEC.md`, what cosign 3 writes).
//!
//! Whatever cannot be read or does not fit counts as no signature: what is not proven is refused. The key is what is
//! trusted; certificates and transparency logs play no part, so nothing but the registry is asked. A signature holds for
//! content, under whatever name it is found: images may be copied to other registries with their signatures.

mod envelope;
mod key;

use crate::digest::Digest;
use crate::document::{Descriptor, Document};
use crate::error::ImageError;
use crate::reference::Reference;
use crate::repository::{Repository, Version, referrers, tag_of};

pub use key::{Keys, KeysError};

/// Largest signature with all that belongs to it, in bytes.
const LARGEST: u64 = 1 << 20;

/// The most signatures that are looked at for one image.
const MOST: usize = 100;

/// The payload of a simple signature.
const SIMPLE: &str = "application/vnd.dev.cosign.simplesigning.v1+json";

/// The note with a simple signature.
const SIGNATURE: &str = "dev.cosignproject.cosign/signature";

/// Bundles, of whatever version.
const BUNDLE: &str = "application/vnd.dev.sigstore.bundle";

/// Checks that `digest` was signed with one of `keys`.
///
/// # Errors
/// [`ImageError::Signature`] where it was not; or what was in the way of finding out.
pub(crate) fn verify(
    repository: &dyn Repository,
    image: &Reference,
    digest: Digest,
    keys: &Keys,
) -> Result<(), ImageError> {
    let mut problems = Vec::new();
    for candidate in simple(repository, digest)?.into_iter().chain(bundles(repository, digest)?).take(MOST) {
        match candidate.verify(repository, digest, keys)? {
            Ok(()) => return Ok(()),
            Err(problem) => problems.push(problem),
        }
    }
    let problem = match problems.first() {
        None => format!(
            "{digest} has no signature, neither as the tag `{}` nor as a sigstore bundle",
            tag_of(digest, ".sig")
        ),
        Some(first) => format!("{digest} has {} signature(s), but none that counts: {first}", problems.len()),
    };
    Err(ImageError::Signature { image: image.to_string(), problem })
}

/// Something that may be a signature.
enum Candidate {
    Simple(Descriptor),
    Bundle(Descriptor),
}

impl Candidate {
    /// Whether it is one, by one of `keys`; the inner error says why not.
    fn verify(
        &self,
        repository: &dyn Repository,
        digest: Digest,
        keys: &Keys,
    ) -> Result<Result<(), String>, ImageError> {
        let (Self::Simple(blob) | Self::Bundle(blob)) = self;
        if blob.size > LARGEST {
            return Ok(Err(format!("it is larger than {LARGEST} bytes")));
        }
        let Some(content) = repository.blob(blob)? else { return Ok(Err("its content is not there".to_owned())) };
        Ok(match self {
            Self::Simple(_) => envelope::simple(&content, blob.annotation(SIGNATURE).unwrap_or_default(), digest, keys),
            Self::Bundle(_) => envelope::bundle(&content, digest, keys),
        })
    }
}

fn simple(repository: &dyn Repository, digest: Digest) -> Result<Vec<Candidate>, ImageError> {
    let Some(manifest) = repository.manifest(&tag_of(digest, ".sig"))? else { return Ok(Vec::new()) };
    let Ok(Document::Image(image)) = manifest.document() else { return Ok(Vec::new()) };
    Ok(image.layers.into_iter().filter(|layer| layer.media_type == SIMPLE).map(Candidate::Simple).collect())
}

fn bundles(repository: &dyn Repository, digest: Digest) -> Result<Vec<Candidate>, ImageError> {
    let mut found = Vec::new();
    for entry in referrers(repository, digest)?.into_iter().take(MOST) {
        if !entry.artifact_type.as_deref().is_some_and(|kind| kind.starts_with(BUNDLE)) {
            continue;
        }
        let Ok(of_entry) = entry.digest() else { continue };
        let Some(manifest) = repository.manifest(&Version::Digest(of_entry))? else { continue };
        let Ok(Document::Image(image)) = manifest.document() else { continue };
        found.extend(
            image.layers.into_iter().filter(|layer| layer.media_type.starts_with(BUNDLE)).map(Candidate::Bundle),
        );
    }
    Ok(found)
}
