//! kpt packages on disk.
//!
//! The way of a package through this crate, as the pipeline uses it:
//!
//! ```text
//! let tree = PackageTree::open(path, compat)?;          // finds packages, completes an interrupted commit
//! for id in tree.depth_first() {                        // or walk by tree.subpackages(id) to meet errors in kpt's order
//!     tree.validate(id)?;                               // Kptfile rules, when the package is reached
//!     let contents = tree.read(id)?;                    // annotated resources, and the files they came from
//!     sources.extend(contents.sources);
//!     …                                                 // run functions on contents.resources
//! }
//! tree.settle(&mut items)?;                             // paths relative to the root, attribution, indexes
//! let plan = tree.plan(items, &sources, &options)?;     // every check on paths; nothing written yet
//! print(plan.diff());                                   // --dry-run
//! plan.commit()?;                                       // all or nothing; or plan.write_to(directory)?
//! ```
//!
//! What kpt reads and writes is in kpt-render §1 and §2. Where this crate refuses what kpt would do (write outside
//! the package, through links, or over files that are no resources) its error says so before anything is written.

pub mod annotation;
mod change;
mod commit;
mod compat;
mod error;
mod go;
mod ignore;
mod kptfile;
mod krm;
mod path;
mod plan;
mod read;
mod tree;

pub use change::{Change, ChangeKind, diff};
pub use commit::{CommitError, JOURNAL_FILE, Recovery, commit, recover};
pub use compat::{Compat, UnknownCompat};
pub use error::PackageError;
pub use go::quote;
pub use ignore::{IGNORE_FILE, Ignore, IgnoreError};
pub use kptfile::{
    FieldProblem, FunctionKind, FunctionRef, KPTFILE, Kptfile, KptfileError, KptfileProblem, Pipeline, Selector,
    ValidationError,
};
pub use krm::problem as krm_problem;
pub use path::{base_name, clean, is_resource_name, join};
pub use plan::{OutputError, PlanError, PlanOptions, PlanProblem, WritePlan, default_path, plan_new, to_text};
pub use read::{Contents, Source, Sources, read_directory};
pub use tree::{Package, PackageId, PackageTree};
