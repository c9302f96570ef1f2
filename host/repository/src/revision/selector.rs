//! How people name package revisions.

use std::fmt;
use std::str::FromStr;

use super::PackageRevision;
use crate::layout::{NameError, PackagePath};

/// `PACKAGE@WORKSPACE`, `PACKAGE@v<revision>`, or only `PACKAGE`: its latest published revision.
///
/// Where one revision has the workspace `v2` and another one is the second, the workspace is meant: it is what Porch
/// names revisions by. `PACKAGE@revision:2` says the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// The package.
    pub package: PackagePath,
    which: Which,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    Latest,
    Named(String),
    Revision(i64),
}

impl Selector {
    /// The revision with this workspace.
    #[must_use]
    pub fn workspace(package: PackagePath, workspace: &str) -> Self {
        Self { package, which: Which::Named(workspace.to_owned()) }
    }

    /// The one that is meant, among revisions of the package.
    #[must_use]
    pub fn choose<'a>(&self, revisions: &'a [PackageRevision]) -> Option<&'a PackageRevision> {
        let number = |wanted: i64| revisions.iter().find(|revision| revision.revision == wanted && wanted > 0);
        match &self.which {
            Which::Latest => revisions.iter().find(|revision| revision.latest),
            Which::Revision(wanted) => number(*wanted),
            Which::Named(text) => {
                // A proposal that was cut off between two pushes leaves its draft behind; the later stage counts.
                let named = revisions.iter().filter(|revision| revision.workspace == *text);
                named.max_by_key(|revision| revision.lifecycle).or_else(|| {
                    let digits = text.strip_prefix('v')?;
                    number(digits.parse().ok()?)
                })
            }
        }
    }
}

impl FromStr for Selector {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let (path, which) = match text.split_once('@') {
            None => (text, Which::Latest),
            Some((path, which)) => {
                let wrong = |reason: &str| NameError::new("package revision", text, reason);
                let which = match which.strip_prefix("revision:") {
                    Some(number) => Which::Revision(
                        number.parse().map_err(|_| wrong("`revision:` takes a number, like `revision:2`"))?,
                    ),
                    None if which.is_empty() || which.contains('/') => {
                        return Err(wrong("write it as PACKAGE@WORKSPACE or PACKAGE@v<revision>"));
                    }
                    None => Which::Named(which.to_owned()),
                };
                (path, which)
            }
        };
        let package = PackagePath::existing(path.trim_matches('/'));
        let package = package.ok_or_else(|| NameError::new("package", path, "it is no path of a package"))?;
        Ok(Self { package, which })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.which {
            Which::Latest => write!(out, "{}", self.package),
            Which::Named(name) => write!(out, "{}@{name}", self.package),
            Which::Revision(number) => write!(out, "{}@revision:{number}", self.package),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::ObjectId;
    use crate::revision::Lifecycle;

    fn revision(workspace: &str, revision: i64, lifecycle: Lifecycle) -> PackageRevision {
        let id = ObjectId::parse(&"a".repeat(40)).unwrap();
        PackageRevision {
            name: String::new(),
            package: PackagePath::new("upf").unwrap(),
            workspace: workspace.to_owned(),
            revision,
            lifecycle,
            latest: revision == 2,
            reference: String::new(),
            commit: id.clone(),
            tree: id.clone(),
            author: String::new(),
            time: 0,
            deletion: None,
            target: id,
        }
    }

    #[test]
    fn the_workspace_comes_before_the_number() {
        let all = [
            revision("first", 1, Lifecycle::Published),
            revision("fix", 2, Lifecycle::Published),
            revision("v2", 0, Lifecycle::Draft),
            revision("v2", 0, Lifecycle::Proposed),
        ];
        let chosen =
            |text: &str| text.parse::<Selector>().unwrap().choose(&all).map(|found| (found.revision, found.lifecycle));
        assert_eq!(chosen("upf"), Some((2, Lifecycle::Published)));
        assert_eq!(chosen("upf@v1"), Some((1, Lifecycle::Published)));
        assert_eq!(chosen("upf@v2"), Some((0, Lifecycle::Proposed)));
        assert_eq!(chosen("upf@revision:2"), Some((2, Lifecycle::Published)));
        assert_eq!(chosen("upf@v9"), None);
        for text in ["edge/upf", "upf@w", "upf@revision:2"] {
            assert_eq!(text.parse::<Selector>().unwrap().to_string(), text);
        }
        for bad in ["", "@v1", "upf@", "upf@a/b", "upf@revision:x", "../upf", "-x"] {
            assert!(bad.parse::<Selector>().is_err(), "{bad}");
        }
    }
}
