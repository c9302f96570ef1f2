//! Manifests and indexes, of OCI and of docker.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// Largest manifest or index, in bytes; the distribution specification asks registries to take as much.
pub(crate) const LARGEST: u64 = 4 << 20;

/// An index of OCI.
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// A manifest of OCI.
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The config of what is no image, two bytes: `{}` (image-spec 1.1, "guidance for an empty descriptor").
pub(crate) const EMPTY: &str = "application/vnd.oci.empty.v1+json";

/// The kinds of documents that are asked for.
pub(crate) const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json";

/// What a reference leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Document {
    /// One image per platform.
    Index(Vec<Descriptor>),
    Image(Box<Image>),
}

/// A manifest: a config and layers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) config: Option<Descriptor>,
    pub(crate) layers: Vec<Descriptor>,
    /// What this is about, where it is a signature, a bill of materials or the like.
    pub(crate) subject: Option<Descriptor>,
    /// What this is, where it is no image.
    pub(crate) artifact_type: Option<String>,
    pub(crate) annotations: Annotations,
}

/// Notes on content, by names in reverse domain form.
pub(crate) type Annotations = BTreeMap<String, String>;

/// Content by its digest.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    #[serde(default)]
    pub(crate) media_type: String,
    /// As it is written; see [`Descriptor::digest`].
    pub(crate) digest: String,
    /// In bytes.
    pub(crate) size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) artifact_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) platform: Option<Platform>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) annotations: Option<Annotations>,
}

/// What an image of an index is for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(crate) struct Platform {
    pub(crate) architecture: String,
    pub(crate) os: String,
}

impl Descriptor {
    /// Describes content that is at hand.
    pub(crate) fn of(media_type: &str, content: &[u8]) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest: Digest::of(content).to_string(),
            size: content.len() as u64,
            artifact_type: None,
            platform: None,
            annotations: None,
        }
    }

    /// Its digest; entries with digests of other kinds are in nobody's way as long as they are not wanted.
    pub(crate) fn digest(&self) -> Result<Digest, String> {
        self.digest.parse().map_err(|error| format!("{error}"))
    }

    /// The note called `name`.
    pub(crate) fn annotation(&self, name: &str) -> Option<&str> {
        Some(self.annotations.as_ref()?.get(name)?.as_str())
    }
}

impl std::fmt::Display for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)
    }
}

impl Document {
    /// The media type of what `bytes` hold, which registries want to be told: what they say of themselves, else what OCI
    /// calls them.
    pub(crate) fn media_type(&self, bytes: &[u8]) -> String {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Said {
            media_type: Option<String>,
        }
        let said = serde_json::from_slice::<Said>(bytes).ok().and_then(|said| said.media_type);
        said.unwrap_or_else(|| if matches!(self, Self::Index(_)) { INDEX } else { MANIFEST }.to_owned())
    }

    /// Reads what a registry sent.
    ///
    /// # Errors
    /// Why it is neither an index nor a manifest.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Either {
            schema_version: u64,
            manifests: Option<Vec<Descriptor>>,
            layers: Option<Vec<Descriptor>>,
            config: Option<Descriptor>,
            subject: Option<Descriptor>,
            artifact_type: Option<String>,
            annotations: Option<Annotations>,
        }
        let either: Either =
            serde_json::from_slice(bytes).map_err(|error| format!("the manifest cannot be read: {error}"))?;
        if either.schema_version != 2 {
            return Err(format!(
                "the manifest is of schema version {}, which ended with docker 1.9; push the image anew",
                either.schema_version
            ));
        }
        match (either.manifests, either.layers) {
            (Some(entries), None) => Ok(Self::Index(entries)),
            (None, Some(layers)) => Ok(Self::Image(Box::new(Image {
                config: either.config,
                layers,
                subject: either.subject,
                artifact_type: either.artifact_type,
                annotations: either.annotations.unwrap_or_default(),
            }))),
            // A document that can be read in two ways may mean two things to two programs.
            (Some(_), Some(_)) => Err("the manifest has both `manifests` and `layers`".to_owned()),
            (None, None) => Err("the manifest has neither `manifests` nor `layers`".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_reading_is_possible() {
        for (text, problem) in [
            ("{", "cannot be read"),
            ("[]", "cannot be read"),
            (r#"{"schemaVersion": 1, "fsLayers": []}"#, "schema version 1"),
            (r#"{"schemaVersion": 2, "layers": [], "manifests": []}"#, "both"),
            (r#"{"schemaVersion": 2}"#, "neither"),
            (r#"{"schemaVersion": 2, "layers": [{"digest": "x", "size": -1}]}"#, "cannot be read"),
        ] {
            assert!(Document::parse(text.as_bytes()).unwrap_err().contains(problem), "{text}");
        }
        let index = r#"{"schemaVersion": 2, "manifests": [{"digest": "sha512:00", "size": 3,
            "platform": {"os": "linux", "architecture": "amd64", "variant": "v8"}}]}"#;
        let Document::Index(entries) = Document::parse(index.as_bytes()).unwrap() else { panic!("an index") };
        assert_eq!(entries[0].platform.as_ref().unwrap().os, "linux");
        assert!(entries[0].digest().is_err());
    }
}
