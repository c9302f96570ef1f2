//! The program `git`.

mod fetch;
mod history;
mod object_id;
mod objects;
mod refs;
mod tree;
mod writer;

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

pub use object_id::ObjectId;
pub(crate) use objects::{Kind, ObjectReader};
pub(crate) use refs::{Ref, RefChange, RefsError};
pub(crate) use tree::{Entry, Mode, parse_tree};
pub(crate) use writer::TreeWriter;

/// Oldest version whose options are all we need (`fetch --atomic`, `rev-parse --show-object-format`).
const OLDEST: (u32, u32) = (2, 31);

/// Settings of every call: nothing of a repository is run, nothing is asked, nothing happens besides.
const SETTINGS: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "core.quotePath=false",
    "core.filesRefLockTimeout=2000",
    "core.packedRefsTimeout=10000",
    "credential.interactive=false",
    "fetch.recurseSubmodules=no",
    "gc.auto=0",
    "maintenance.auto=false",
    "push.followTags=false",
    "push.gpgSign=false",
    "push.recurseSubmodules=no",
];

/// Variables through which a caller, like a hook, tells git about another repository.
const FOREIGN: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DEFAULT_HASH",
    "GIT_DIR",
    "GIT_EXTERNAL_DIFF",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_TRACE",
    "GIT_WORK_TREE",
];

/// What went wrong with the program itself.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// It cannot be started.
    #[error("`{program}` cannot be started: {source}")]
    Missing {
        /// What was to be run.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// It lacks options that are needed.
    #[error("`{program}` is {found}, but {}.{} is needed at least", OLDEST.0, OLDEST.1)]
    TooOld {
        /// What was run.
        program: String,
        /// What it said of itself.
        found: String,
    },
    /// It ended with an error.
    #[error("`git {command}` failed: {detail}")]
    Failed {
        /// The subcommand.
        command: String,
        /// What it wrote to stderr, without passwords.
        detail: String,
    },
    /// Its answer is none this program understands.
    #[error("`git {command}` gave an answer that makes no sense: {detail}")]
    Answer {
        /// The subcommand.
        command: String,
        /// What is strange.
        detail: String,
    },
    /// An object is larger than anything a package needs.
    #[error("object {id} has {size} bytes; the limit is {limit}")]
    TooLarge {
        /// Its id.
        id: String,
        /// Its size in bytes.
        size: u64,
        /// What was allowed, in bytes.
        limit: u64,
    },
}

impl GitError {
    pub(crate) fn answer(command: &str, detail: impl Into<String>) -> Self {
        Self::Answer { command: command.to_owned(), detail: detail.into() }
    }

    fn io(command: &str, error: &io::Error) -> Self {
        Self::Failed { command: command.to_owned(), detail: error.to_string() }
    }

    /// What git said, where it failed.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::Failed { detail, .. } => detail.clone(),
            other => other.to_string(),
        }
    }
}

/// The program `git`, called so that it cannot ask, run hooks, or use a transport that runs a program.
///
/// Credentials, proxies, certificates and ssh are those of the user's own configuration.
#[derive(Debug, Clone)]
pub struct Git {
    program: PathBuf,
}

impl Git {
    /// Checks that the program is there and new enough.
    ///
    /// # Errors
    /// [`GitError::Missing`], [`GitError::TooOld`].
    pub fn find(program: impl AsRef<OsStr>) -> Result<Self, GitError> {
        let program = PathBuf::from(program.as_ref());
        let name = program.display().to_string();
        let output = Command::new(&program)
            .arg("--version")
            .stdin(Stdio::null())
            .output()
            .map_err(|source| GitError::Missing { program: name.clone(), source })?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        match version(&said) {
            Some(found) if found >= OLDEST => Ok(Self { program }),
            _ => {
                let found = if said.is_empty() { "of no known version".to_owned() } else { format!("`{said}`") };
                Err(GitError::TooOld { program: name, found })
            }
        }
    }

    /// A call of `subcommand` that is not bound to a repository.
    fn call(&self, subcommand: &str) -> Command {
        let mut command = self.bare_call();
        command.arg(subcommand);
        command
    }

