//! WebAssembly modules from OCI registries.
//!
//! A [`Reference`] names an image as docker does. A [`Puller`] brings the module behind it: from the store of the user
//! where it is there, else from the registry, as the [`Pull`] policy says. Everything is checked against its SHA-256
//! digest while it comes in, has a bound on its size, and enters the store only when all of it is there and right. What
//! is in the store is checked again whenever it is read, so the store needs no locks and no trust in its disk.
//!
//! Registries are spoken to by TLS; plain HTTP is for registries of this machine (loopback). Credentials are those of
//! docker's configuration, with its credential helpers.

mod credentials;
mod digest;
mod document;
mod error;
mod module;
mod puller;
mod reference;
mod registry;
mod store;

pub use digest::{Digest, DigestError};
pub use error::PullError;
pub use puller::{Pull, Pulled, Puller};
pub use reference::{Reference, ReferenceError};
