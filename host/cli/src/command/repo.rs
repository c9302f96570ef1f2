//! `porchlight repo …`: packages in Porch's repositories, over plain git.

mod clone;
mod draft;
mod get;
mod lifecycle;
mod list;
mod open;
mod push;
mod show;

use clap::Subcommand;
use porchlight_repository::{RepositoryError, UpdateError};

use crate::command::lifecycle::LifecycleCommand;
use crate::exit;
use crate::failure::Failure;
use porchlight_krm::Code;

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum RepoCommand {
    /// List package revisions
    List(list::List),
    /// Show one revision: its locks, gates, conditions, and how it came to be
    Show(show::Show),
    /// Write the files of a revision into a folder
    Get(get::Get),
    /// Make a draft of a new, empty package
    Init(Box<draft::Init>),
    /// Make a draft that begins as a copy of a published revision
    Edit(Box<draft::Edit>),
    /// Make a draft of a new package that begins as a revision in another repository, and follows it
    Clone(Box<clone::Clone>),
    /// Render a folder and make it the content of a draft
    ///
    /// What others changed in the draft since the folder was read is kept, where it is in other files. The folder is
    /// brought up to what was pushed.
    Push(Box<push::Push>),
    /// Render a draft in the repository
    ///
    /// Where others change the draft meanwhile, their change is read and rendered again.
    Render(Box<draft::Render>),
    #[command(flatten)]
    Lifecycle(LifecycleCommand<lifecycle::Revisions>),
}

pub(crate) fn run(command: &RepoCommand) -> Result<u8, Failure> {
    match command {
        RepoCommand::List(arguments) => list::run(arguments),
        RepoCommand::Show(arguments) => show::run(arguments),
        RepoCommand::Get(arguments) => get::run(arguments),
        RepoCommand::Init(arguments) => draft::init(arguments),
        RepoCommand::Edit(arguments) => draft::edit(arguments),
        RepoCommand::Clone(arguments) => clone::run(arguments),
        RepoCommand::Push(arguments) => push::run(arguments),
        RepoCommand::Render(arguments) => draft::render(arguments),
        RepoCommand::Lifecycle(command) => lifecycle::run(command),
    }
}

/// An error of the library, as a user meets it.
fn failure(error: &RepositoryError) -> Failure {
    let code = error.code();
    let failure = Failure::coded(code, error).exit(match code {
        Code::NameInvalid => exit::USAGE,
        Code::ToolMissing | Code::PorchUnavailable | Code::PorchAuth => exit::EXTERNAL,
        _ => exit::FAILED,
    });
    match error.advice() {
        advice if advice.is_empty() => failure,
        advice => failure.hint(advice),
    }
}

/// An error of an update whose work fails as a command does.
fn update_failure(error: UpdateError<Failure>) -> Failure {
    match error {
        UpdateError::Repository(error) => failure(&error),
        UpdateError::Work(failure) => failure,
    }
}
