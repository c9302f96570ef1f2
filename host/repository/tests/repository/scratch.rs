//! Scratch repositories, and plain git beside the crate.

use std::path::{Path, PathBuf};
use std::process::Command;

use porchlight_repository::{
    Contents, Git, InitTask, Mirrors, PackagePath, PackageRevision, Repository, RepositoryError, Selector, Settings,
    Signature, Task, UpdateError, new_package,
};
use tempfile::TempDir;

/// A folder with a bare repository `blueprints.git`.
pub(crate) struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// None, visibly, where git is not installed.
    pub(crate) fn new() -> Option<Self> {
        if Git::find("git").is_err() {
            println!("skipped: no git");
            return None;
        }
        let scratch = Self { folder: tempfile::tempdir().expect("scratch folder") };
        scratch.git(&["init", "--quiet", "--bare", "--initial-branch=main", "blueprints.git"]);
        Some(scratch)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn bare(&self) -> PathBuf {
        self.path("blueprints.git")
    }

    /// Plain git in the scratch folder.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(self.folder.path(), arguments)
    }

    /// Plain git on the bare repository.
    pub(crate) fn bare_git(&self, arguments: &[&str]) -> String {
        git(&self.bare(), arguments)
    }

    /// The repository, opened by its path, with a clock that stands still.
    pub(crate) fn open(&self) -> Repository {
        self.try_open(settings()).expect("a repository")
    }

    pub(crate) fn try_open(&self, settings: Settings) -> Result<Repository, RepositoryError> {
        let git = Git::find("git").expect("git");
        Repository::open(git, &self.bare().display().to_string(), settings, &Mirrors::none())
    }
}

pub(crate) fn settings() -> Settings {
    Settings { create_branch: true, signature: Signature::default().at(1_700_000_000), ..Settings::default() }
}

pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("git");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn package(path: &str) -> PackagePath {
    PackagePath::new(path).expect("a package")
}

pub(crate) fn selector(text: &str) -> Selector {
    text.parse().expect("a selector")
}

/// A new package with one more file.
pub(crate) fn sample(name: &str) -> Contents {
    let mut contents = new_package(name, &InitTask::default());
    contents.insert("nf/config.yaml", b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: nf\n".to_vec());
    contents
}

/// Makes a draft of a new package.
pub(crate) fn draft(repository: &mut Repository, path: &str, workspace: &str) -> PackageRevision {
    let path = package(path);
    let contents = sample(path.name());
    repository.create(&path, workspace, Task::init(InitTask::default()), &contents).expect("a draft")
}

/// Makes and publishes a new package.
pub(crate) fn published(repository: &mut Repository, path: &str, workspace: &str) -> PackageRevision {
    draft(repository, path, workspace);
    let selector = selector(&format!("{path}@{workspace}"));
    repository.propose(&selector).expect("a proposal");
    repository.approve(&selector).expect("a revision")
}

/// Sets one file of a draft.
pub(crate) fn set(
    repository: &mut Repository,
    which: &str,
    file: &str,
    text: &str,
) -> Result<porchlight_repository::Updated, UpdateError<String>> {
    repository.update(&selector(which), &Task::render(), |_, _, contents| {
        let mut contents = contents.clone();
        contents.insert(file, text.as_bytes().to_vec());
        Ok(contents)
    })
}
