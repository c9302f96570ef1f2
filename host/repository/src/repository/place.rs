//! Where a repository is.

use std::path::{Path, PathBuf};

use super::Mirrors;
use crate::error::RepositoryError;
use crate::git::{Git, GitError, RefChange, RefsError};

/// A repository of this machine, or the mirror of one behind a URL.
#[derive(Debug)]
pub(super) enum Place {
    Here {
        directory: PathBuf,
        /// Full name of the branch whose files somebody has in a working directory.
        checked_out: Option<String>,
    },
    There {
        mirror: PathBuf,
        /// With password, if the user wrote one.
        url: String,
    },
}

impl Place {
    pub(super) fn of(git: &Git, address: &str, mirrors: &Mirrors) -> Result<Self, RepositoryError> {
        if is_url(address) {
            let mirror = mirrors.of(address)?;
            return Ok(Self::There { mirror, url: address.to_owned() });
        }
        let path = Path::new(address);
        let not = |detail: String| RepositoryError::NotARepository { place: address.to_owned(), detail };
        if !path.is_dir() {
            return Err(not("there is no such folder".to_owned()));
        }
        let found = git.discover(path).map_err(|error| match error.detail() {
            detail if detail.contains("dubious ownership") => {
                let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
                RepositoryError::NotTrusted(path.display().to_string())
            }
            detail => not(detail),
        })?;
        Ok(Self::Here { directory: found.directory, checked_out: found.checked_out })
    }

    /// The git directory that has the objects.
    pub(super) fn directory(&self) -> &Path {
        match self {
            Self::Here { directory, .. } => directory,
            Self::There { mirror, .. } => mirror,
        }
    }

    pub(super) fn refresh(&self, git: &Git, address: &str) -> Result<(), RepositoryError> {
        match self {
            Self::Here { .. } => Ok(()),
            Self::There { mirror, url } => git.fetch(mirror, url).map_err(|error| self.told(address, error)),
        }
    }

    /// The changed branch whose files would no longer fit.
    pub(super) fn checked_out<'a>(&self, changes: &'a [RefChange]) -> Option<&'a str> {
        let Self::Here { checked_out: Some(branch), .. } = self else { return None };
        changes.iter().map(|change| change.name.as_str()).find(|name| name == branch)
    }

    pub(super) fn update(&self, git: &Git, changes: &[RefChange]) -> Result<(), RefsError> {
        match self {
            Self::Here { directory, .. } => git.update_refs(directory, changes),
            Self::There { mirror, url } => git.push(mirror, url, changes),
        }
    }

    /// An error of git, as it looks from here.
    pub(super) fn told(&self, address: &str, error: GitError) -> RepositoryError {
        let Self::There { .. } = self else { return error.into() };
        let GitError::Failed { detail, .. } = error else { return error.into() };
        const DENIED: [&str; 6] = [
            "Authentication failed",
            "could not read Username",
            "could not read Password",
            "Permission denied",
            "returned error: 403",
            "returned error: 401",
        ];
        let address = address.to_owned();
        if DENIED.iter().any(|text| detail.contains(text)) {
            return RepositoryError::Denied { address, detail };
        }
        RepositoryError::Unreachable { address, detail }
    }
}

/// True for what git takes for a URL: with a scheme, or in the form of scp.
fn is_url(address: &str) -> bool {
    if address.contains("://") {
        return true;
    }
    let host = address.split('/').next().unwrap_or_default();
    host.contains(':') && !Path::new(address).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_paths() {
        for url in ["https://h/x.git", "file:///srv/x.git", "git@h:x.git", "h:x"] {
            assert!(is_url(url), "{url}");
        }
        for path in ["x.git", "./a:b", "/srv/a:b", "."] {
            assert!(!is_url(path), "{path}");
        }
    }
}
