//! The pipeline of a package, run on files that are not in a folder of the user.

use std::io;

use clap::Args;
use porchlight_package::{Compat, Format, PackageTree, PlanOptions};
use porchlight_pipeline::{RenderOptions, TextReporter};
use porchlight_repository::Contents;
use porchlight_runtime::{Containers, Functions};

use super::render::{attribution, errors, status};
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::limits::LimitFlags;
use crate::runtime::RuntimeFlags;

// How packages are rendered.
#[derive(Debug, Args)]
pub(super) struct PipelineFlags {
    /// Allow a function to return no resources at all, which empties the package
    #[arg(long)]
    allow_empty: bool,
    /// Leave the outcome of the render out of the Kptfile's status, where Porch writes it
    #[arg(long)]
    no_status: bool,
    #[command(flatten)]
    runtime: RuntimeFlags,
    #[command(flatten)]
    limits: LimitFlags,
}

/// Renders packages, as `porchlight render` does in a folder.
pub(super) struct Pipeline<'a> {
    flags: &'a PipelineFlags,
    functions: Functions,
}

impl<'a> Pipeline<'a> {
    pub(super) fn new(flags: &'a PipelineFlags) -> Result<Self, Failure> {
        let functions =
            flags.runtime.functions(Compat::Latest, flags.limits.function(), Containers::default(), None)?;
        Interrupts::watch(functions.processes())
            .map_err(|error| Failure::plain(format_args!("cannot watch for interrupts: {error}")))?;
        Ok(Self { flags, functions })
    }

    /// The files of the package `name` as its pipeline leaves them.
    pub(super) fn render(&self, name: &str, contents: &Contents) -> Result<Contents, Failure> {
        let scratch = tempfile::tempdir()
            .map_err(|error| Failure::plain(format_args!("cannot make a folder for the render: {error}")))?;
        // Progress and messages name a package by its folder.
        let folder = scratch.path().join(name);
        contents.write_to(&folder).map_err(|error| super::folder::failure(&error))?;
        let tree = PackageTree::open(&folder, Compat::Latest).map_err(errors::package)?;
        let mut reporter =
            TextReporter::new(io::stderr(), Compat::Latest, true).wasm(self.flags.runtime.allow_alpha_wasm);
        let options = RenderOptions { allow_exec: self.flags.runtime.allow_exec, allow_empty: self.flags.allow_empty };
        let outcome = porchlight_pipeline::render(&tree, &self.functions, &mut reporter, &options);
        let mut rendered = outcome.rendered.map_err(errors::render)?;
        tree.settle(&mut rendered.resources, attribution(Compat::Latest)).map_err(|error| errors::plan(&error))?;
        let plan = PlanOptions { allow_empty: self.flags.allow_empty, format: Format::Kpt, keep_files: false };
        let plan = tree.plan(rendered.resources, &rendered.sources, plan).map_err(|error| errors::plan(&error))?;
        let told = (!self.flags.no_status).then_some(&outcome.status);
        let plan = status::added(plan, &tree, told, Format::Kpt)?;
        plan.commit().map_err(|error| errors::commit(&error))?;
        Contents::read_from(&folder).map_err(|error| super::folder::failure(&error))
    }
}
