//! Package revisions, wherever they are kept.

mod folder;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Fault;

pub use folder::Folder;

/// The files of a package: path relative to it, `/`-separated, and bytes.
pub type Files = BTreeMap<String, Arc<[u8]>>;

/// Label of the newest published revision of a package, value `true`; also what expressions see of the upstream.
pub(crate) const LATEST_LABEL: &str = "kpt.dev/latest-revision";

/// Workspace of the content of a main branch that is called `main`, as most are.
pub(crate) const MAIN: &str = "main";

/// Where package revisions come from: a folder, a git repository.
pub trait Repository: Sync {
    /// Every revision of every package.
    fn revisions(&self) -> &[PackageRevision];

    /// The files of one of its revisions.
    ///
    /// # Errors
    /// A file that cannot be read.
    fn files(&self, revision: &PackageRevision) -> Result<Files, Fault>;
}

/// A package revision, without its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageRevision {
    /// Package with its path in the repository.
    pub package: String,
    /// Workspace, unique per package.
    pub workspace: String,
    /// 0 a draft, from 1 published, -1 the content of the main branch or a tag without number.
    pub revision: i32,
    /// How far it has come.
    pub lifecycle: Lifecycle,
    /// Labels of the object that stands for it in a cluster.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// Ref and commit in git, where they are known; else the ref that Porch would have given it is assumed.
    pub lock: Option<Lock>,
}

/// How far a package revision has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lifecycle {
    /// Open to changes.
    #[default]
    Draft,
    /// Waits for approval.
    Proposed,
    /// Fixed.
    Published,
    /// Fixed, and to be deleted.
    DeletionProposed,
}

impl Lifecycle {
    /// True for what Porch counts as published.
    #[must_use]
    pub fn is_published(self) -> bool {
        matches!(self, Self::Published | Self::DeletionProposed)
    }
}

/// Where a revision is in git (porch §5.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// Short name: the tag `pkg/v2`, the branch `drafts/pkg/workspace` or the main branch.
    pub reference: String,
    /// Commit; "" where it is not known.
    pub commit: String,
}

impl PackageRevision {
    /// Name of the object that stands for it in a cluster (porch §3.1).
    #[must_use]
    pub fn object_name(&self, repository: &str) -> String {
        format!("{repository}.{}.{}", self.package.replace('/', "."), self.workspace)
    }

    /// True for the content of a main branch, which Porch shows as a revision.
    #[must_use]
    pub fn is_placeholder(&self) -> bool {
        self.revision == -1
    }
}

/// Sorts revisions as a cluster lists them, and labels the newest one of each package.
pub fn complete(revisions: &mut [PackageRevision]) {
    // The repository is the same for all, so any name will do.
    revisions.sort_by_cached_key(|revision| revision.object_name(""));
    let mut newest: BTreeMap<String, i32> = BTreeMap::new();
    for revision in revisions.iter().filter(|revision| revision.revision > 0 && revision.lifecycle.is_published()) {
        let highest = newest.entry(revision.package.clone()).or_default();
        *highest = revision.revision.max(*highest);
    }
    for revision in revisions {
        if revision.revision > 0 && newest.get(&revision.package) == Some(&revision.revision) {
            revision.labels.insert(LATEST_LABEL.to_owned(), "true".to_owned());
        }
    }
}
