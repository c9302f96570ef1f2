//! Lossless YAML for Kubernetes packages.
//!
//! A [`Document`] keeps everything a reader of the file would see (scalar style, tags, anchors, aliases,
//! head, line and foot comments), lets a caller change values in place, and is written back by [`emit`]
//! exactly as kyaml's go-yaml v3 emitter would write it (kpt-render §2.11).
//!
//! Nothing here performs I/O, and nothing recurses on the depth of its input. Time and memory are linear in
//! the size of the text; aliases are never expanded.
//!
//! ```
//! use porchlight_yaml::{SequenceIndent, emit, parse};
//!
//! let mut documents = parse("# who\nname:   upf # the first\n".into())?;
//! let document = &mut documents[0];
//! let root = document.root().expect("not empty");
//! let key = document.new_string("enabled");
//! let value = document.new_string("yes");
//! document.push_entry(root, key, value);
//!
//! let mut text = String::new();
//! emit(document, SequenceIndent::Compact, &mut text);
//! assert_eq!(text, "# who\nname: upf # the first\nenabled: \"yes\"\n");
//! # Ok::<(), porchlight_yaml::ParseError>(())
//! ```

// What the macros write names the crate as its users do.
#[cfg(test)]
extern crate self as porchlight_yaml;

mod duplicates;
mod error;
mod identical;
mod indentation;
#[cfg(feature = "json")]
pub mod json;
pub mod order;
pub mod packed;
mod read;
mod resolve;
pub mod serde;
mod splice;
mod split;
mod string;
mod tree;
mod write;

pub use duplicates::DuplicateKey;
pub use error::ParseError;
pub use indentation::derive_sequence_indent;
#[doc(hidden)]
pub use read::parse_fully;
pub use read::{parse, parse_first};
pub use resolve::{Scalar, resolve_plain};
pub use splice::{Edit, apply as apply_edits, is_json, same_values, splice};
pub use split::{SeparatorError, normalise_line_ends, split_documents};
pub use string::string_style;
pub use tree::{Children, Comments, Document, Entries, Kind, NodeId, Style};
pub use write::{Layout, SequenceIndent, emit, emit_all, emit_node, lay_out};
