//! Where Porch keeps what in a git repository (porch §5.1, §5.3).

mod name;
mod signature;
mod task;
mod trailer;

pub use name::{NameError, PackagePath};
pub(crate) use name::{check_object_name, check_workspace, unsafe_component};
pub use signature::Signature;
pub(crate) use signature::commit_bytes;
pub use task::{CloneTask, EditTask, GitPackage, InitTask, RevisionRef, Task, UpstreamPackage};
pub use trailer::Trailer;
pub(crate) use trailer::{approval_message, deletion_message, draft_message};

const HEADS: &str = "refs/heads/";
const TAGS: &str = "refs/tags/";
const DRAFTS: &str = "refs/heads/drafts/";
const PROPOSED: &str = "refs/heads/proposed/";
const DELETIONS: &str = "refs/heads/deletionProposed/";

/// The part of a Porch `Repository` object that says where packages are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// `spec.git.branch`: what is published, without `refs/heads/`.
    pub branch: String,
    /// `spec.git.directory` without slashes around it: only packages below it count; "" is the whole repository.
    pub directory: String,
}

impl Default for Layout {
    fn default() -> Self {
        Self { branch: "main".to_owned(), directory: String::new() }
    }
}

/// What a reference means to Porch. Paths are full: they start at the root of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// The branch with the latest published content of all packages.
    Main,
    /// Path and workspace.
    Draft(String, String),
    /// Path and workspace.
    Proposed(String, String),
    /// Path and `v<revision>`, or a workspace where there is no revision.
    DeletionProposed(String, String),
    /// Path and version.
    Tag(String, String),
}

impl Layout {
    /// The layout for a branch and a directory as a `Repository` object writes them.
    ///
    /// # Errors
    /// The branch is none git allows, or a name Porch uses itself; the directory is no clean path.
    pub fn new(branch: &str, directory: &str) -> Result<Self, NameError> {
        let reserved = ["drafts", "proposed", "deletionProposed"];
        if reserved.contains(&branch.split('/').next().unwrap_or_default()) {
            return Err(NameError::new("branch", branch, "Porch keeps its own branches there"));
        }
        name::check_branch(branch)?;
        let directory = directory.trim_matches('/');
        if !directory.is_empty() {
            name::check_components("directory", directory)?;
        }
        Ok(Self { branch: branch.to_owned(), directory: directory.to_owned() })
    }

    /// Path of a package from the root of the repository.
    #[must_use]
    pub fn full_path(&self, package: &PackagePath) -> String {
        if self.directory.is_empty() { package.to_string() } else { format!("{}/{package}", self.directory) }
    }

    /// The package with this full path; none outside of the directory.
    #[must_use]
    pub fn package(&self, full_path: &str) -> Option<PackagePath> {
        let path = match self.directory.as_str() {
            "" => full_path,
            directory => full_path.strip_prefix(directory)?.strip_prefix('/')?,
        };
        PackagePath::existing(path)
    }

    /// Full name of the main branch.
    #[must_use]
    pub fn main(&self) -> String {
        format!("{HEADS}{}", self.branch)
    }

    /// Full name of a draft's branch.
    #[must_use]
    pub fn draft(&self, package: &PackagePath, workspace: &str) -> String {
        format!("{DRAFTS}{}/{workspace}", self.full_path(package))
    }

    /// Full name of a proposal's branch.
    #[must_use]
    pub fn proposed(&self, package: &PackagePath, workspace: &str) -> String {
        format!("{PROPOSED}{}/{workspace}", self.full_path(package))
    }

    /// Full name of the branch that marks a published revision for deletion.
    #[must_use]
    pub fn deletion_proposed(&self, package: &PackagePath, revision: i64, workspace: &str) -> String {
        format!("{DELETIONS}{}/{}", self.full_path(package), version(revision, workspace))
    }

    /// Full name of the tag of a published revision.
    #[must_use]
    pub fn tag(&self, package: &PackagePath, revision: i64, workspace: &str) -> String {
        format!("{TAGS}{}/{}", self.full_path(package), version(revision, workspace))
    }

