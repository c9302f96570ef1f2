//! `porchlight fn sink DIR`

use std::path::PathBuf;

use clap::Args;

use super::stream;
use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Sink {
    /// Directory to make; stdin is a ResourceList or documents
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

pub(crate) fn run(arguments: &Sink) -> Result<u8, Failure> {
    stream::is_new(&arguments.directory)?;
    let input = stream::parse(&stream::stdin()?, "stdin")?;
    stream::write_to(&arguments.directory, input.into_resources())?;
    Ok(exit::SUCCESS)
}
