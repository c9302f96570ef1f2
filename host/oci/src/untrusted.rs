//! The readers of what registries and archives hold, each by itself, for programs that try to break them (`fuzz/`).

use std::path::Path;

use crate::digest::Digest;
use crate::document::Document;
use crate::layout;
use crate::module;

/// Reads a manifest or an index as far as that goes without what it leads to.
///
/// # Errors
/// Why it leads to no module.
pub fn manifest(bytes: &[u8]) -> Result<Digest, String> {
    let document = Document::parse(bytes)?;
    drop(document.media_type(bytes));
    match document {
        Document::Index(entries) => module::choose(&entries)?.digest(),
        Document::Image(image) => module::layer(&image)?.0.digest(),
    }
}

/// The module in a layer of this media type.
///
/// # Errors
/// Why there is none.
pub fn layer(media_type: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
    module::unpack(module::packing(media_type)?, bytes)
}

/// Unpacks the archive of a layout into `root`, which has the folder `blobs/sha256`.
///
/// # Errors
/// Why it is none.
pub fn bundle(bytes: &[u8], root: &Path) -> Result<(), String> {
    layout::unpack_bundle(bytes, root)
}
