//! `porchlight fn list`

use clap::Args;
use porchlight_runtime::OUR_PREFIX;

use super::entry::{Entry, Format, Listing, metadata, print_json};
use crate::failure::Failure;
use crate::{exit, output};

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
    match arguments.listing.format {
        Format::Json => print_json(&entries)?,
        Format::Text => output::data(table(&entries).as_bytes())?,
    }
    Ok(exit::SUCCESS)
}

fn table(entries: &[Entry]) -> String {
    let mut rows = vec![["NAME", "IMAGE", "SIZE", "DESCRIPTION"].map(str::to_owned)];
    rows.extend(entries.iter().map(|entry| {
        let size = format!("{} KiB", entry.size.div_ceil(1024));
        [entry.name.to_owned(), entry.image.clone(), size, entry.description.clone()]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let (name, image, size) = (width(0), width(1), width(2));
    rows.iter().map(|[a, b, c, d]| format!("{a:name$}  {b:image$}  {c:>size$}  {d}\n")).collect()
}
