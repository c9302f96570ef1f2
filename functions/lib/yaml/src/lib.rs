//! Lossless YAML for Kubernetes packages.
//!
//! A [`Document`] keeps everything a reader of the file would see (scalar style, tags, anchors, aliases,
//! head, line and foot comments), lets a caller change values in place, and is written back by [`emit`]
//! exactly as kyaml's go-yaml v3 emitter would write it (kpt-render §2.11).
//!
//! Nothing here performs I/O, and nothing recurses on the depth of its input.

mod tree;

pub use tree::{Children, Comments, Document, Entries, Kind, NodeId, Style};
