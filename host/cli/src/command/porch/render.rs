//! `porchlight porch render NAME`

use clap::Args;

use super::open::ClusterFlags;
use super::{failure, update_failure};
use crate::command::pipeline::{Pipeline, PipelineFlags};
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Render {
    #[command(flatten)]
    cluster: ClusterFlags,
    /// Name of the draft, like `blueprints.edge.upf.v1`
    #[arg(value_name = "NAME")]
    name: String,
    /// Change nothing; exit with 1 if anything would change
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    pipeline: PipelineFlags,
}

pub(crate) fn run(arguments: &Render) -> Result<u8, Failure> {
    let pipeline = Pipeline::new(&arguments.pipeline)?;
    let porch = arguments.cluster.open()?;
    if arguments.check {
        let resources = porch.resources(&arguments.name).map_err(|error| failure(&error))?;
        let contents = resources.contents().map_err(|error| failure(&error))?;
        let changed = pipeline.render(resources.package(), &contents)?.differences(&contents);
        for path in &changed {
            output::error(&format!("would change: {path}"));
        }
        return Ok(if changed.is_empty() { exit::SUCCESS } else { exit::FAILED });
    }
    let updated = porch
        .update(&arguments.name, |resources, contents| pipeline.render(resources.package(), contents))
        .map_err(update_failure)?;
    super::tell(&arguments.name, &updated)?;
    Ok(exit::SUCCESS)
}
