//! Names and paths, all short texts: whatever one reads of them, the others read or refuse.

use crate::{field_path, image_reference};

/// The laws.
pub fn holds(bytes: &[u8]) {
    image_reference::holds(bytes);
    field_path::holds(bytes);
}

/// Names and paths.
pub fn seeds() -> Vec<Vec<u8>> {
    [image_reference::seeds(), field_path::seeds()].concat()
}