    /// A call that lacks its subcommand.
    fn bare_call(&self) -> Command {
        let mut command = Command::new(&self.program);
        for name in FOREIGN {
            command.env_remove(name);
        }
        command
            .env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ASKPASS", "")
            .env("SSH_ASKPASS", "")
            .env("SSH_ASKPASS_REQUIRE", "never")
            .env("GCM_INTERACTIVE", "never")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_ALLOW_PROTOCOL", "file:http:https:ssh");
        if std::env::var_os("GIT_SSH_COMMAND").is_none() && std::env::var_os("GIT_SSH").is_none() {
            command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
        }
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// A call of `subcommand` on a repository.
    fn on(&self, directory: &Path, subcommand: &str) -> Command {
        let mut command = self.call(subcommand);
        command.env("GIT_DIR", directory);
        command
    }

    /// Makes an empty bare repository.
    pub(crate) fn init_bare(&self, directory: &Path) -> Result<(), GitError> {
        let mut command = self.call("init");
        command.args(["--quiet", "--bare", "--template=", "--"]).arg(directory);
        self.finish("init", command, &[]).map(drop)
    }

    /// The repository whose directory, or working directory, `place` is: not one further up.
    pub(crate) fn discover(&self, place: &Path) -> Result<Discovered, GitError> {
        let mut command = self.bare_call();
        // The user names the repository, which is all that this setting asks for.
        command.args(["-c", "safe.bareRepository=all", "rev-parse"]);
        command.args(["--absolute-git-dir", "--is-bare-repository"]).current_dir(place);
        if let Some(parent) = place.canonicalize().ok().as_deref().and_then(Path::parent) {
            command.env("GIT_CEILING_DIRECTORIES", parent);
        }
        let answer = self.finish("rev-parse", command, &[])?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let mut lines = answer.lines();
        let (Some(directory), Some(bare)) = (lines.next(), lines.next()) else {
            return Err(GitError::answer("rev-parse", answer));
        };
        let directory = PathBuf::from(directory);
        let checked_out = if bare == "true" { None } else { self.head(&directory)? };
        Ok(Discovered { directory, checked_out })
    }

    /// The branch that is checked out; none where HEAD is detached.
    fn head(&self, directory: &Path) -> Result<Option<String>, GitError> {
        let mut command = self.on(directory, "symbolic-ref");
        command.args(["--quiet", "HEAD"]);
        let output = command.output().map_err(|error| GitError::io("symbolic-ref", &error))?;
        let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok((output.status.success() && !name.is_empty()).then_some(name))
    }

    /// Runs a call to its end with `input` on stdin, and gives its stdout.
    fn finish(&self, name: &str, mut command: Command, input: &[u8]) -> Result<Vec<u8>, GitError> {
        if !input.is_empty() {
            command.stdin(Stdio::piped());
        }
        let mut child = self.start(&mut command)?;
        let stdin = child.stdin.take();
        let output = thread::scope(|scope| {
            if let Some(mut stdin) = stdin {
                // A program that ends early closes the pipe; its exit code and stderr tell why.
                scope.spawn(move || drop(stdin.write_all(input)));
            }
            child.wait_with_output()
        });
        let output = output.map_err(|error| GitError::io(name, &error))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(GitError::Failed { command: name.to_owned(), detail: told(&output.stderr, &output.status.to_string()) })
    }

    fn start(&self, command: &mut Command) -> Result<Child, GitError> {
        command.spawn().map_err(|source| GitError::Missing { program: self.program.display().to_string(), source })
    }
}

/// A repository of this machine.
#[derive(Debug, Clone)]
pub(crate) struct Discovered {
    /// Its git directory.
    pub(crate) directory: PathBuf,
    /// Full name of the branch in its working directory.
    pub(crate) checked_out: Option<String>,
}

/// Major and minor number of `git version 2.47.3 (…)`.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.strip_prefix("git version ")?.split(['.', ' ']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// stderr as one line without passwords; `status` where it is empty.
fn told(stderr: &[u8], status: &str) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = text.lines().map(|line| line.trim().trim_start_matches("fatal: ").trim_start_matches("error: "));
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).map(without_credentials).collect();
    if lines.is_empty() { status.to_owned() } else { lines.join("; ") }
}

/// A text whose URLs have lost user and password.
pub(crate) fn without_credentials(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        clean.push_str(before);
        clean.push_str("://");
        let end = after.find(|c: char| c == '/' || c == '\'' || c == '"' || c.is_whitespace()).unwrap_or(after.len());
        rest = after[..end].rfind('@').map_or(after, |at| &after[at + 1..]);
    }
    clean + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert_eq!(version("git version 2.47.3"), Some((2, 47)));
        assert_eq!(version("git version 2.39.5 (Apple Git-154)"), Some((2, 39)));
        assert_eq!(version("hub version 1"), None);
    }

    #[test]
    fn passwords_are_not_told() {
        let text = "Authentication failed for 'https://me:s3:cr@t@host.example/a.git/' and ssh://git@host/x";
        assert_eq!(
            without_credentials(text),
            "Authentication failed for 'https://host.example/a.git/' and ssh://host/x"
        );
        assert_eq!(without_credentials("a@b and c"), "a@b and c");
    }

    #[test]
    fn a_program_that_is_missing_or_another_is_told() {
        assert!(matches!(Git::find("/nowhere/git"), Err(GitError::Missing { .. })));
        assert!(matches!(Git::find("true"), Err(GitError::TooOld { .. })));
    }
}