    /// Everything below which Porch keeps references of a package.
    pub(crate) fn folders(full_path: &str) -> impl Iterator<Item = String> + '_ {
        [DRAFTS, PROPOSED, DELETIONS, TAGS].into_iter().map(move |start| format!("{start}{full_path}/"))
    }

    /// What a reference means; none where Porch does not look at it.
    #[must_use]
    pub fn meaning(&self, reference: &str) -> Option<Reference> {
        let parts = |rest: &str| {
            let (path, last) = rest.rsplit_once('/')?;
            (!path.is_empty()).then(|| (path.to_owned(), last.to_owned()))
        };
        if reference == self.main() {
            return Some(Reference::Main);
        }
        if let Some(rest) = reference.strip_prefix(DRAFTS) {
            return parts(rest).map(|(path, last)| Reference::Draft(path, last));
        }
        if let Some(rest) = reference.strip_prefix(PROPOSED) {
            return parts(rest).map(|(path, last)| Reference::Proposed(path, last));
        }
        if let Some(rest) = reference.strip_prefix(DELETIONS) {
            return parts(rest).map(|(path, last)| Reference::DeletionProposed(path, last));
        }
        parts(reference.strip_prefix(TAGS)?).map(|(path, last)| Reference::Tag(path, last))
    }

    /// A reference as locks name it: without `refs/heads/` or `refs/tags/`.
    #[must_use]
    pub fn short(reference: &str) -> &str {
        reference.strip_prefix(HEADS).or_else(|| reference.strip_prefix(TAGS)).unwrap_or(reference)
    }
}

fn version(revision: i64, workspace: &str) -> String {
    if revision > 0 { format!("v{revision}") } else { workspace.to_owned() }
}

/// The number of a version, `v3` or `3`; -1 for another text (porch §5.2).
pub(crate) fn revision_number(version: &str) -> i64 {
    version.strip_prefix('v').unwrap_or(version).parse().unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_their_meaning() {
        let layout = Layout::new("main", "/blueprints/").unwrap();
        let package = PackagePath::new("edge/upf").unwrap();
        let full = "blueprints/edge/upf".to_owned();
        assert_eq!(layout.draft(&package, "w1"), "refs/heads/drafts/blueprints/edge/upf/w1");
        assert_eq!(layout.tag(&package, 3, "w1"), "refs/tags/blueprints/edge/upf/v3");
        assert_eq!(
            layout.deletion_proposed(&package, -1, "main"),
            "refs/heads/deletionProposed/blueprints/edge/upf/main"
        );
        assert_eq!(
            layout.meaning(&layout.proposed(&package, "w1")),
            Some(Reference::Proposed(full.clone(), "w1".to_owned()))
        );
        assert_eq!(layout.meaning(&layout.tag(&package, 3, "")), Some(Reference::Tag(full.clone(), "v3".to_owned())));
        assert_eq!(layout.meaning("refs/heads/main"), Some(Reference::Main));
        assert_eq!(layout.meaning("refs/tags/v1"), None);
        assert_eq!(layout.meaning("refs/heads/feature/x"), None);
        assert_eq!(layout.meaning("refs/heads/drafts/x"), None);
        assert_eq!(layout.package(&full), Some(package));
        assert_eq!(layout.package("blueprints2/upf"), None);
        assert_eq!(Layout::short("refs/tags/a/v1"), "a/v1");
    }

    #[test]
    fn branches_and_directories_that_cannot_be() {
        for (branch, directory) in
            [("drafts/x", ""), ("-x", ""), ("a..b", ""), ("", ""), ("a b", ""), ("main", "../x"), ("main", "a//b")]
        {
            assert!(Layout::new(branch, directory).is_err(), "{branch} {directory}");
        }
        assert_eq!(Layout::new("release/1.0", "/").unwrap().directory, "");
    }

    proptest::proptest! {
        #[test]
        fn every_name_means_what_it_was_made_for(
            path in "[a-z][a-z0-9]{0,5}(/[a-z][a-z0-9]{0,5}){0,3}",
            workspace in "[a-z][a-z0-9-]{0,5}[a-z0-9]",
            directory in "([a-z]{1,5}(/[a-z]{1,5})?)?",
            number in 1_i64..1000,
        ) {
            let layout = Layout::new("main", &directory).unwrap();
            let package = PackagePath::new(&path).unwrap();
            let full = layout.full_path(&package);
            proptest::prop_assert_eq!(layout.package(&full), Some(package.clone()));
            let (draft, tag) = (layout.draft(&package, &workspace), layout.tag(&package, number, &workspace));
            let mark = layout.deletion_proposed(&package, number, &workspace);
            proptest::prop_assert_eq!(layout.meaning(&draft), Some(Reference::Draft(full.clone(), workspace)));
            proptest::prop_assert_eq!(layout.meaning(&mark), Some(Reference::DeletionProposed(full.clone(), format!("v{number}"))));
            let Some(Reference::Tag(path, version)) = layout.meaning(&tag) else { panic!("{tag}") };
            proptest::prop_assert_eq!((path, revision_number(&version)), (full, number));
        }
    }

    #[test]
    fn numbers_of_versions() {
        for (version, number) in [("v1", 1), ("12", 12), ("main", -1), ("v", -1), ("v1.2", -1)] {
            assert_eq!(revision_number(version), number, "{version}");
        }
    }
}
