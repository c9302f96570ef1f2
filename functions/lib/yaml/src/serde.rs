//! Rust types from YAML nodes and back, with no text in between.
//!
//! Reading resolves scalars as go-yaml v3 does, but the requested Rust type decides: a text field gets the
//! characters of the file (`mnc: 01` is "01", `sd: 010203` is "010203"), a number field refuses quoted text.
//! Aliases are followed within a budget and merge keys (`<<`) are applied. Every error names the field path,
//! line, column and the expected type; an unknown field names the nearest known one.
//!
//! Where a type wants to be forgiving it says which [`Conversion`] it wants; [`from_node`] is strict.
//!
//! ```
//! use serde::Deserialize;
//!
//! #[derive(Deserialize)]
//! struct Snssai {
//!     sst: u8,
//!     sd: String,
//! }
//!
//! let documents = porchlight_yaml::parse("sst: 1\nsd: 010203\n".into())?;
//! let root = documents[0].root().expect("the document is not empty");
//! let snssai: Snssai = porchlight_yaml::serde::from_node(&documents[0], root)?;
//! assert_eq!((snssai.sst, snssai.sd.as_str()), (1, "010203"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod aliases;
mod collections;
mod deserializer;
mod error;
mod fields;
mod from_node;
mod nearest;
mod numbers;
mod reader;
mod sorted;
mod variants;
mod writer;

pub use aliases::Aliases;
pub use error::{Failure, ValueError};
pub use fields::{Field, Shape};
pub use from_node::{By, Fill, FromNode};
pub use nearest::nearest;
pub use porchlight_yaml_derive::{FromNode, data};
pub use reader::{Conversion, MAX_ALIAS_NODES, MAX_DEPTH, NodeReader, Options};
pub use variants::Variants;
pub use writer::{to_node, try_to_node};

use crate::packed::{Texts, unpack};
use crate::{Document, NodeId};
use ::serde::de::DeserializeOwned;

/// Reads `node` as a `T`, strictly ([`Conversion::Strict`]).
///
/// # Errors
/// The first value that does not fit, with its place.
pub fn from_node<T: DeserializeOwned>(document: &Document, node: NodeId) -> Result<T, ValueError> {
    Options::default().read(document, node)
}

/// Reads the first document of a text as a `T`, strictly.
///
/// # Errors
/// What keeps the text from being read, or the first value that does not fit, with its place.
pub fn from_text<T: FromNode>(text: &str) -> Result<T, String> {
    let mut value = T::blank();
    fill_from(text, &mut value)?;
    Ok(value)
}

fn fill_from(text: &str, value: &mut dyn Fill) -> Result<(), String> {
    fill_document(&first(text)?, value)
}

fn fill_document(document: &Document, value: &mut dyn Fill) -> Result<(), String> {
    let root = document.root().ok_or("empty document")?;
    Options::default().run(document, root, value).map_err(|error| error.to_string())
}

fn first(text: &str) -> Result<Document, String> {
    let documents = crate::parse(text.into()).map_err(|error| error.to_string())?;
    documents.into_iter().next().ok_or_else(|| "no document".to_owned())
}

/// Reads a data file that is part of the program: `embedded(data!("data/bands.yaml"))`.
///
/// # Panics
/// Where the file does not fit. That is a fault of the program and found by the tests of whoever owns the file, not by users.
#[must_use]
pub fn embedded<T: FromNode>(text: &'static str) -> T {
    let mut value = T::blank();
    fill_embedded(text, &mut value);
    value
}

/// As [`embedded`], of a file that was [packed](crate::packed) when the program was built. So it is not read as YAML in
/// every process, which takes a short call longer than its work.
///
/// # Panics
/// As [`embedded`].
#[must_use]
pub fn embedded_packed<T: FromNode>(texts: &'static str, nodes: &'static [u8]) -> T {
    let mut value = T::blank();
    let texts = Texts { source: texts.into(), start: 0 };
    let document = unpack(nodes, &texts, 0, &[]).expect("invariant: embedded data was packed");
    fill_document(&document, &mut value).unwrap_or_else(|error| panic!("invariant: embedded data reads: {error}"));
    value
}

fn fill_embedded(text: &'static str, value: &mut dyn Fill) {
    fill_from(text, value).unwrap_or_else(|error| panic!("invariant: embedded data reads: {error}"));
}
