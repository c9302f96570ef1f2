//! `porchlight image push`

use std::path::PathBuf;

use clap::Args;
use porchlight_oci::{Layout, Reference};

use super::access::Access;
use super::{failure, tell};
use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Push {
    /// Folder with the images, an OCI image layout
    layout: PathBuf,
    /// Names of images in it [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<Reference>,
    /// Put this in place of all but the last word of the names: `registry.example/functions`
    #[arg(long, value_name = "PREFIX")]
    to: Option<String>,
    #[command(flatten)]
    access: Access,
}

pub(super) fn run(arguments: &Push) -> Result<u8, Failure> {
    let mut layout = Layout::open(&arguments.layout).map_err(|error| failure(&error))?;
    let names = if arguments.names.is_empty() { layout.names() } else { arguments.names.clone() };
    if names.is_empty() {
        return Err(Failure::plain(format_args!("there is no image in `{}`", arguments.layout.display())));
    }
    let goals = names.iter().map(|name| goal(name, arguments.to.as_deref())).collect::<Result<Vec<_>, _>>()?;
    let images = arguments.access.images(&goals.iter().collect::<Vec<_>>())?;
    for (name, goal) in names.iter().zip(&goals) {
        let digest = images.push(&mut layout, name, goal).map_err(|error| failure(&error))?;
        tell(goal, digest)?;
    }
    Ok(exit::SUCCESS)
}

/// What an image is called at its registry.
fn goal(name: &Reference, prefix: Option<&str>) -> Result<Reference, Failure> {
    let Some(prefix) = prefix else { return Ok(name.clone()) };
    let full = name.to_string();
    let last = full.rsplit('/').next().unwrap_or_default();
    let goal = format!("{}/{last}", prefix.trim_end_matches('/')).parse();
    goal.map_err(|error| Failure::plain(format_args!("`--to`: {error}")).exit(exit::USAGE))
}
