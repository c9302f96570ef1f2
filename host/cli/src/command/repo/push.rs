//! `porchlight repo push REPOSITORY REVISION [DIR]`

use std::path::PathBuf;

use clap::Args;
use porchlight_repository::{Contents, FetchedRevision, ObjectId, RepositoryError, Selector, Task, Updated};

use super::open::{RepositoryFlags, selector};
use super::{failure, update_failure};
use crate::command::folder;
use crate::command::pipeline::{Pipeline, PipelineFlags};
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Push {
    #[command(flatten)]
    repository: RepositoryFlags,
    /// Draft to change: PACKAGE@WORKSPACE
    #[arg(value_name = "REVISION", value_parser = selector)]
    revision: Selector,
    /// Folder with the package
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Commit of the draft that the folder began with [default: the one `repo get` noted in it]
    #[arg(long, value_name = "COMMIT", value_parser = commit)]
    base: Option<ObjectId>,
    /// Whatever the draft holds, it gets the content of the folder
    #[arg(long, conflicts_with = "base")]
    overwrite: bool,
    /// Push the folder as it is
    #[arg(long)]
    no_render: bool,
    #[command(flatten)]
    pipeline: PipelineFlags,
}

fn commit(text: &str) -> Result<ObjectId, String> {
    ObjectId::parse(text).ok_or_else(|| "it is no full id of a commit".to_owned())
}

pub(crate) fn run(arguments: &Push) -> Result<u8, Failure> {
    let folder = &arguments.folder;
    let ours = Contents::read_from(folder).map_err(|error| folder::failure(&error))?;
    let note = FetchedRevision::read_from(folder).map_err(|error| folder::failure(&error))?;
    let pipeline = Pipeline::new(&arguments.pipeline)?;
    let mut repository = arguments.repository.open()?;
    let draft = repository.find(&arguments.revision).map_err(|error| failure(&error))?;
    let base = if arguments.overwrite { None } else { Some(base(arguments, note.as_ref(), &draft.name)?) };
    let base = match base {
        None => None,
        Some(commit) => {
            let contents = repository.contents_at(&draft.package, &commit).map_err(|error| failure(&error))?;
            Some((contents.ok_or_else(|| unknown(&commit))?, commit))
        }
    };
    let mut pushed = None;
    let updated = repository
        .update(&arguments.revision, &Task::render(), |_, draft, theirs| {
            let whole = match &base {
                Some((base, commit)) if draft.commit != *commit => {
                    Contents::merged(base, &ours, theirs).map_err(|error| failure(&RepositoryError::from(error)))?
                }
                _ => ours.clone(),
            };
            let whole = if arguments.no_render { whole } else { pipeline.render(draft.package.name(), &whole)? };
            pushed = Some(whole.clone());
            Ok(whole)
        })
        .map_err(update_failure)?;
    tell(&updated)?;
    // The folder is at what was pushed before the note says so: a note that is too old does no harm.
    let note = FetchedRevision { name: updated.revision.name, version: updated.revision.commit.to_string() };
    let current = pushed.as_ref().map_or(Ok(()), |pushed| pushed.bring_into(folder, &ours));
    current.and_then(|()| note.write_to(folder)).map_err(|error| {
        folder::failure(&error)
            .hint("the draft is pushed, but the folder is not as it is: get it again into another one")
    })?;
    Ok(exit::SUCCESS)
}

/// The commit that the folder began with.
fn base(arguments: &Push, note: Option<&FetchedRevision>, draft: &str) -> Result<ObjectId, Failure> {
    if let Some(base) = &arguments.base {
        return Ok(base.clone());
    }
    let folder = arguments.folder.display();
    match note {
        Some(note) if note.name == draft => note.commit().ok_or_else(|| {
            Failure::plain(format_args!("`{folder}` was read from a Porch server, at version `{}`", note.version))
                .hint("push it there with `porchlight porch push`; or say `--base COMMIT` or `--overwrite`")
                .exit(exit::USAGE)
        }),
        Some(note) => Err(Failure::plain(format_args!("`{folder}` was read from `{}`, not from `{draft}`", note.name))
            .hint("push it where it came from, or say `--overwrite`")
            .exit(exit::USAGE)),
        None => Err(Failure::plain(format_args!("it is not known what `{folder}` began with"))
            .hint("read the draft with `porchlight repo get` and change that; or say `--base COMMIT` or `--overwrite`")
            .exit(exit::USAGE)),
    }
}

fn unknown(commit: &ObjectId) -> Failure {
    Failure::plain(format_args!("the repository has no commit `{commit}` with this package"))
        .hint("read the draft with `porchlight repo get` into another folder, and bring your changes there")
        .exit(exit::USAGE)
}

/// Says what became of a draft.
pub(super) fn tell(updated: &Updated) -> Result<(), Failure> {
    for path in &updated.changed {
        output::error(&format!("changed: {path}"));
    }
    let how = if updated.changed.is_empty() { "unchanged" } else { "changed" };
    let again = match updated.attempts {
        1 => String::new(),
        attempts => format!(", done {attempts} times because others were first"),
    };
    output::data(format!("{} {how} at {}{again}\n", updated.revision.title(), updated.revision.commit).as_bytes())
}
