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

pub mod annotation;
pub mod cellular;
pub mod core;
pub mod coverage;
pub mod edge_site;
pub mod infra;
pub mod intent_report;
pub mod network_slice_intent;
pub mod object;
pub mod porch;
pub mod quantity;
pub mod req;
pub mod sbom_config;
pub mod workload;

pub use object::{Kind, Metadata, Object, ObjectRef};
pub use porchlight_krm::annotations::{API_VERSION, GROUP};
pub use quantity::Quantity;
