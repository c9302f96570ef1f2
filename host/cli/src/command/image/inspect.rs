//! `porchlight image inspect`

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use porchlight_oci::{Inspection, Layout, Reference};

use super::access::Access;
use super::failure;
use crate::command::listing::Listing;
use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// Full names of images [default with --layout: all in it]
    #[arg(value_name = "IMAGE", required_unless_present = "layout")]
    images: Vec<Reference>,
    /// Look into an OCI image layout, not into registries
    #[arg(long, value_name = "DIR")]
    layout: Option<PathBuf>,
    #[command(flatten)]
    listing: Listing,
    #[command(flatten)]
    access: Access,
}

pub(super) fn run(arguments: &Inspect) -> Result<u8, Failure> {
    let found = inspect(arguments)?;
    arguments.listing.print(&found, || found.iter().map(text).collect::<Vec<_>>().join("\n"))?;
    Ok(exit::SUCCESS)
}

fn inspect(arguments: &Inspect) -> Result<Vec<Inspection>, Failure> {
    let Some(folder) = &arguments.layout else {
        let images = arguments.access.images(&arguments.images.iter().collect::<Vec<_>>())?;
        return arguments.images.iter().map(|image| images.inspect(image).map_err(|error| failure(&error))).collect();
    };
    let images = arguments.access.images(&[])?;
    let mut layout = Layout::open(folder).map_err(|error| failure(&error))?;
    let names = if arguments.images.is_empty() { layout.names() } else { arguments.images.clone() };
    names.iter().map(|name| images.inspect_in(&mut layout, name).map_err(|error| failure(&error))).collect()
}

fn text(found: &Inspection) -> String {
    let mut text = format!("{}\n  digest: {}\n", found.name, found.digest);
    for (name, value) in &found.annotations {
        let _ = writeln!(text, "  {}: {value}", name.strip_prefix("org.opencontainers.image.").unwrap_or(name));
    }
    for image in &found.images {
        let platform = if image.platform.is_empty() { "any platform" } else { &image.platform };
        let size = image.size.map_or("not here".to_owned(), |size| format!("{} KiB", size.div_ceil(1024)));
        let _ = write!(text, "  {platform}: {size}, {}", image.digest);
        if !image.entrypoint.is_empty() {
            let _ = write!(text, ", runs `{}`", image.entrypoint.join(" "));
        }
        if !image.user.is_empty() {
            let _ = write!(text, " as {}", image.user);
        }
        text.push('\n');
    }
    for about in &found.referrers {
        let _ = writeln!(text, "  {}: {}", about.artifact_type, about.digest);
    }
    text
}
