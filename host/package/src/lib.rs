//! kpt packages on disk.
//!
//! The way of a package through this crate, as the pipeline uses it:
//!
//! ```no_run
//! use porchlight_package::{Compat, PackageTree, PlanOptions, Sources};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Finds the packages, completes a commit that was interrupted, validates the root's Kptfile.
//! let tree = PackageTree::open("slice".as_ref(), Compat::Latest)?;
//! let (mut items, mut sources) = (Vec::new(), Sources::default());
//! // Or step by step with `tree.subpackages(id)`, which tells a broken Kptfile when kpt would.
//! for id in tree.depth_first() {
//!     tree.validate(id)?;
//!     let contents = tree.read(id)?;
//!     sources.extend(contents.sources);
//!     items.extend(contents.resources);
//!     for function in &tree.kptfile(id)?.pipeline.mutators {
//!         // run it on the items
//!     }
//! }
//! tree.settle(&mut items, true)?;
//! let plan = tree.plan(items, &sources, PlanOptions::default())?;
//! // Nothing is written yet: `plan.diff()` is a dry run, `plan.is_empty()` a check.
//! plan.commit()?;
//! # Ok(())
//! # }
//! ```
//!
//! What kpt reads and writes is in kpt-render §1 and §2. Where this crate refuses what kpt would do (write outside
//! the package, through links, or over files that are no resources) its error says so before anything is written.

pub mod annotation;
mod change;
mod code;
mod commit;
mod compat;
mod content;
mod directory;
mod error;
mod format;
mod go;
mod ignore;
mod image;
mod kptfile;
mod krm;
mod path;
mod plan;
mod read;
pub mod tag;
mod tree;

pub use change::{Change, ChangeKind, diff};
pub use commit::{CommitError, JOURNAL_FILE, Recovery, commit, recover};
pub use compat::{Compat, UnknownCompat};
pub use directory::Directory;
pub use error::PackageError;
pub use format::{Format, UnknownFormat};
pub use go::quote;
pub use ignore::{IGNORE_FILE, Ignore, IgnoreError};
pub use image::{Image, OUR_PREFIX, default_prefix};
pub use kptfile::{
    FieldProblem, FunctionKind, FunctionRef, GitSource, KPTFILE, Kptfile, KptfileError, KptfileProblem, Marshalled,
    Pipeline, RenderedCondition, Selector, ValidationError, with_function, with_render_status, with_upstream,
};
pub use krm::problem as krm_problem;
pub use path::{base_name, clean, is_resource_name, join};
pub use plan::{
    OutputError, PlanError, PlanOptions, PlanProblem, WritePlan, bring_into, default_path, plan_new, to_text,
};
pub use read::{Contents, Source, Sources, read_directory, read_documents, read_function_config};
pub use tree::{Package, PackageId, PackageTree};
