//! Typed kinds: Porchlight's own (`orchestration.nephio-oran.io/v1alpha1`, inputs to a render, never applied to a
//! cluster) and those upstream kinds its functions read or write.
//!
//! Upstream types hold the fields we emit or read, not every field of the kind: a resource is changed through its YAML
//! tree, so what a type does not name survives. Field names, units and ranges are taken from the kinds' Go types and CRDs.
//!
//! ```
//! use porchlight_api::{Object, req::Capacity};
//!
//! let capacity = Object::new("dataplane", Capacity {
//!     max_downlink_throughput: Some("24G".parse()?),
//!     ..Capacity::default()
//! });
//! assert_eq!(capacity.condition_type(), "req.nephio.org/v1alpha1.Capacity.dataplane");
//! # Ok::<(), porchlight_api::quantity::QuantityError>(())
//! ```
//!
//! # Adding a kind of ours
//!
//! 1. A module with the spec's type: serde, a doc comment on every field (meaning, unit, range, default, source),
//!    `#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]` on every type of it, and `impl Kind`. The crate
//!    `schemars` is there with the feature `schema` only, so that functions do not carry it.
//! 2. One line in `schema::kinds`.
//! 3. `UPDATE=1 cargo test -p porchlight-api --test schemas` writes its JSON Schema and CustomResourceDefinition below
//!    `docs/reference`; `porchlight fn schema KIND` prints it.
//! 4. `# yaml-language-server: $schema=…` in the first line of catalog files of the kind. Every object of the kind in the
//!    catalog, in READMEs and in inputs of passing cases is checked against the schema.

pub mod annotation;
pub mod audit_config;
pub mod capacity_expansion;
pub mod capacity_report;
pub mod cellular;
pub mod core;
pub mod coverage;
pub mod decompose_intent_config;
pub mod edge_site;
pub mod expand_coverage_config;
pub mod infra;
pub mod intent_report;
pub mod network_slice_intent;
pub mod object;
pub mod object_pattern;
pub mod policy_config;
pub mod policy_exception;
pub mod policy_profile;
pub mod porch;
pub mod quantity;
pub mod req;
pub mod sbom_config;
#[cfg(feature = "schema")]
pub mod schema;
pub mod sizing_profile;
pub mod validate_config;
pub mod variant_plan;
pub mod workload;

pub use object::{Draft, Kind, Metadata, Object, ObjectRef};
pub use porchlight_krm::annotations::{API_VERSION, GROUP};
pub use quantity::Quantity;
