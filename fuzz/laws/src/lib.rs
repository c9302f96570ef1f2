//! What holds for every input of a reader, one module each: it never panics, and what it accepts obeys its laws. A law
//! that is broken panics.
//!
//! `scripts/fuzz` looks for such inputs; those it found, and [`seeds`] to begin with, are tried by `cargo test`.

pub mod events;
pub mod field_path;
pub mod function_output;
pub mod grpc_message;
pub mod guest_protocol;
pub mod image_layer;
pub mod image_manifest;
pub mod image_reference;
pub mod kptfile;
pub mod names;
pub mod outline;
pub mod resource_list;
pub mod seeds;
pub mod yaml_emitter;
pub mod yaml_reader;
pub mod yaml_splicer;
pub mod yaml_text;

/// A law, by the name of its fuzz target.
pub struct Law {
    /// Name of the target.
    pub name: &'static str,
    /// Panics where it does not hold for the input.
    pub holds: fn(&[u8]),
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All laws.
pub const LAWS: &[Law] = &[
    Law { name: "yaml_text", holds: yaml_text::holds, seeds: seeds::yaml },
    Law { name: "yaml_splicer", holds: yaml_splicer::holds, seeds: yaml_splicer::seeds },
    Law { name: "resource_list", holds: resource_list::holds, seeds: seeds::resource_lists },
    Law { name: "kptfile", holds: kptfile::holds, seeds: seeds::kptfiles },
    Law { name: "guest_protocol", holds: guest_protocol::holds, seeds: guest_protocol::seeds },
    Law { name: "function_output", holds: function_output::holds, seeds: function_output::seeds },
    Law { name: "grpc_message", holds: grpc_message::holds, seeds: grpc_message::seeds },
    Law { name: "image_manifest", holds: image_manifest::holds, seeds: image_manifest::seeds },
    Law { name: "image_layer", holds: image_layer::holds, seeds: image_layer::seeds },
    Law { name: "names", holds: names::holds, seeds: names::seeds },
];
