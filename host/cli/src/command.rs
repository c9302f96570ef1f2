//! The commands, one file each.

pub(crate) mod completions;
pub(crate) mod coverage;
mod description;
mod folder;
pub(crate) mod function;
pub(crate) mod image;
mod lifecycle;
mod listing;
pub(crate) mod lock;
pub(crate) mod man;
mod pipeline;
pub(crate) mod porch;
pub(crate) mod provenance;
pub(crate) mod render;
pub(crate) mod repo;
mod results;
pub(crate) mod serve;
pub(crate) mod test;
pub(crate) mod variant;

use crate::arguments::Command;
use crate::failure::Failure;

/// Carries out a command and returns its exit code.
pub(crate) fn run(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Render(arguments) => render::run(&arguments),
        Command::Function(command) => function::run(command),
        Command::Image(command) => image::run(&command),
        Command::Lock(arguments) => lock::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Variant(command) => variant::run(&command),
        Command::Provenance(command) => provenance::run(&command),
        Command::Coverage(command) => coverage::run(&command),
        Command::Repo(command) => repo::run(&command),
        Command::Porch(command) => porch::run(&command),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    }
}
