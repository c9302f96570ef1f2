//! The command line as a whole; each command's arguments are beside the command.

use clap::{Parser, Subcommand};

use crate::command::completions::Completions;
use crate::command::coverage::CoverageCommand;
use crate::command::function::FunctionCommand;
use crate::command::image::ImageCommand;
use crate::command::lock::Lock;
use crate::command::man::ManPages;
use crate::command::porch::PorchCommand;
use crate::command::provenance::ProvenanceCommand;
use crate::command::render::Render;
use crate::command::repo::RepoCommand;
use crate::command::serve::Serve;
use crate::command::test::Test;
use crate::command::variant::VariantCommand;

/// Renders kpt packages through sandboxed KRM functions, byte for byte as kpt would.
#[derive(Debug, Parser)]
#[command(name = "porchlight", version, max_term_width = 120)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the pipelines of a package and all packages below it, as `kpt fn render` does
    Render(Box<Render>),
    /// Run, list and describe the functions inside this program
    #[command(subcommand, name = "fn")]
    Function(FunctionCommand),
    /// Build, send, bring and look at images of functions
    #[command(subcommand)]
    Image(ImageCommand),
    /// Write down which code stands behind the images of a package, for `render --locked`
    Lock(Box<Lock>),
    /// Run the cases below a directory, in kpt's own format, and compare what comes out
    Test(Box<Test>),
    /// Answer Porch's function calls over gRPC: a function runner without pods, or in front of one with pods
    Serve(Box<Serve>),
    /// Make the packages that PackageVariants and PackageVariantSets ask for, as Porch's controllers would
    #[command(subcommand)]
    Variant(VariantCommand),
    /// Check statements of how packages were rendered
    #[command(subcommand)]
    Provenance(ProvenanceCommand),
    /// Look at coverage plans
    #[command(subcommand)]
    Coverage(CoverageCommand),
    /// Read and change packages in Porch's git repositories, without a cluster
    #[command(subcommand)]
    Repo(RepoCommand),
    /// Read and change package revisions of a cluster, through Porch's API
    #[command(subcommand)]
    Porch(PorchCommand),
    /// Print the completion script of a shell
    ///
    /// For bash: `porchlight completions bash > ~/.local/share/bash-completion/completions/porchlight`
    Completions(Completions),
    /// Print the manual page, or write those of all commands
    Man(ManPages),
}
