//! `porchlight porch push NAME [DIR]`

use std::path::PathBuf;

use clap::Args;
use porchlight_porch::{PorchError, Resources};
use porchlight_repository::{Contents, FetchedRevision};

use super::failure;
use super::open::ClusterFlags;
use crate::command::folder;
use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Push {
    #[command(flatten)]
    cluster: ClusterFlags,
    /// Name of the draft, like `blueprints.edge.upf.v1`
    #[arg(value_name = "NAME")]
    name: String,
    /// Folder with the package
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Whatever the draft holds, it gets the files of the folder
    #[arg(long)]
    overwrite: bool,
}

pub(crate) fn run(arguments: &Push) -> Result<u8, Failure> {
    let (name, folder) = (&arguments.name, &arguments.folder);
    let ours = Contents::read_from(folder).map_err(|error| folder::failure(&error))?;
    let note = FetchedRevision::read_from(folder).map_err(|error| folder::failure(&error))?;
    let porch = arguments.cluster.open()?;
    let resources = porch.resources(name).map_err(|error| failure(&error))?;
    if !arguments.overwrite {
        check(arguments, note.as_ref(), &resources)?;
    }
    let updated = porch.put(&resources, &ours).map_err(|error| failure(&error))?;
    super::tell(name, &updated)?;
    // The server renders what it gets: the folder follows before the note says so.
    let current = updated.resources.contents().map_err(|error| failure(&error))?;
    let note = FetchedRevision { name: name.clone(), version: updated.resources.version().to_owned() };
    current.bring_into(folder, &ours).and_then(|()| note.write_to(folder)).map_err(|error| {
        folder::failure(&error)
            .hint("the draft is pushed, but the folder is not as it is: pull it again into another one")
    })?;
    Ok(exit::SUCCESS)
}

/// Refuses a folder that did not begin with what the server has.
fn check(arguments: &Push, note: Option<&FetchedRevision>, resources: &Resources) -> Result<(), Failure> {
    let (name, folder) = (&arguments.name, arguments.folder.display());
    match note {
        Some(note) if note.name == *name && note.version == resources.version() => Ok(()),
        Some(note) if note.name == *name => {
            let reason = format!("`{folder}` began with version {}, it is at {}", note.version, resources.version());
            Err(failure(&PorchError::Conflict { name: name.clone(), reason: Some(reason) }))
        }
        Some(note) => Err(Failure::plain(format_args!("`{folder}` was read from `{}`, not from `{name}`", note.name))
            .hint("push it where it came from, or say `--overwrite`")
            .exit(exit::USAGE)),
        None => Err(Failure::plain(format_args!("it is not known what `{folder}` began with"))
            .hint("read the draft with `porchlight porch pull` and change that, or say `--overwrite`")
            .exit(exit::USAGE)),
    }
}
