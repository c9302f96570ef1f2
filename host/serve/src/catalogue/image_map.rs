//! Porch's configuration file of releases up to 1.5.8 (porch §1.8):
//!
//! ```yaml
//! functions:
//!   - function: set-labels             # a file of the functions directory, or a function of ours
//!     images:
//!       - ghcr.io/example/set-labels:v0.1
//!       - ghcr.io/example/set-labels@sha256:2f0c…
//! ```

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::Arc;

use porchlight_package::{Image, tag};
use porchlight_yaml::serde::from_node;
use serde::Deserialize;

use super::targets::read;
use super::{Asked, ConfigError};

/// Functions by whole image, letter for letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageMap {
    functions: BTreeMap<String, String>,
    /// Images that were mentioned again: the first mention counts.
    ignored: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    functions: Vec<Mention>,
}

#[derive(Deserialize)]
struct Mention {
    function: String,
    #[serde(default)]
    images: Vec<String>,
}

impl ImageMap {
    /// Reads such a file.
    ///
    /// # Errors
    /// What is wrong, with its line: no regular file, no YAML, not this form.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        let failed = |problem: String| ConfigError { file: file.to_owned(), problem };
        Self::parse(&read(file)?).map_err(failed)
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let Some(document) = porchlight_yaml::parse_first(Arc::from(text)).map_err(|error| error.to_string())? else {
            return Ok(Self::default());
        };
        let Some(root) = document.root() else { return Ok(Self::default()) };
        let file: File = from_node(&document, root).map_err(|error| {
            let path = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
            format!("line {}, column {}: {path}{}", error.line, error.column, error.message)
        })?;
        let mut map = Self::default();
        for Mention { function, images } in file.functions {
            for image in images {
                match map.functions.entry(image) {
                    Entry::Occupied(first) => map.ignored.push(first.key().clone()),
                    Entry::Vacant(place) => {
                        place.insert(function.clone());
                    }
                }
            }
        }
        Ok(map)
    }

    /// Images that were mentioned more than once; later mentions are ignored, as in Porch.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    pub(super) fn images(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// The function of an image; for a range of versions, that of the highest it allows.
    pub(super) fn find(&self, asked: &Asked) -> Option<&str> {
        let Some(range) = &asked.range else { return self.functions.get(&asked.text).map(String::as_str) };
        let tags: Vec<String> = self
            .functions
            .keys()
            .map(|image| Image::parse(image))
            .filter(|image| image.repository == asked.image.repository)
            .filter_map(|image| image.tag)
            .collect();
        let highest = tag::highest(range, tags.iter().map(String::as_str))?;
        self.functions.get(&format!("{}:{highest}", asked.image.repository)).map(String::as_str)
    }
}
