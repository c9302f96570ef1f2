//! Images of functions: WebAssembly modules and containers, in registries and on disk.
//!
//! A [`Reference`] names an image as docker does. A [`Puller`] brings the module behind it: from the store of the user
//! where it is there, else from the registry, as the [`Pull`] policy says. Everything is checked against its SHA-256
//! digest while it comes in, has a bound on its size, and enters the store only when all of it is there and right. What
//! is in the store is checked again whenever it is read, so the store needs no locks and no trust in its disk. With
//! [`Keys`], only what was signed with one of them is taken.
//!
//! [`build`] makes the image of a function from programs and modules, for all platforms, into a [`Layout`]. [`Images`]
//! sends, copies and looks at images.
//!
//! Registries are spoken to by TLS; plain HTTP is for registries of this machine (loopback). Credentials are those of
//! docker's configuration, with its credential helpers.

mod build;
mod credentials;
mod digest;
mod document;
mod error;
mod images;
mod layout;
mod module;
mod puller;
mod reference;
mod registry;
mod repository;
mod signature;
mod store;
mod transfer;
#[doc(hidden)]
pub mod untrusted;

pub use build::{Built, Parts, Target, build};
pub use digest::{Digest, DigestError};
pub use error::ImageError;
pub use images::{About, Images, Inspection, Place, PlatformImage};
pub use layout::Layout;
pub use puller::{Pull, Pulled, Puller};
pub use reference::{Reference, ReferenceError};
pub use signature::{Keys, KeysError};
