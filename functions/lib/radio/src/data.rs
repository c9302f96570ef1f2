//! Reading the embedded data files.

use serde::de::DeserializeOwned;

/// Embedded data is part of the program: a fault in it is found by the tests, not by users.
pub(crate) fn parse<T: DeserializeOwned>(text: &'static str) -> T {
    try_parse(text).expect("invariant: embedded data reads, see the tests of this crate")
}

fn try_parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let documents = porchlight_yaml::parse(text.into()).map_err(|error| error.to_string())?;
    let document = documents.first().ok_or("no document")?;
    let root = document.root().ok_or("empty document")?;
    porchlight_yaml::serde::from_node(document, root).map_err(|error| error.to_string())
}
