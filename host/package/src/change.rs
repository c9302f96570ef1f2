//! What a render would do to one file.

use std::fmt::Write as _;
use std::sync::Arc;

use similar::TextDiff;

/// Lines of unchanged text around each difference.
const CONTEXT: usize = 3;

/// A file whose bytes a commit makes, changes or takes away. Files that stay as they are have no `Change`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Relative to the root package, `/`-separated.
    pub path: String,
    /// Bytes on disk when the package was read; none where the file did not exist.
    pub old: Option<Arc<[u8]>>,
    /// Bytes to be there; none where the file goes.
    pub new: Option<Arc<[u8]>>,
}

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It did not exist.
    Create,
    /// Its bytes change; its permission bits stay.
    Modify,
    /// It is removed; its directory stays.
    Delete,
}

impl Change {
    /// What happens to the file.
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        match (&self.old, &self.new) {
            (None, _) => ChangeKind::Create,
            (Some(_), Some(_)) => ChangeKind::Modify,
            (Some(_), None) => ChangeKind::Delete,
        }
    }

    /// The change as a unified diff with git's file names (`a/…`, `b/…`, `/dev/null`), three lines of context;
    /// ends in a line end.
    #[must_use]
    pub fn diff(&self) -> String {
        let old = String::from_utf8_lossy(self.old.as_deref().unwrap_or_default());
        let new = String::from_utf8_lossy(self.new.as_deref().unwrap_or_default());
        let before = if self.old.is_some() { format!("a/{}", self.path) } else { "/dev/null".to_owned() };
        let after = if self.new.is_some() { format!("b/{}", self.path) } else { "/dev/null".to_owned() };
        let mut out = format!("diff --git a/{path} b/{path}\n", path = self.path);
        let text = TextDiff::from_lines(old.as_ref(), new.as_ref());
        // Writing to a String cannot fail.
        let _ = write!(out, "{}", text.unified_diff().context_radius(CONTEXT).header(&before, &after));
        out
    }
}

/// The diffs of all changes, in their order.
#[must_use]
pub fn diff(changes: &[Change]) -> String {
    changes.iter().map(Change::diff).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(old: Option<&str>, new: Option<&str>) -> Change {
        Change { path: "a/b.yaml".into(), old: old.map(|t| t.as_bytes().into()), new: new.map(|t| t.as_bytes().into()) }
    }

    #[test]
    fn shows_a_modification() {
        let text = change(Some("1\n2\n3\n4\n5\n"), Some("1\n2\n3\n4\nfive")).diff();
        assert_eq!(
            text,
            "diff --git a/a/b.yaml b/a/b.yaml\n--- a/a/b.yaml\n+++ b/a/b.yaml\n@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n+five\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn names_dev_null_where_a_side_is_missing() {
        assert!(change(None, Some("a\n")).diff().contains("--- /dev/null\n+++ b/a/b.yaml\n@@ -0,0 +1 @@\n+a\n"));
        assert!(change(Some("a\n"), None).diff().contains("--- a/a/b.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"));
        assert_eq!(change(Some("a"), None).kind(), ChangeKind::Delete);
    }
}
