//! Texts in YAML: read, and written again.

use crate::{yaml_emitter, yaml_reader};

/// The laws.
pub fn holds(bytes: &[u8]) {
    yaml_reader::holds(bytes);
    yaml_emitter::holds(bytes);
}
