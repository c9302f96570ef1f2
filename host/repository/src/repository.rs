//! A repository and what can be done with it.

mod approval;
mod change;
mod details;
mod list;
mod main_branch;
mod mirror;
mod place;

use std::path::Path;

pub use change::{UpdateError, Updated};
pub use details::Details;
pub use list::Filter;
pub use mirror::Mirrors;

pub use crate::layout::Signature;

use crate::contents::{Contents, ContentsError};
use crate::error::RepositoryError;
use crate::git::{Git, ObjectId, ObjectReader, RefChange, RefsError, without_credentials};
use crate::kptfile::Kptfile;
use crate::layout::{self, Layout, NameError, PackagePath};
use crate::revision::{PackageRevision, Selector};
use place::Place;

/// How often work is done anew because others were first, before the conflict is told.
const ATTEMPTS: u32 = 25;

/// What Porch knows of a repository from its `Repository` object.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Its name there; empty: the last part of the address, without `.git`.
    pub name: String,
    /// Where packages are.
    pub layout: Layout,
    /// `spec.deployment`: packages of it are meant for clusters.
    pub deployment: bool,
    /// Who writes.
    pub signature: Signature,
    /// `spec.git.createBranch`: makes the main branch where it is missing.
    pub create_branch: bool,
}

/// A git repository that holds packages as Porch does.
#[derive(Debug)]
pub struct Repository {
    git: Git,
    place: Place,
    /// As the user wrote it, without password.
    address: String,
    settings: Settings,
    reader: ObjectReader,
}

impl Repository {
    /// Opens a repository: a bare one or a working directory by its path, or any by a URL, of which a mirror is made or
    /// brought up to date.
    ///
    /// # Errors
    /// There is no repository, it cannot be reached, or its main branch is missing.
    pub fn open(git: Git, address: &str, settings: Settings, mirrors: &Mirrors) -> Result<Self, RepositoryError> {
        if address.is_empty() || address.starts_with('-') {
            return Err(NameError::new("repository", address, "it is neither a path nor a URL").into());
        }
        let place = Place::of(&git, address, mirrors)?;
        let address = without_credentials(address);
        let mut settings = settings;
        if settings.name.is_empty() {
            settings.name = default_name(&address);
        }
        place.refresh(&git, &address)?;
        let reader = ObjectReader::start(&git, place.directory())?;
        let mut repository = Self { git, place, address, settings, reader };
        repository.ensure_main()?;
        Ok(repository)
    }

    /// Its address, without password.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What is known of it.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The revision that is meant.
    ///
    /// # Errors
    /// There is no such package or revision; git.
    pub fn find(&mut self, selector: &Selector) -> Result<PackageRevision, RepositoryError> {
        let revisions = self.of_package(&selector.package)?;
        if let Some(found) = selector.choose(&revisions) {
            return Ok(found.clone());
        }
        if revisions.is_empty() {
            let name = selector.package.name();
            let mut known: Vec<String> = Vec::new();
            for revision in self.revisions(&Filter::default())? {
                let package = revision.package.to_string();
                if revision.package.name() == name && !known.contains(&package) {
                    known.push(package);
                }
            }
            known.truncate(5);
            return Err(RepositoryError::UnknownPackage { package: selector.package.to_string(), known });
        }
        let known = revisions.iter().map(|revision| revision.workspace.clone()).collect();
        let wanted = selector.to_string();
        let wanted = wanted.split_once('@').map_or("(published)", |(_, wanted)| wanted).to_owned();
        Err(RepositoryError::UnknownRevision { package: selector.package.to_string(), wanted, known })
    }

    /// The files of a revision.
    ///
    /// # Errors
    /// Links, submodules and names that lead elsewhere; too much of anything; git.
    pub fn contents(&mut self, revision: &PackageRevision) -> Result<Contents, RepositoryError> {
        let title = || revision.title();
        Contents::of_tree(&mut self.reader, &revision.tree).map_err(|problem| in_place(title(), problem))
    }

    /// The files that a package had at a commit; none where the repository lacks the commit or the package in it.
    ///
    /// # Errors
    /// As [`Self::contents`].
    pub fn contents_at(
        &mut self,
        package: &PackagePath,
        commit: &ObjectId,
    ) -> Result<Option<Contents>, RepositoryError> {
        let full_path = self.settings.layout.full_path(package);
        let Some(tree) = self.package_tree(commit, &full_path)? else { return Ok(None) };
        let read = Contents::of_tree(&mut self.reader, &tree);
        read.map(Some).map_err(|problem| in_place(format!("{package} at {}", commit.short()), problem))
    }

    fn kptfile(&mut self, revision: &PackageRevision) -> Result<Kptfile, RepositoryError> {
        let told = |problem| in_place(revision.title(), problem);
        let name = format!("{}:{}/Kptfile", revision.commit, self.settings.layout.full_path(&revision.package));
        let blob = self.reader.read(&name, 1 << 20)?.ok_or_else(|| told(ContentsError::NoKptfile))?;
        let text = String::from_utf8(blob.bytes).map_err(|error| told(ContentsError::Kptfile(error.to_string())))?;
        Kptfile::parse(&text).map_err(|problem| told(ContentsError::Kptfile(problem)))
    }

    /// Reads again what others may have changed.
    fn refresh(&self) -> Result<(), RepositoryError> {
        self.place.refresh(&self.git, &self.address)
    }

    /// Changes references: all, or none.
    fn apply(&self, changes: &[RefChange]) -> Result<(), RepositoryError> {
        if let Some(branch) = self.place.checked_out(changes) {
            let branch = Layout::short(branch).to_owned();
            return Err(RepositoryError::CheckedOut { place: self.address.clone(), branch });
        }
        self.place.update(&self.git, changes).map_err(|error| match error {
            RefsError::Moved { name, expected, found } => {
                RepositoryError::Conflict { reference: Layout::short(&name).to_owned(), expected, found }
            }
            RefsError::Git(error) => self.place.told(&self.address, error),
        })
    }

    /// Writes a commit; nothing leads to it yet.
    fn commit(&self, tree: &ObjectId, parents: &[&ObjectId], message: &str) -> Result<ObjectId, RepositoryError> {
        let bytes = layout::commit_bytes(tree, parents, &self.settings.signature, message);
        Ok(self.git.write_commit(self.place.directory(), &bytes)?)
    }

    fn directory(&self) -> &Path {
        self.place.directory()
    }
}

/// The last part of an address, as a `Repository` object would be named.
fn default_name(address: &str) -> String {
    let path = address.trim_end_matches('/');
    let path = path.strip_suffix("/.git").unwrap_or(path);
    let last = path.rsplit(['/', ':']).next().unwrap_or(path);
    let last = last.strip_suffix(".git").unwrap_or(last);
    if matches!(last, "" | "." | "..") {
        let absolute = Path::new(path).canonicalize().ok();
        let name = absolute.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        return name.unwrap_or_else(|| "repository".to_owned());
    }
    last.to_owned()
}

fn in_place(place: String, problem: ContentsError) -> RepositoryError {
    match problem {
        ContentsError::Git(error) => error.into(),
        ContentsError::Io { action, path, source } => RepositoryError::Io { action, path, source },
        problem => RepositoryError::Contents { place, problem },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_repositories() {
        for (address, name) in [
            ("https://host.example/nephio/blueprints.git", "blueprints"),
            ("git@host.example:edge.git", "edge"),
            ("/srv/git/mgmt/", "mgmt"),
            ("work/site/.git", "site"),
        ] {
            assert_eq!(default_name(address), name, "{address}");
        }
    }
}
