//! Where packages were taken from.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use porchlight_krm::Resource;
use porchlight_package::{KPTFILE, PackageTree};
use porchlight_yaml::parse_first;
use serde::Deserialize;

/// `upstreamLock.git` of a Kptfile: what `kpt pkg get` or Porch really took.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct GitLock {
    /// URL of the repository.
    pub(crate) repo: String,
    /// Directory in it.
    pub(crate) directory: String,
    /// Branch or tag.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// Commit, in hex.
    pub(crate) commit: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Kptfile {
    #[serde(rename = "upstreamLock")]
    upstream_lock: UpstreamLock,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct UpstreamLock {
    git: GitLock,
}

/// The locks of all packages of the tree, by path of the package from the root ("." is the root itself).
///
/// Kptfiles were checked when the tree was opened; one that is gone since has no lock.
pub(crate) fn locks(tree: &PackageTree) -> BTreeMap<String, GitLock> {
    let directories = tree.depth_first().into_iter().map(|id| tree.package(id).directory().to_owned());
    directories
        .filter_map(|directory| {
            let path = directory.strip_prefix(tree.root()).unwrap_or(&directory).display().to_string();
            let lock = lock(&directory).filter(|lock| !lock.repo.is_empty())?;
            Some((if path.is_empty() { ".".to_owned() } else { path }, lock))
        })
        .collect()
}

fn lock(directory: &Path) -> Option<GitLock> {
    let text = fs::read_to_string(directory.join(KPTFILE)).ok()?;
    let document = parse_first(Arc::from(text)).ok()??;
    let kptfile: Kptfile = Resource::from_document(document).ok()?.deserialize().ok()?;
    Some(kptfile.upstream_lock.git)
}

impl GitLock {
    /// The place as SPDX and in-toto write it: `git+<repository>@<commit>#<directory>`.
    pub(crate) fn uri(&self) -> String {
        let start = if self.repo.starts_with("git+") { "" } else { "git+" };
        let revision = if self.commit.is_empty() { &self.reference } else { &self.commit };
        let at = if revision.is_empty() { "" } else { "@" };
        let directory = self.directory.trim_matches('/');
        let part = if matches!(directory, "" | ".") { String::new() } else { format!("#{directory}") };
        format!("{start}{}{at}{revision}{part}", self.repo)
    }

    /// The commit, where it is one in full: 40 (SHA-1) or 64 (SHA-256) hex digits.
    pub(crate) fn git_commit(&self) -> Option<&str> {
        let whole = matches!(self.commit.len(), 40 | 64) && self.commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        whole.then_some(self.commit.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_locks() {
        let mut lock = GitLock {
            repo: "https://example.com/catalog.git".to_owned(),
            directory: "/nf/upf".to_owned(),
            reference: "v1".to_owned(),
            commit: String::new(),
        };
        assert_eq!(lock.uri(), "git+https://example.com/catalog.git@v1#nf/upf");
        assert_eq!(lock.git_commit(), None);
        lock.commit = "7".repeat(40);
        lock.directory = "/".to_owned();
        assert_eq!(lock.uri(), format!("git+https://example.com/catalog.git@{}", lock.commit));
        assert_eq!(lock.git_commit(), Some(lock.commit.as_str()));
        lock.commit = "main".to_owned();
        assert_eq!(lock.git_commit(), None);
    }
}
