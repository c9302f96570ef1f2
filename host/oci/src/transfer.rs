//! Copies of images between registries, layouts and the store.

use crate::digest::Digest;
use crate::document::{Descriptor, Document, Image};
use crate::error::ImageError;
use crate::repository::{Manifest, Repository, Version, put_referrer, referrers, tag_of};

/// The endings of the tags under which cosign keeps what is about an image.
const COMPANIONS: [&str; 3] = [".sig", ".att", ".sbom"];

/// The most levels of indexes in indexes.
const DEEPEST: usize = 4;

/// The most that may refer to one image.
const MOST_COMPANIONS: usize = 1000;

/// What is copied of an image some parts of which are missing at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gaps {
    /// Nothing.
    Refused,
    /// What is there: a store holds the images that were needed.
    Left,
}

/// Copies the image `version` from one place to another, where it is called `to_version`, with everything that refers to
/// it: bills of materials, provenance, signatures. Parts come before what names them, so what is at the target is whole
/// at any time.
///
/// # Errors
/// The first thing in the way.
pub(crate) fn copy(
    from: &dyn Repository,
    version: &Version,
    to: &mut dyn Repository,
    to_version: &Version,
    gaps: Gaps,
) -> Result<Digest, ImageError> {
    let missing = || ImageError::NoModule(format!("there is no image {version}"));
    let top = from.manifest(version)?.ok_or_else(missing)?;
    parts(from, to, &top, gaps, 0)?;
    let kind = top.document()?.media_type(&top.bytes);
    to.put_manifest(&Version::Digest(top.digest), &top, &kind)?;
    companions(from, to, top.digest, gaps)?;
    // The name comes last: whoever finds it finds all of the image, and its signatures.
    if matches!(to_version, Version::Tag(_)) {
        to.put_manifest(to_version, &top, &kind)?;
    }
    Ok(top.digest)
}

/// Copies all that a manifest names.
fn parts(
    from: &dyn Repository,
    to: &mut dyn Repository,
    manifest: &Manifest,
    gaps: Gaps,
    depth: usize,
) -> Result<(), ImageError> {
    let entries = match manifest.document()? {
        Document::Image(image) => return content(from, to, &image, gaps),
        Document::Index(entries) => entries,
    };
    if depth == DEEPEST {
        return Err(ImageError::NoModule(format!("its indexes lead to more indexes than {DEEPEST}")));
    }
    for entry in &entries {
        let digest = entry.digest().map_err(ImageError::NoModule)?;
        let Some(child) = from.manifest(&Version::Digest(digest))? else {
            if gaps == Gaps::Left {
                continue;
            }
            return Err(ImageError::NoModule(format!("its index names the image {digest}, which is not there")));
        };
        parts(from, to, &child, gaps, depth + 1)?;
        let kind = child.document()?.media_type(&child.bytes);
        to.put_manifest(&Version::Digest(digest), &child, &kind)?;
    }
    Ok(())
}

/// Copies config and layers, where they are not there yet.
fn content(from: &dyn Repository, to: &mut dyn Repository, image: &Image, gaps: Gaps) -> Result<(), ImageError> {
    for blob in image.config.iter().chain(&image.layers) {
        let digest = blob.digest().map_err(ImageError::NoModule)?;
        // Layers that may not be passed on are had from elsewhere.
        if is_foreign(blob) || to.has_blob(digest)? {
            continue;
        }
        match from.blob(blob)? {
            Some(content) => to.put_blob(digest, &content)?,
            None if gaps == Gaps::Left => {}
            None => return Err(ImageError::NoModule(format!("its layer {digest} is not there"))),
        }
    }
    Ok(())
}

fn is_foreign(blob: &Descriptor) -> bool {
    blob.media_type.contains(".nondistributable.") || blob.media_type.contains(".foreign.")
}

/// Copies what is about a manifest.
pub(crate) fn companions(
    from: &dyn Repository,
    to: &mut dyn Repository,
    subject: Digest,
    gaps: Gaps,
) -> Result<(), ImageError> {
    let about = referrers(from, subject)?;
    if about.len() > MOST_COMPANIONS {
        return Err(ImageError::NoModule(format!("more than {MOST_COMPANIONS} artifacts refer to it")));
    }
    for entry in about {
        let digest = entry.digest().map_err(ImageError::NoModule)?;
        let Some(manifest) = from.manifest(&Version::Digest(digest))? else { continue };
        let Document::Image(image) = manifest.document()? else { continue };
        let is_about = image.subject.as_ref().is_some_and(|about| about.digest() == Ok(subject));
        if is_about {
            content(from, to, &image, gaps)?;
            put_referrer(to, &manifest)?;
        }
    }
    for ending in COMPANIONS {
        let tag = tag_of(subject, ending);
        let Some(manifest) = from.manifest(&tag)? else { continue };
        let document = manifest.document()?;
        if let Document::Image(image) = &document {
            content(from, to, image, gaps)?;
            to.put_manifest(&tag, &manifest, &document.media_type(&manifest.bytes))?;
        }
    }
    Ok(())
}
