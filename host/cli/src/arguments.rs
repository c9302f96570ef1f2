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

/// Of all commands only the one that is named gets its flags (`defer`, here and at the commands below commands): with those
/// of all, putting the command line together takes a millisecond. Structs of flags then have no doc comments, which would
/// take the place of what is said of the command here.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// What is said of every command, by its name and those of the commands it is below.
    fn descriptions(command: &clap::Command, within: &str, found: &mut Vec<(String, String, String)>) {
        for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
            let name = format!("{within} {}", below.get_name());
            let text = |text: Option<&clap::builder::StyledStr>| text.map(ToString::to_string).unwrap_or_default();
            found.push((name.clone(), text(below.get_about()), text(below.get_long_about())));
            descriptions(below, &name, found);
        }
    }

    #[test]
    fn flags_say_nothing_about_their_command() {
        let mut command = Arguments::command();
        let (mut before, mut after) = (Vec::new(), Vec::new());
        descriptions(&command, "porchlight", &mut before);
        command.build();
        descriptions(&command, "porchlight", &mut after);
        assert_eq!(before, after);
        assert!(before.iter().all(|(_, about, _)| !about.is_empty()), "{before:?}");
    }

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
