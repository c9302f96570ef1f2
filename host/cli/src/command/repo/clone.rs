//! `porchlight repo clone REPOSITORY PACKAGE --from UPSTREAM --revision REVISION`

use std::path::Path;

use clap::Args;
use porchlight_krm::Code;
use porchlight_package::GitSource;
use porchlight_repository::{Contents, GitPackage, PackagePath, Selector, Task};
use porchlight_variant::Files;
use porchlight_variant::clone::{Clone as Copy, clone as copy};

use super::draft;
use super::failure;
use super::open::{RepositoryFlags, selector};
use crate::command::pipeline::{Pipeline, PipelineFlags};
use crate::failure::Failure;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Clone {
    #[command(flatten)]
    repository: RepositoryFlags,
    /// Path and name of the new package below the directory of the repository, like `edge/upf`
    #[arg(value_name = "PACKAGE", value_parser = draft::package)]
    package: PackagePath,
    /// Workspace of the draft: its name until it is published, and after
    #[arg(long, value_name = "NAME")]
    workspace: String,
    /// The repository of the upstream
    #[arg(long, value_name = "REPOSITORY", help_heading = "Upstream")]
    from: String,
    /// The upstream: PACKAGE@WORKSPACE, PACKAGE@v<revision>, or PACKAGE: its latest published revision
    #[arg(long, value_name = "REVISION", value_parser = selector, help_heading = "Upstream")]
    revision: Selector,
    /// Branch of published packages there
    #[arg(long, value_name = "NAME", default_value = "main", help_heading = "Upstream")]
    from_branch: String,
    /// Directory there that holds the packages
    #[arg(long, value_name = "PATH", default_value = "", hide_default_value = true, help_heading = "Upstream")]
    from_directory: String,
    /// What the Kptfile says of its address, where others know it by another one [default: --from]
    #[arg(long, value_name = "URL", help_heading = "Upstream")]
    from_url: Option<String>,
    #[command(flatten)]
    pipeline: PipelineFlags,
}

pub(crate) fn run(arguments: &Clone) -> Result<u8, Failure> {
    let pipeline = Pipeline::new(&arguments.pipeline)?;
    let mut repository = arguments.repository.open()?;
    let mut upstream =
        RepositoryFlags::of(&arguments.from, &arguments.from_branch, &arguments.from_directory).open()?;
    let revision = upstream.find(&arguments.revision).map_err(|error| failure(&error))?;
    if revision.is_placeholder() {
        let message = format_args!("`{}` is what the main branch holds, and no revision", revision.title());
        return Err(Failure::coded(Code::RevisionInvalid, message)
            .hint("name a published revision or a draft: a later upgrade has to find it again"));
    }
    let contents = upstream.contents(&revision).map_err(|error| failure(&error))?;
    let lock = upstream.lock(&revision);
    let source = GitSource {
        repo: arguments.from_url.clone().unwrap_or_else(|| url(&lock.repo)),
        directory: lock.directory,
        reference: lock.reference,
        commit: lock.commit,
    };
    let files: Files = contents.iter().map(|(path, bytes)| (path.to_owned(), bytes.into())).collect();
    let wanted = Copy {
        package: arguments.package.as_str(),
        source: Some(&source),
        deployment: repository.settings().deployment,
        label: &revision.title(),
        compat: porchlight_variant::Compat::Natural,
    };
    let (files, notes) = copy(&files, wanted).map_err(|fault| {
        let failure = Failure::coded(fault.code, &fault);
        fault.hints.into_iter().fold(failure, Failure::hint)
    })?;
    for note in notes {
        output::error(&format!("note: {note}"));
    }
    let mut contents = Contents::default();
    for (path, bytes) in files {
        contents.insert(path, bytes.to_vec());
    }
    let GitSource { repo, directory, reference, .. } = source;
    let task = Task::clone_of(GitPackage { repo, directory, reference, ..GitPackage::default() });
    draft::create(&mut repository, &pipeline, &arguments.package, &arguments.workspace, task, &contents)
}

/// An address that means the same from everywhere on this machine.
fn url(address: &str) -> String {
    match Path::new(address).canonicalize() {
        Ok(path) if !address.contains("://") => format!("file://{}", path.display()),
        _ => address.to_owned(),
    }
}
