//! Which package revision of the target a variant works on (porch §4.3).

use porchlight_api::porch::AdoptionPolicy;

use crate::store::{Lifecycle, PackageRevision};

/// Start of the names of workspaces that variants make.
pub const WORKSPACE_PREFIX: &str = "packagevariant-";

/// What a variant finds at its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Downstream<'r> {
    /// Nothing of its own: a new package is made.
    Missing,
    /// Drafts and proposed revisions, all of which are kept up to date.
    Drafts(Vec<&'r PackageRevision>),
    /// The newest published revision, as there is no draft.
    Published(&'r PackageRevision),
}

/// Looks for the revisions of the target that a variant works on. `owns` says whether a revision is its own.
pub fn find<'r>(
    package: &str,
    revisions: &'r [PackageRevision],
    policy: AdoptionPolicy,
    mut owns: impl FnMut(&PackageRevision) -> bool,
) -> Downstream<'r> {
    let mut drafts = Vec::new();
    let mut published: Option<&PackageRevision> = None;
    for revision in revisions.iter().filter(|revision| revision.package == package) {
        if policy == AdoptionPolicy::AdoptNone && !owns(revision) {
            continue;
        }
        if !revision.lifecycle.is_published() {
            drafts.push(revision);
        } else if revision.revision > published.map_or(-1, |newest| newest.revision) {
            published = Some(revision);
        }
    }
    match (drafts.is_empty(), published) {
        (false, _) => Downstream::Drafts(drafts),
        (true, Some(newest)) => Downstream::Published(newest),
        (true, None) => Downstream::Missing,
    }
}

/// Name of the next workspace of a package: one more than the highest number there is.
#[must_use]
pub fn next_workspace(package: &str, revisions: &[PackageRevision]) -> String {
    let of_package = revisions.iter().filter(|revision| revision.package == package);
    let numbers = of_package.filter_map(|revision| revision.workspace.strip_prefix(WORKSPACE_PREFIX));
    let highest = numbers.map(|number| number.parse().unwrap_or(0)).fold(0, i64::max);
    format!("{WORKSPACE_PREFIX}{}", highest.saturating_add(1))
}

/// What the deletion of a variant does to one of its revisions (porch §4.3, deletion policy `delete`): the lifecycle it
/// has afterwards, or nothing where it is deleted.
#[must_use]
pub fn after_deletion(lifecycle: Lifecycle) -> Option<Lifecycle> {
    match lifecycle {
        Lifecycle::Draft | Lifecycle::Proposed => None,
        Lifecycle::Published | Lifecycle::DeletionProposed => Some(Lifecycle::DeletionProposed),
    }
}
