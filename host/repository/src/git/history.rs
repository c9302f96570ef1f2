//! Walking a history, as a stream.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use super::{Git, GitError, ObjectId};

impl Git {
    /// The first thing that `find` finds in the messages of a commit and those before it, newest first.
    pub(crate) fn find_in_history<T>(
        &self,
        directory: &Path,
        commit: &ObjectId,
        mut find: impl FnMut(&str) -> Option<T>,
    ) -> Result<Option<T>, GitError> {
        const COMMAND: &str = "log";
        let mut command = self.on(directory, COMMAND);
        // `kpt:` is in every message that tells something.
        command.args(["-z", "--format=%B", "--no-color", "--no-show-signature", "--no-mailmap", "--grep=kpt:"]);
        command.args([commit.as_str(), "--"]).stderr(Stdio::null());
        let mut child = self.start(&mut command)?;
        let mut found = None;
        if let Some(stdout) = child.stdout.take() {
            for message in BufReader::new(stdout).split(0) {
                let message = message.map_err(|error| GitError::io(COMMAND, &error))?;
                found = find(&String::from_utf8_lossy(&message));
                if found.is_some() {
                    break;
                }
            }
        }
        // It may have more to say; with nobody listening it ends, whatever its exit code.
        drop(child.kill());
        let status = child.wait().map_err(|error| GitError::io(COMMAND, &error))?;
        if found.is_none() && status.code().is_some_and(|code| code != 0) {
            return Err(GitError::Failed { command: COMMAND.to_owned(), detail: status.to_string() });
        }
        Ok(found)
    }
}
