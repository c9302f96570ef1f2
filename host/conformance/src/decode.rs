//! YAML text to typed values.

use std::sync::Arc;

use serde::de::DeserializeOwned;

/// The first document of `text`, or `None` where there is none.
///
/// # Errors
/// The text is not YAML, or the document is not a `T`.
pub(crate) fn first<T: DeserializeOwned>(text: &str) -> Result<Option<T>, String> {
    let document = porchlight_yaml::parse_first(Arc::from(text)).map_err(|error| error.to_string())?;
    let Some((document, root)) = document.and_then(|document| document.root().map(|root| (document, root))) else {
        return Ok(None);
    };
    porchlight_yaml::serde::from_node(&document, root).map(Some).map_err(|error| error.to_string())
}
