//! Manifests and indexes, of OCI and of docker.

use serde::Deserialize;

use crate::digest::Digest;

/// Largest manifest or index, in bytes; the distribution specification asks registries to take as much.
pub(crate) const LARGEST: u64 = 4 << 20;

/// The kinds of documents that are asked for.
pub(crate) const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json";

/// What a reference leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Document {
    /// One image per platform.
    Index(Vec<Descriptor>),
    Image(Image),
}

/// A manifest: a config and layers.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) layers: Vec<Descriptor>,
}

/// Content by its digest.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    #[serde(default)]
    pub(crate) media_type: String,
    digest: String,
    /// In bytes.
    pub(crate) size: u64,
    #[serde(default)]
    pub(crate) platform: Option<Platform>,
}

/// What an image of an index is for.
#[derive(Debug, Clone, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(crate) struct Platform {
    pub(crate) os: String,
    pub(crate) architecture: String,
}

impl Descriptor {
    /// Its digest; entries with digests of other kinds are in nobody's way as long as they are not wanted.
    pub(crate) fn digest(&self) -> Result<Digest, String> {
        self.digest.parse().map_err(|error| format!("{error}"))
    }
}

impl Document {
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
            (None, Some(layers)) => Ok(Self::Image(Image { layers })),
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
