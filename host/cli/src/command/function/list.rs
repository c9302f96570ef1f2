//! `porchlight fn list`

use clap::Args;
use porchlight_runtime::OUR_PREFIX;

use super::entry::{Entry, metadata};
use crate::command::listing::{Listing, table};
use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    listing: Listing,
    /// Where the images live
    #[arg(long, value_name = "PREFIX", default_value = OUR_PREFIX)]
    image_prefix: String,
}

pub(crate) fn run(arguments: &List) -> Result<u8, Failure> {
    let entries = porchlight_embedded::all()
        .iter()
        .map(|function| Ok(Entry::new(function, &metadata(function)?, &arguments.image_prefix)))
        .collect::<Result<Vec<_>, Failure>>()?;
    arguments.listing.print(&entries, || text(&entries))?;
    Ok(exit::SUCCESS)
}

fn text(entries: &[Entry]) -> String {
    let size = |entry: &Entry| format!("{} KiB", entry.size.div_ceil(1024));
    let width = entries.iter().map(|entry| size(entry).len()).max().unwrap_or_default();
    let head = format!("{:>width$}", "SIZE");
    let row = |entry: &Entry| {
        [entry.name.to_owned(), entry.image.clone(), format!("{:>width$}", size(entry)), entry.description.clone()]
    };
    table(["NAME", "IMAGE", &head, "DESCRIPTION"], entries.iter().map(row))
}
