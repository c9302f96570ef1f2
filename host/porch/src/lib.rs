//! Package revisions of a cluster, through Porch's aggregated API `porch.kpt.dev/v1alpha1` (porch §3.1).
//!
//! An [`Access`] says where the API is and who asks: a kubeconfig, the service account of a pod, or a proxy on this machine.
//! A [`Porch`] reads and changes package revisions with it. Objects are kept as the server wrote them, so that fields this
//! program does not know survive an update. Every update carries the version that was read; where somebody else was first,
//! the server says so, and [`Porch::update`] reads and works again, once.
//!
//! The steps of the lifecycle are checked here before the server is asked. Readiness gates are checked here only: Porch
//! leaves that to its clients.

mod access;
mod client;
mod error;
mod http;
mod object;

pub use access::{Access, AccessError, Place};
pub use client::{Draft, Event, Filter, Health, Origin, Porch, RegisteredRepository, UpdateError, Updated};
pub use error::PorchError;
pub use object::{PackageRevision, Resources};
