//! `porchlight repo init`, `edit` and `render`: drafts that are made and changed in the repository.

use clap::Args;
use porchlight_repository::{
    Contents, NameError, PackagePath, Repository, RepositoryError, Selector, Task, new_package,
};

use super::open::{RepositoryFlags, selector};
use super::{failure, update_failure};
use crate::command::description::DescriptionFlags;
use crate::command::pipeline::{Pipeline, PipelineFlags};
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Init {
    #[command(flatten)]
    repository: RepositoryFlags,
    /// Path and name of the package below the directory of the repository, like `edge/upf`
    #[arg(value_name = "PACKAGE", value_parser = package)]
    package: PackagePath,
    /// Workspace of the draft: its name until it is published, and after
    #[arg(long, value_name = "NAME")]
    workspace: String,
    #[command(flatten)]
    description: DescriptionFlags,
    #[command(flatten)]
    pipeline: PipelineFlags,
}

#[derive(Debug, Args)]
pub(crate) struct Edit {
    #[command(flatten)]
    repository: RepositoryFlags,
    /// Published revision to begin with: PACKAGE@WORKSPACE, PACKAGE@v<revision>, or PACKAGE: the latest
    #[arg(value_name = "REVISION", value_parser = selector)]
    revision: Selector,
    /// Workspace of the draft: its name until it is published, and after
    #[arg(long, value_name = "NAME")]
    workspace: String,
    #[command(flatten)]
    pipeline: PipelineFlags,
}

#[derive(Debug, Args)]
pub(crate) struct Render {
    #[command(flatten)]
    repository: RepositoryFlags,
    /// Draft to render: PACKAGE@WORKSPACE
    #[arg(value_name = "REVISION", value_parser = selector)]
    revision: Selector,
    /// Write nothing; exit with 1 if anything would change
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    pipeline: PipelineFlags,
}

pub(super) fn package(text: &str) -> Result<PackagePath, String> {
    PackagePath::new(text).map_err(|error: NameError| error.to_string())
}

pub(crate) fn init(arguments: &Init) -> Result<u8, Failure> {
    let pipeline = Pipeline::new(&arguments.pipeline)?;
    let mut repository = arguments.repository.open()?;
    let task = arguments.description.task();
    let contents = new_package(arguments.package.name(), &task);
    create(&mut repository, &pipeline, &arguments.package, &arguments.workspace, Task::init(task), &contents)
}

pub(crate) fn edit(arguments: &Edit) -> Result<u8, Failure> {
    let pipeline = Pipeline::new(&arguments.pipeline)?;
    let mut repository = arguments.repository.open()?;
    let (source, contents) = repository.source(&arguments.revision).map_err(|error| failure(&error))?;
    create(&mut repository, &pipeline, &source.package, &arguments.workspace, Task::edit(source.name), &contents)
}

pub(super) fn create(
    repository: &mut Repository,
    pipeline: &Pipeline<'_>,
    package: &PackagePath,
    workspace: &str,
    task: Task,
    contents: &Contents,
) -> Result<u8, Failure> {
    let told = |error: RepositoryError| failure(&error);
    let contents = pipeline.render(package.name(), contents)?;
    let draft = repository.create(package, workspace, task, &contents).map_err(told)?;
    output::data(format!("{}\n", draft.title()).as_bytes())?;
    Ok(exit::SUCCESS)
}

pub(crate) fn render(arguments: &Render) -> Result<u8, Failure> {
    let pipeline = Pipeline::new(&arguments.pipeline)?;
    let mut repository = arguments.repository.open()?;
    if arguments.check {
        let revision = repository.find(&arguments.revision).map_err(|error| failure(&error))?;
        let contents = repository.contents(&revision).map_err(|error| failure(&error))?;
        let changed = pipeline.render(revision.package.name(), &contents)?.differences(&contents);
        for path in &changed {
            output::error(&format!("would change: {path}"));
        }
        return Ok(if changed.is_empty() { exit::SUCCESS } else { exit::FAILED });
    }
    let updated = repository
        .update(&arguments.revision, &Task::render(), |_, revision, contents| {
            pipeline.render(revision.package.name(), contents)
        })
        .map_err(update_failure)?;
    super::push::tell(&updated)?;
    Ok(exit::SUCCESS)
}
