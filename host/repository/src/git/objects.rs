//! Reading objects, through one `git cat-file --batch` that lives as long as its reader.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::{Git, GitError, ObjectId};

const COMMAND: &str = "cat-file";

/// Commits larger than this are no commits of packages.
const LARGEST_COMMIT: u64 = 1 << 20;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
}

/// An object.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) id: ObjectId,
    pub(crate) kind: Kind,
    pub(crate) bytes: Vec<u8>,
}

/// What this crate needs of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) tree: ObjectId,
    /// Mail address of the author.
    pub(crate) email: String,
    /// When it was written, in seconds since 1970.
    pub(crate) seconds: i64,
    pub(crate) message: String,
}

/// A running `git cat-file --batch`. Memory is that of the object asked for.
#[derive(Debug)]
pub(crate) struct ObjectReader {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl ObjectReader {
    pub(crate) fn start(git: &Git, directory: &Path) -> Result<Self, GitError> {
        let mut command = git.on(directory, COMMAND);
        command.arg("--batch").stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = git.start(&mut command)?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(GitError::answer(COMMAND, "no pipes"));
        };
        Ok(Self { child, stdin: Some(stdin), stdout: BufReader::new(stdout) })
    }

    /// The object with this name, an id or `<commit>:<path>`; none where there is no such.
    ///
    /// # Errors
    /// It has more than `limit` bytes; git fails.
    pub(crate) fn read(&mut self, name: &str, limit: u64) -> Result<Option<Object>, GitError> {
        if name.contains('\n') {
            return Ok(None);
        }
        let failed = |error: io::Error| GitError::io(COMMAND, &error);
        let Some(stdin) = self.stdin.as_mut() else { return Ok(None) };
        stdin.write_all(name.as_bytes()).and_then(|()| stdin.write_all(b"\n")).map_err(failed)?;
        stdin.flush().map_err(failed)?;
        let mut line = String::new();
        if self.stdout.read_line(&mut line).map_err(failed)? == 0 {
            return Err(GitError::answer(COMMAND, "it ended early"));
        }
        let line = line.trim_end_matches('\n');
        let rest = line.strip_prefix(name).unwrap_or(line);
        if matches!(rest, " missing" | " ambiguous") {
            return Ok(None);
        }
        let strange = || GitError::answer(COMMAND, line.to_owned());
        let mut words = line.split(' ');
        let id = words.next().and_then(ObjectId::parse).ok_or_else(strange)?;
        let kind = match words.next() {
            Some("blob") => Kind::Blob,
            Some("tree") => Kind::Tree,
            Some("commit") => Kind::Commit,
            Some("tag") => Kind::Tag,
            _ => return Err(strange()),
        };
        let size: u64 = words.next().and_then(|size| size.parse().ok()).ok_or_else(strange)?;
        if size > limit {
            io::copy(&mut self.stdout.by_ref().take(size + 1), &mut io::sink()).map_err(failed)?;
            return Err(GitError::TooLarge { id: id.to_string(), size, limit });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
        self.stdout.by_ref().take(size + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.pop() != Some(b'\n') {
            return Err(GitError::answer(COMMAND, "an object was cut off"));
        }
        Ok(Some(Object { id, kind, bytes }))
    }

    /// An object that has to be of this kind; none where it is another or missing.
    pub(crate) fn of_kind(&mut self, name: &str, kind: Kind, limit: u64) -> Result<Option<Object>, GitError> {
        Ok(self.read(name, limit)?.filter(|object| object.kind == kind))
    }

    /// A commit.
    pub(crate) fn commit(&mut self, id: &ObjectId) -> Result<Option<Commit>, GitError> {
        let object = self.of_kind(id.as_str(), Kind::Commit, LARGEST_COMMIT)?;
        object.map(|object| Commit::parse(&object.bytes)).transpose()
    }
}

impl Drop for ObjectReader {
    fn drop(&mut self) {
        // Its input ends, so it does; nothing is left to be told to.
        self.stdin = None;
        drop(self.child.wait());
    }
}

impl Commit {
    fn parse(bytes: &[u8]) -> Result<Self, GitError> {
        let text = String::from_utf8_lossy(bytes);
        let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let tree = field("tree").and_then(ObjectId::parse);
        let tree = tree.ok_or_else(|| GitError::answer(COMMAND, "a commit without a tree"))?;
        let author = field("author").unwrap_or_default();
        let (person, time) = author.rsplit_once("> ").unwrap_or((author, ""));
        let email = person.rsplit_once('<').map_or("", |(_, email)| email).to_owned();
        let seconds = time.split(' ').next().and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
        Ok(Self { tree, email, seconds, message: message.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_read() {
        let text = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent 7\nauthor A <B> C <a@b.example> 1700000000 +0100\ncommitter P <p> 1 +0000\n\nfirst\n\nkpt:{}\n";
        let commit = Commit::parse(text.as_bytes()).unwrap();
        assert_eq!((commit.email.as_str(), commit.seconds), ("a@b.example", 1_700_000_000));
        assert_eq!(commit.message, "first\n\nkpt:{}\n");
        assert!(Commit::parse(b"author x\n\n").is_err());
    }
}
