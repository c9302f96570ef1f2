//! The throw-away git repository a case is rendered in: what changed is what `git diff` says.

use std::io;
use std::path::Path;

use crate::process::{Finished, Run};

/// A folder under git, with one commit of what it held first.
#[derive(Debug)]
pub(crate) struct Repository<'a> {
    folder: &'a Path,
}

impl<'a> Repository<'a> {
    /// Makes `folder` a repository and commits what is in it.
    pub(crate) fn begin(folder: &'a Path) -> io::Result<Self> {
        let repository = Self { folder };
        repository.git(&["init", "--quiet"])?;
        repository.commit("first")?;
        repository.git(&["tag", "first"])?;
        Ok(repository)
    }

    /// What changed since the beginning, as `git diff`, trimmed.
    pub(crate) fn changes(&self) -> io::Result<String> {
        self.commit("second")?;
        Ok(self.git(&["diff", "first", "HEAD"])?.stdout.trim().to_owned())
    }

    /// The committed text of a file at the beginning.
    pub(crate) fn original(&self, path: &str) -> Option<String> {
        self.git(&["show", &format!("first:{path}")]).ok().map(|shown| shown.stdout)
    }

    fn commit(&self, message: &str) -> io::Result<()> {
        self.git(&["add", "--all"])?;
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]).map(drop)
    }

    fn git(&self, words: &[&str]) -> io::Result<Finished> {
        // Nothing of the user's own git may show in a recorded diff.
        let fixed = [
            "core.abbrev=7",
            "core.autocrlf=false",
            "core.fileMode=true",
            "user.name=none",
            "user.email=none",
            "gc.auto=0",
        ];
        let run = Run::new(Path::new("git"), self.folder)
            .arguments(fixed.iter().flat_map(|setting| ["-c", *setting]))
            .arguments(words)
            .variable("GIT_CONFIG_GLOBAL", "/dev/null")
            .variable("GIT_CONFIG_NOSYSTEM", "1")
            .variable("GIT_DIFF_OPTS", "")
            .without("GIT_DIR")
            .without("GIT_WORK_TREE")
            .without("GIT_INDEX_FILE");
        let shown = format!("git {}", words.join(" "));
        let finished = run.finish()?;
        if finished.code != 0 {
            return Err(io::Error::other(format!("`{shown}` failed: {}", finished.stderr.trim())));
        }
        Ok(finished)
    }
}
