//! One place where an item names an image, before it is known whether the reference is any good.

use porchlight_krm::FieldPath;

use crate::image_reference::{ImageReference, ReferenceError};
use crate::inventory::Role;

/// An image as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sighting {
    /// Position of the item in the list.
    pub(crate) item: usize,
    /// Field that names the image; for a triple the mapping that holds it.
    pub(crate) field: FieldPath,
    /// The reference as written, the parts of a triple put together.
    pub(crate) text: String,
    /// What it means.
    pub(crate) reference: Result<ImageReference, ReferenceError>,
    pub(crate) role: Role,
    /// Whether this field is known to hold nothing but an image. In a kind we have no schema of, what looks like a
    /// container may be something else, so that a text that is no reference there is not an error.
    pub(crate) certain: bool,
}
