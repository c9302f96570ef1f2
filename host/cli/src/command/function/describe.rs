//! `porchlight fn describe NAME [PKG]`

mod explanation;

use std::path::PathBuf;

use clap::Args;
use porchlight_krm::{Metadata, Role};
use porchlight_runtime::OUR_PREFIX;
use serde::Serialize;

use super::entry::{Entry, metadata};
use super::find;
use crate::command::listing::Listing;
use crate::exit;
use crate::failure::Failure;
use crate::limits::LimitFlags;
use crate::runtime::RuntimeFlags;

#[derive(Debug, Args)]
pub(crate) struct Describe {
    /// Name of the function, as `porchlight fn list` shows it
    name: String,
    /// Package whose numbers to explain: which rule of the function gave which, by what calculation, from what source.
    /// Its pipeline is run in memory; nothing is written
    package: Option<PathBuf>,
    #[command(flatten)]
    listing: Listing,
    #[command(flatten)]
    runtime: RuntimeFlags,
    #[command(flatten)]
    limits: LimitFlags,
}

/// A function in full, for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    #[serde(flatten)]
    entry: Entry,
    role: Role,
    config_kind: String,
    reads: Vec<String>,
    writes: Vec<String>,
    /// Markdown: configuration and examples.
    documentation: &'static str,
}

pub(crate) fn run(arguments: &Describe) -> Result<u8, Failure> {
    let function = find(&arguments.name)?;
    if let Some(package) = &arguments.package {
        let values = explanation::of(function.name(), package, &arguments.runtime, &arguments.limits)?;
        arguments.listing.print(&values, || explanation::text(function.name(), package, &values))?;
        return Ok(exit::SUCCESS);
    }
    let Metadata { role, config_kind, reads, writes, .. } = metadata(function)?;
    let prefix = arguments.runtime.image_prefix.as_deref().unwrap_or(OUR_PREFIX);
    let entry = Entry::new(function, &metadata(function)?, prefix);
    let description = Description { entry, role, config_kind, reads, writes, documentation: function.documentation() };
    arguments.listing.print(&description, || text(&description))?;
    Ok(exit::SUCCESS)
}

fn text(function: &Description) -> String {
    let Description { entry, role, config_kind, reads, writes, documentation } = function;
    let role = match role {
        Role::Mutator => "mutator: changes resources",
        Role::Validator => "validator: only judges resources",
    };
    let mut text = format!(
        "{}\n\nimage    {}\ndigest   {}\nrole     {role}\nconfig   {config_kind}, or the data of a ConfigMap\n",
        entry.description, entry.image, entry.digest
    );
    for (title, kinds) in [("reads", reads), ("writes", writes)] {
        for (position, kind) in kinds.iter().enumerate() {
            text += &format!("{:8} {kind}\n", if position == 0 { title } else { "" });
        }
    }
    if !documentation.is_empty() {
        text += &format!("\n{documentation}");
    }
    text
}
