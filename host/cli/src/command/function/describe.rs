//! `porchlight fn describe NAME`

use clap::Args;
use porchlight_krm::{Metadata, Role};
use serde::Serialize;

use super::entry::{Entry, Format, Listing, metadata, print_json};
use super::find;
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Describe {
    /// Name of the function, as `porchlight fn list` shows it
    name: String,
    #[command(flatten)]
    listing: Listing,
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
    let Metadata { role, config_kind, reads, writes, .. } = metadata(function)?;
    let entry = Entry::new(function, &metadata(function)?, &arguments.listing.image_prefix);
    let description = Description { entry, role, config_kind, reads, writes, documentation: function.documentation() };
    match arguments.listing.format {
        Format::Json => print_json(&description)?,
        Format::Text => output::data(text(&description).as_bytes())?,
    }
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
