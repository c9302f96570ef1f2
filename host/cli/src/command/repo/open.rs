//! Flags that say which repository is meant.

use std::env;

use clap::Args;
use porchlight_repository::{Git, Layout, Mirrors, Repository, RepositoryError, Selector, Settings, Signature};

use super::failure;
use crate::exit;
use crate::failure::Failure;
use crate::runtime;

// A repository, as its `Repository` object in a cluster describes it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Repository")]
pub(super) struct RepositoryFlags {
    /// A bare repository, a working directory, or a URL (file, http, https, ssh)
    #[arg(value_name = "REPOSITORY")]
    repository: String,
    /// Branch of published packages
    #[arg(long, value_name = "NAME", default_value = "main")]
    branch: String,
    /// Directory of the repository that holds the packages
    #[arg(long, value_name = "PATH", default_value = "")]
    directory: String,
    /// Name of the repository in Porch [default: last part of REPOSITORY, without `.git`]
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    name: String,
    /// It is a deployment repository
    #[arg(long)]
    deployment: bool,
    /// Make the branch where it is missing, as Porch does
    #[arg(long)]
    create_branch: bool,
    /// Author of commits [default: Porch, as in a repository without `author`]
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    author: String,
    /// Mail address of the author
    #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
    email: String,
}

impl RepositoryFlags {
    /// A repository that is only read.
    pub(super) fn of(repository: &str, branch: &str, directory: &str) -> Self {
        Self {
            repository: repository.to_owned(),
            branch: branch.to_owned(),
            directory: directory.to_owned(),
            name: String::new(),
            deployment: false,
            create_branch: false,
            author: String::new(),
            email: String::new(),
        }
    }

    pub(super) fn open(&self) -> Result<Repository, Failure> {
        let told = |error: RepositoryError| failure(&error);
        let layout = Layout::new(&self.branch, &self.directory).map_err(|error| told(error.into()))?;
        let mut signature = Signature::of(&self.author, &self.email);
        if let Some(seconds) = source_date()? {
            signature = signature.at(seconds);
        }
        let settings = Settings {
            name: self.name.clone(),
            layout,
            deployment: self.deployment,
            signature,
            create_branch: self.create_branch,
        };
        let git = Git::find("git").map_err(|error| told(error.into()))?;
        let mirrors = runtime::cache("repositories").map_or_else(Mirrors::none, Mirrors::at);
        Repository::open(git, &self.repository, settings, &mirrors).map_err(told)
    }
}

/// The time that commits get where a build has to be reproducible.
fn source_date() -> Result<Option<i64>, Failure> {
    const NAME: &str = "SOURCE_DATE_EPOCH";
    let Some(text) = env::var_os(NAME).filter(|text| !text.is_empty()) else { return Ok(None) };
    let seconds = text.to_str().and_then(|text| text.parse::<u32>().ok());
    let seconds = seconds.ok_or_else(|| {
        Failure::plain(format_args!("`{NAME}` is `{}`, which is no number of seconds", text.display()))
            .exit(exit::USAGE)
    })?;
    Ok(Some(seconds.into()))
}

/// A package revision on the command line.
pub(super) fn selector(text: &str) -> Result<Selector, String> {
    text.parse().map_err(|error: porchlight_repository::NameError| error.to_string())
}
