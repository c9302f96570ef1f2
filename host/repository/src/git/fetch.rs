//! Repositories behind URLs: a mirror of all branches and tags on this machine, and pushes to the original.

use std::fs::{self, File};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::refs::moved;
use super::{Git, GitError, RefChange, RefsError};

/// What servers say when the same push may succeed a moment later (porch §5.3).
const TRANSIENT: [&str; 8] = [
    "failed to update ref",
    "cannot lock ref",
    "unable to migrate objects to permanent storage",
    "stale file handle",
    "Broken pipe",
    "returned error: 500",
    "returned error: 502",
    "returned error: 503",
];
/// How often a push is tried, and how long to wait in between.
const PUSHES: u32 = 3;
const WAIT: Duration = Duration::from_millis(200);

const ALL: [&str; 2] = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];

impl Git {
    /// Brings a mirror up to date; makes it first where it is not there yet.
    pub(crate) fn fetch(&self, mirror: &Path, url: &str) -> Result<(), GitError> {
        let failed = |error: std::io::Error| GitError::Failed {
            command: "fetch".to_owned(),
            detail: format!("`{}`: {error}", mirror.display()),
        };
        fs::create_dir_all(mirror).map_err(failed)?;
        // Processes that share the mirror fetch one after the other; the lock ends with its file.
        let lock = File::create(mirror.join("porchlight.lock")).map_err(failed)?;
        lock.lock().map_err(failed)?;
        if !mirror.join("HEAD").is_file() {
            self.init_bare(mirror)?;
        }
        let mut command = self.on(mirror, "fetch");
        command.args(["--quiet", "--atomic", "--prune", "--no-tags", "--no-write-fetch-head", "--", url]).args(ALL);
        self.finish("fetch", command, &[]).map(drop)
    }

    /// Changes references of the repository behind a URL: all, or none. The objects are taken from its mirror.
    pub(crate) fn push(&self, mirror: &Path, url: &str, changes: &[RefChange]) -> Result<(), RefsError> {
        let mut pushes = 1;
        loop {
            match self.push_once(mirror, url, changes) {
                Err(RefsError::Git(GitError::Failed { detail, .. }))
                    if pushes < PUSHES && TRANSIENT.iter().any(|text| detail.contains(text)) =>
                {
                    thread::sleep(WAIT * pushes);
                    pushes += 1;
                }
                outcome => return outcome,
            }
        }
    }

    fn push_once(&self, mirror: &Path, url: &str, changes: &[RefChange]) -> Result<(), RefsError> {
        let mut command = self.on(mirror, "push");
        command.args(["--quiet", "--porcelain", "--atomic", "--no-verify"]);
        for RefChange { name, old, .. } in changes {
            let old = old.as_ref().map_or("", |old| old.as_str());
            command.arg(format!("--force-with-lease={name}:{old}"));
        }
        command.args(["--", url]);
        for RefChange { name, new, .. } in changes {
            command.arg(format!("{}:{name}", new.as_ref().map_or("", |new| new.as_str())));
        }
        let Err(error) = self.finish("push", command, &[]) else { return Ok(()) };
        self.fetch(mirror, url)?;
        let names: Vec<String> = changes.iter().map(|change| change.name.clone()).collect();
        let now = self.refs(mirror, &names)?;
        // The answer of a push that arrived can be lost on its way back.
        let is_new = |change: &RefChange| {
            now.iter().find(|reference| reference.name == change.name).map(|reference| &reference.target)
                == change.new.as_ref()
        };
        if changes.iter().all(is_new) {
            return Ok(());
        }
        Err(moved(changes, &now).unwrap_or(RefsError::Git(error)))
    }
}
