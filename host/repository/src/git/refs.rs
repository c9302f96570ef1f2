//! References: reading them, and changing several at once.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use super::{Git, GitError, ObjectId, told};

/// How often a change is tried while others hold locks. Git itself waits for two seconds each time.
const ATTEMPTS: u32 = 4;

/// A reference to a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ref {
    /// Full name, like `refs/heads/main`.
    pub(crate) name: String,
    /// The commit, also where an annotated tag stands between.
    pub(crate) commit: ObjectId,
    /// What the reference itself holds.
    pub(crate) target: ObjectId,
}

/// One reference in a transaction: from what it was when it was read to what it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefChange {
    pub(crate) name: String,
    /// None: it must not exist.
    pub(crate) old: Option<ObjectId>,
    /// None: it is deleted.
    pub(crate) new: Option<ObjectId>,
}

/// Why references did not change. None of them did.
#[derive(Debug)]
pub(crate) enum RefsError {
    /// One is not what it was: its name, what it was to be and what it is.
    Moved {
        name: String,
        expected: Option<ObjectId>,
        found: Option<ObjectId>,
    },
    Git(GitError),
}

impl From<GitError> for RefsError {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

impl Git {
    /// The references at or below `patterns` that lead to commits, in order of their names; all where there are none.
    pub(crate) fn refs(&self, directory: &Path, patterns: &[String]) -> Result<Vec<Ref>, GitError> {
        const COMMAND: &str = "for-each-ref";
        let mut command = self.on(directory, COMMAND);
        command.arg("--format=%(objectname) %(objecttype) %(*objectname) %(*objecttype) %(refname)");
        command.arg("--").args(patterns).stderr(Stdio::piped());
        let mut child = self.start(&mut command)?;
        let mut found = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            for line in BufReader::new(stdout).split(b'\n') {
                let line = line.map_err(|error| GitError::io(COMMAND, &error))?;
                // A name that is no UTF-8 is none that Porch gives.
                let Ok(line) = String::from_utf8(line) else { continue };
                found.extend(reference(&line));
            }
        }
        let mut stderr = Vec::new();
        if let Some(mut pipe) = child.stderr.take() {
            drop(pipe.read_to_end(&mut stderr));
        }
        let status = child.wait().map_err(|error| GitError::io(COMMAND, &error))?;
        if status.success() {
            return Ok(found);
        }
        Err(GitError::Failed { command: COMMAND.to_owned(), detail: told(&stderr, &status.to_string()) })
    }

    /// Changes references of a repository of this machine: all, or none.
    pub(crate) fn update_refs(&self, directory: &Path, changes: &[RefChange]) -> Result<(), RefsError> {
        let mut attempt = 1;
        loop {
            let mut command = self.on(directory, "update-ref");
            command.args(["--no-deref", "-z", "--stdin"]);
            let Err(error) = self.finish("update-ref", command, &transaction(changes)) else { return Ok(()) };
            let names: Vec<String> = changes.iter().map(|change| change.name.clone()).collect();
            let now = self.refs(directory, &names)?;
            if let Some(moved) = moved(changes, &now) {
                return Err(moved);
            }
            if attempt == ATTEMPTS {
                return Err(RefsError::Git(error));
            }
            // Nothing moved, so somebody held a lock: perhaps one who is about to give up.
            thread::sleep(Duration::from_millis(20) * attempt);
            attempt += 1;
        }
    }
}

/// The first reference that is not what a change expects.
pub(super) fn moved(changes: &[RefChange], now: &[Ref]) -> Option<RefsError> {
    changes.iter().find_map(|change| {
        let found = now.iter().find(|reference| reference.name == change.name).map(|reference| &reference.target);
        (found != change.old.as_ref()).then(|| RefsError::Moved {
            name: change.name.clone(),
            expected: change.old.clone(),
            found: found.cloned(),
        })
    })
}

/// Input of `git update-ref --stdin -z`.
fn transaction(changes: &[RefChange]) -> Vec<u8> {
    let mut input = String::new();
    for RefChange { name, old, new } in changes {
        input.push_str(&match (old, new) {
            (None, Some(new)) => format!("create {name}\0{new}\0"),
            (Some(old), Some(new)) => format!("update {name}\0{new}\0{old}\0"),
            (Some(old), None) => format!("delete {name}\0{old}\0"),
            (None, None) => continue,
        });
    }
    input.into_bytes()
}

fn reference(line: &str) -> Option<Ref> {
    let mut words = line.splitn(5, ' ');
    let (target, kind) = (words.next()?, words.next()?);
    let (peeled, peeled_kind) = (words.next()?, words.next()?);
    let name = words.next()?.to_owned();
    let target = ObjectId::parse(target)?;
    let commit = match (kind, peeled_kind) {
        ("commit", _) => target.clone(),
        ("tag", "commit") => ObjectId::parse(peeled)?,
        _ => return None,
    };
    Some(Ref { name, commit, target })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_references_to_commits_count() {
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let plain = reference(&format!("{a} commit   refs/heads/main")).unwrap();
        assert_eq!((plain.name.as_str(), plain.commit.as_str()), ("refs/heads/main", a.as_str()));
        let tag = reference(&format!("{a} tag {b} commit refs/tags/x/v1")).unwrap();
        assert_eq!((tag.commit.as_str(), tag.target.as_str()), (b.as_str(), a.as_str()));
        assert_eq!(reference(&format!("{a} blob   refs/tags/x")), None);
    }
}
