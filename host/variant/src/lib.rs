//! PackageVariants and PackageVariantSets without a cluster: the packages that Porch's controllers would make of them, byte
//! for byte, from folders or git.
//!
//! The way of a variant, in the controllers' order (porch §4):
//!
//! 1. [`Inputs`] are read from files: variants, sets, and the objects that stand for the cluster.
//! 2. Sets are unrolled: targets are selected, their templates and [`expression`]s give the variants.
//! 3. For each variant the [`upstream`] revision is selected and the [`downstream`] one is found or [`clone`]d.
//! 4. The package is changed: context, pipeline, injection ([`mutate`]). With a [`Renderer`] its pipeline runs before and
//!    after, as on the server.
//!
//! [`plan`](plan()) does all of it and writes nothing; [`write()`] puts the packages on disk. Where Porch does what nobody would
//! expect ([`Quirk`]), [`Compat`] says whether we do the same.
//!
//! What a cluster knows and files do not: who owns a package revision. Here a revision belongs to a variant when its
//! workspace is called as variants call theirs, or its pipeline holds the variant's functions. Merging a new upstream into
//! a published package is left to the server.

pub mod clone;
mod cluster;
mod compat;
mod condition;
pub mod downstream;
mod edit;
pub mod expression;
mod fault;
mod inputs;
pub mod mutate;
mod note;
mod outcome;
mod plan;
mod readiness;
mod render;
pub mod report;
mod set;
mod store;
pub mod upstream;
mod validate;
mod variant;
mod write;

pub use cluster::{Cluster, ClusterObject, RepositoryObject};
pub use compat::{Compat, UnknownRelease};
pub use condition::Condition;
pub use fault::{Fault, Place};
pub use inputs::{Declared, Inputs, Origin};
pub use note::{Note, Quirk};
pub use outcome::{Action, Outcome, Plan, SetOutcome};
pub use plan::{Options, Renderer, Stores, plan};
pub use readiness::{closed_gates, upstream_reference};
pub use render::Pipeline;
pub use store::{Files, Folder, Lifecycle, Lock, PackageRevision, Repository, complete};
pub use validate::{Invalid, validate_set, validate_variant};
pub use variant::{FromSet, Variant};
pub use write::{WriteError, write};
