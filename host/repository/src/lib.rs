//! Packages in Porch's repositories, over plain git and without a cluster.
//!
//! Porch keeps package revisions in git: drafts and proposals on branches, published revisions as tags and as content of
//! the main branch, who did what in the commit messages (porch §5). A [`Repository`] reads and writes that layout in a
//! repository of this machine or behind a URL, so that a laptop and a Porch server can work on the same one.
//!
//! Git itself is the program `git`: it has the user's credentials and transports, and writes the bytes everybody writes.
//! It is called without prompts, hooks and transports that run programs; see [`Git`].
//!
//! Nothing is changed but by one transaction of references with the values they had when they were read. Who comes
//! second gets [`RepositoryError::Conflict`], or is asked for the content again: [`Repository::update`].
//!
//! ```no_run
//! use porchlight_repository::{Git, Mirrors, Repository, Selector, Settings};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let git = Git::find("git")?;
//! let mut repository = Repository::open(git, "blueprints.git", Settings::default(), &Mirrors::none())?;
//! let selector: Selector = "edge/upf@v2".parse()?;
//! let revision = repository.find(&selector)?;
//! let contents = repository.contents(&revision)?;
//! contents.write_to("upf".as_ref())?;
//! # Ok(())
//! # }
//! ```

mod contents;
mod error;
mod git;
mod kptfile;
mod layout;
mod repository;
mod revision;

pub use contents::{Contents, ContentsError, FetchedRevision, METADATA_FILE, MergeConflict};
pub use error::RepositoryError;
pub use git::{Git, GitError, ObjectId};
pub use kptfile::{Condition, Kptfile, Lock, Upstream, new_package};
pub use layout::{CloneTask, EditTask, GitPackage, InitTask, Layout, Reference, RevisionRef, Task, Trailer};
pub use layout::{NameError, PackagePath, UpstreamPackage};
pub use repository::{Details, Filter, Mirrors, Repository, Settings, Signature, UpdateError, Updated};
pub use revision::{Lifecycle, NotAllowed, PackageRevision, Selector, Step};
