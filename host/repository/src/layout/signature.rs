//! Who writes commits, and when (porch §5.3).

use std::time::{SystemTime, UNIX_EPOCH};

use crate::git::ObjectId;

/// Name of Porch as a committer.
const PORCH_NAME: &str = "Package Orchestration Service";
/// Mail address of Porch as a committer.
const PORCH_EMAIL: &str = "porch@kpt.dev";

/// The author of commits; the committer is always Porch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    name: String,
    email: String,
    seconds: Option<i64>,
}

impl Default for Signature {
    fn default() -> Self {
        Self { name: PORCH_NAME.to_owned(), email: PORCH_EMAIL.to_owned(), seconds: None }
    }
}

impl Signature {
    /// The author that `spec.git.author` and `spec.git.email` of a `Repository` ask for: Porch where both are empty, the
    /// mail address in place of a missing name. Characters that git does not allow there are left out.
    #[must_use]
    pub fn of(author: &str, email: &str) -> Self {
        let clean = |text: &str| text.chars().filter(|c| !c.is_control() && !"<>".contains(*c)).collect::<String>();
        let (author, email) = (clean(author.trim()), clean(email.trim()));
        if author.is_empty() && email.is_empty() {
            return Self::default();
        }
        Self { name: if author.is_empty() { email.clone() } else { author }, email, seconds: None }
    }

    /// Commits get this time, in seconds since 1970, in place of the clock's: the same work gives the same commits.
    #[must_use]
    pub fn at(self, seconds: i64) -> Self {
        Self { seconds: Some(seconds), ..self }
    }

    /// Porch itself, at the same time.
    pub(crate) fn as_porch(&self) -> Self {
        Self { seconds: self.seconds, ..Self::default() }
    }

    fn now(&self) -> i64 {
        self.seconds.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        })
    }
}

/// The bytes of a commit object.
pub(crate) fn commit_bytes(tree: &ObjectId, parents: &[&ObjectId], signature: &Signature, message: &str) -> Vec<u8> {
    let seconds = signature.now();
    let mut text = format!("tree {tree}\n");
    for parent in parents {
        text.push_str(&format!("parent {parent}\n"));
    }
    text.push_str(&format!("author {} <{}> {seconds} +0000\n", signature.name, signature.email));
    text.push_str(&format!("committer {PORCH_NAME} <{PORCH_EMAIL}> {seconds} +0000\n\n{message}"));
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors() {
        let tree = ObjectId::parse(&"a".repeat(40)).unwrap();
        let text =
            |signature: Signature| String::from_utf8(commit_bytes(&tree, &[&tree], &signature.at(7), "m\n")).unwrap();
        let a = "a".repeat(40);
        assert_eq!(
            text(Signature::default()),
            format!(
                "tree {a}\nparent {a}\nauthor Package Orchestration Service <porch@kpt.dev> 7 +0000\n\
                 committer Package Orchestration Service <porch@kpt.dev> 7 +0000\n\nm\n"
            )
        );
        assert!(text(Signature::of("", "ann@x.example")).contains("author ann@x.example <ann@x.example> 7"));
        assert!(text(Signature::of("Ann\n<x>", "")).contains("author Annx <> 7"));
    }
}
