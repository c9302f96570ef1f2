//! Package revisions.

mod lifecycle;
mod selector;

use serde::Serialize;

pub use lifecycle::{Lifecycle, NotAllowed, Step};
pub use selector::Selector;

use crate::git::ObjectId;
use crate::layout::PackagePath;

/// A revision of a package, as its reference and its commit tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageRevision {
    /// Name of the object that Porch makes of it.
    pub name: String,
    /// The package.
    pub package: PackagePath,
    /// Its workspace: with the package, what it is known by.
    pub workspace: String,
    /// 1 and more where it is published, 0 for drafts and proposals, -1 for what the main branch holds and for tags
    /// that are no numbers (porch §5.2).
    pub revision: i64,
    /// Where it is on its way.
    pub lifecycle: Lifecycle,
    /// True for the highest published revision of the package.
    pub latest: bool,
    /// Full name of the branch or tag.
    pub reference: String,
    /// The commit.
    pub commit: ObjectId,
    /// The tree of the package.
    pub tree: ObjectId,
    /// Mail address of who wrote the commit: the publisher, where it is published. Empty for the main branch.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub author: String,
    /// When the commit was written, in seconds since 1970; 0 for the main branch.
    #[serde(skip_serializing_if = "is_zero")]
    pub time: i64,
    /// What a deletion of it removes beside its own reference: the branch that proposes it, as it is.
    #[serde(skip)]
    pub(crate) deletion: Option<ObjectId>,
    /// What its reference holds, where that is an annotated tag.
    #[serde(skip)]
    pub(crate) target: ObjectId,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl PackageRevision {
    /// Name for people: `edge/upf@v1`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}@{}", self.package, self.workspace)
    }

    /// True for what the main branch holds, whatever its revision is.
    #[must_use]
    pub fn is_placeholder(&self) -> bool {
        self.revision == -1 && self.reference.starts_with("refs/heads/")
    }
}
