//! `porchlight fn sink DIR`

use std::path::PathBuf;

use clap::Args;

use super::stream;
use crate::exit;
use crate::failure::Failure;
use crate::report::{ReportFlags, Run, Work};

#[derive(Debug, Args)]
pub(crate) struct Sink {
    /// Directory to make; stdin is a ResourceList or documents
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    #[command(flatten)]
    report: ReportFlags,
}

pub(crate) fn run(arguments: &Sink) -> Result<u8, Failure> {
    let directory = &arguments.directory;
    stream::is_new(directory)?;
    let work = Work { command: "fn sink", done: "wrote" };
    arguments.report.around(Run::start(work, directory.display(), true), |run| {
        let input = run.stage("read", || stream::parse(&stream::stdin()?, "stdin"))?;
        run.stage("write", || stream::write_to(directory, input.into_resources()))?;
        Ok(exit::SUCCESS)
    })
}
