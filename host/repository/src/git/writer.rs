//! Writing objects. None of them can be seen until a reference leads to it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::tree::Entry;
use super::{Git, GitError, ObjectId};

impl Git {
    /// Writes blobs and gives their ids, in the same order.
    pub(crate) fn write_blobs<'a>(
        &self,
        directory: &Path,
        blobs: impl Iterator<Item = &'a [u8]>,
    ) -> Result<Vec<ObjectId>, GitError> {
        let mut input = Vec::new();
        let mut count = 0;
        for bytes in blobs {
            count += 1;
            input.extend_from_slice(format!("blob\nmark :{count}\ndata {}\n", bytes.len()).as_bytes());
            input.extend_from_slice(bytes);
            input.extend_from_slice(format!("\nget-mark :{count}\n").as_bytes());
        }
        if count == 0 {
            return Ok(Vec::new());
        }
        let mut command = self.on(directory, "fast-import");
        command.arg("--quiet");
        let answer = self.finish("fast-import", command, &input)?;
        let ids = String::from_utf8_lossy(&answer).lines().map(ObjectId::parse).collect::<Option<Vec<_>>>();
        ids.filter(|ids| ids.len() == count)
            .ok_or_else(|| GitError::answer("fast-import", "other than the ids asked for"))
    }

    /// Writes a commit with exactly these bytes.
    pub(crate) fn write_commit(&self, directory: &Path, bytes: &[u8]) -> Result<ObjectId, GitError> {
        let mut command = self.on(directory, "hash-object");
        command.args(["-t", "commit", "-w", "--stdin"]);
        let answer = self.finish("hash-object", command, bytes)?;
        let id = String::from_utf8_lossy(&answer);
        ObjectId::parse(id.trim()).ok_or_else(|| GitError::answer("hash-object", id))
    }
}

/// A running `git mktree --batch`.
#[derive(Debug)]
pub(crate) struct TreeWriter {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl TreeWriter {
    pub(crate) fn start(git: &Git, directory: &Path) -> Result<Self, GitError> {
        let mut command = git.on(directory, "mktree");
        command.args(["-z", "--batch"]).stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = git.start(&mut command)?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(GitError::answer("mktree", "no pipes"));
        };
        Ok(Self { child, stdin: Some(stdin), stdout: BufReader::new(stdout) })
    }

    /// Writes a tree; its objects have to be there.
    pub(crate) fn write(&mut self, entries: &[Entry]) -> Result<ObjectId, GitError> {
        let mut input = Vec::new();
        for entry in entries {
            input.extend_from_slice(format!("{} {}\t", entry.mode.words(), entry.id).as_bytes());
            input.extend_from_slice(&entry.name);
            input.push(0);
        }
        input.push(0);
        let failed = |error: std::io::Error| GitError::io("mktree", &error);
        let Some(stdin) = self.stdin.as_mut() else { return Err(GitError::answer("mktree", "it has ended")) };
        stdin.write_all(&input).and_then(|()| stdin.flush()).map_err(failed)?;
        let mut line = String::new();
        self.stdout.read_line(&mut line).map_err(failed)?;
        ObjectId::parse(line.trim_end()).ok_or_else(|| GitError::answer("mktree", "no id of a tree"))
    }
}

impl Drop for TreeWriter {
    fn drop(&mut self) {
        self.stdin = None;
        drop(self.child.wait());
    }
}
