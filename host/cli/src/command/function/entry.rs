//! A function as it is listed.

use porchlight_embedded::EmbeddedFunction;
use porchlight_krm::{Code, Metadata, Resource};
use serde::Serialize;

use crate::failure::Failure;

/// One function, for programs.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) image: String,
    pub(super) version: &'static str,
    pub(super) digest: &'static str,
    pub(super) description: String,
    /// Bytes of the wasm module.
    pub(super) size: usize,
}

impl Entry {
    pub(super) fn new(function: &EmbeddedFunction, metadata: &Metadata, prefix: &str) -> Self {
        Self {
            name: function.name(),
            image: format!("{}/{}:v{}", prefix.trim_end_matches('/'), function.name(), function.version()),
            version: function.version(),
            digest: function.digest(),
            description: metadata.description.clone(),
            size: function.size(),
        }
    }
}

/// What a function says about itself.
pub(super) fn metadata(function: &EmbeddedFunction) -> Result<Metadata, Failure> {
    let unreadable = |reason: String| {
        let name = function.name();
        Failure::coded(Code::YamlParseFailed, format_args!("cannot read the description of `{name}`: {reason}"))
    };
    let document = porchlight_yaml::parse_first(function.metadata().into())
        .map_err(|error| unreadable(error.to_string()))?
        .ok_or_else(|| unreadable("it is empty".to_owned()))?;
    let resource = Resource::from_document(document).map_err(|error| unreadable(error.to_string()))?;
    Metadata::from_resource(&resource).map_err(|error| unreadable(error.to_string()))
}
