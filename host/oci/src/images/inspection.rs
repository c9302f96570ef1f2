//! What there is of an image.

use serde::Serialize;
use serde_json::Value;

use super::{Document, Repository, Version};
use crate::digest::Digest;
use crate::document::{Annotations, Descriptor};
use crate::error::ImageError;
use crate::reference::Reference;
use crate::repository::{Manifest, referrers, tag_of};

/// An image: its platforms and what refers to it.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// The name it was asked for by.
    pub name: String,
    /// Digest of its index or manifest.
    pub digest: String,
    /// What that is.
    pub media_type: String,
    /// What it says of itself.
    pub annotations: Annotations,
    /// Its images; one where it is no index.
    pub images: Vec<PlatformImage>,
    /// What is about it: bills of materials, provenance, signatures.
    pub referrers: Vec<About>,
}

/// The image of one platform.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct PlatformImage {
    /// Operating system and processor; empty where nothing is said.
    pub platform: String,
    /// Digest of its manifest.
    pub digest: String,
    /// What is downloaded for it, in bytes; none where it is not at this place.
    pub size: Option<u64>,
    /// Whom it runs as.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// What it runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entrypoint: Vec<String>,
    /// The media types of its layers.
    pub layers: Vec<String>,
}

/// Something that is about an image.
#[derive(Debug, Clone, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// What it is.
    pub artifact_type: String,
    /// Digest of its manifest.
    pub digest: String,
}

pub(super) fn inspect(source: &dyn Repository, image: &Reference, version: &Version) -> Result<Inspection, ImageError> {
    let missing = || ImageError::NoModule(format!("there is no image `{image}`"));
    let top = source.manifest(version)?.ok_or_else(missing)?;
    let document = top.document()?;
    let media_type = document.media_type(&top.bytes);
    let (images, annotations) = match document {
        Document::Index(entries) => {
            let images = entries.iter().map(|entry| of_entry(source, entry)).collect::<Result<_, _>>()?;
            (images, annotations(&top.bytes))
        }
        Document::Image(one) => (vec![platform(source, &top)?], one.annotations),
    };
    let about = |entry: Descriptor| {
        let digest = entry.digest().ok()?.to_string();
        Some(About { artifact_type: entry.artifact_type.unwrap_or_default(), digest })
    };
    let mut about: Vec<About> = referrers(source, top.digest)?.into_iter().filter_map(about).collect();
    if let Some(signature) = source.manifest(&tag_of(top.digest, ".sig"))? {
        about.push(About { artifact_type: "cosign signature".to_owned(), digest: signature.digest.to_string() });
    }
    // Lists have no order of their own.
    about.sort();
    Ok(Inspection {
        name: image.to_string(),
        digest: top.digest.to_string(),
        media_type,
        annotations,
        images,
        referrers: about,
    })
}

fn of_entry(source: &dyn Repository, entry: &Descriptor) -> Result<PlatformImage, ImageError> {
    let digest = entry.digest().map_err(ImageError::NoModule)?;
    let said = entry.platform.as_ref().map(ToString::to_string).unwrap_or_default();
    let Some(manifest) = source.manifest(&Version::Digest(digest))? else { return Ok(absent(said, digest)) };
    let found = platform(source, &manifest)?;
    Ok(PlatformImage { platform: if said.is_empty() { found.platform } else { said }, ..found })
}

fn absent(platform: String, digest: Digest) -> PlatformImage {
    let (user, entrypoint, layers) = (String::new(), Vec::new(), Vec::new());
    PlatformImage { platform, digest: digest.to_string(), size: None, user, entrypoint, layers }
}

fn platform(source: &dyn Repository, manifest: &Manifest) -> Result<PlatformImage, ImageError> {
    let Document::Image(image) = manifest.document()? else { return Ok(absent(String::new(), manifest.digest)) };
    // What is no image may have any config.
    let config = match &image.config {
        Some(config) if config.media_type.ends_with("+json") && config.size < (4 << 20) => source.blob(config)?,
        _ => None,
    };
    let config: Value = config.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let platform = match (text(&config["os"]), text(&config["architecture"])) {
        (os, _) if os.is_empty() => String::new(),
        (os, architecture) => format!("{os}/{architecture}"),
    };
    let parts = image.config.iter().chain(&image.layers).map(|blob| blob.size);
    Ok(PlatformImage {
        platform,
        digest: manifest.digest.to_string(),
        size: Some(manifest.bytes.len() as u64 + parts.sum::<u64>()),
        user: text(&config["config"]["User"]),
        entrypoint: config["config"]["Entrypoint"].as_array().into_iter().flatten().map(text).collect(),
        layers: image.layers.iter().map(|layer| layer.media_type.clone()).collect(),
    })
}

fn annotations(index: &[u8]) -> Annotations {
    let index: Value = serde_json::from_slice(index).unwrap_or_default();
    let notes = index["annotations"].as_object().into_iter().flatten();
    notes.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}
