//! `porchlight porch …`: package revisions of a cluster, through Porch's API.

mod create;
mod lifecycle;
mod list;
mod open;
mod pull;
mod push;
mod render;
mod repositories;
mod scope;
mod watch;

use clap::Subcommand;
use porchlight_krm::Code;
use porchlight_porch::{PorchError, UpdateError, Updated};

use crate::command::lifecycle::LifecycleCommand;
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum PorchCommand {
    /// List package revisions
    List(list::List),
    /// List the repositories that Porch knows, and whether it can use them
    Repositories(repositories::Repositories),
    /// Tell what becomes of package revisions, until it is ended
    Watch(watch::Watch),
    /// Make a draft of a new, empty package
    Init(Box<create::Init>),
    /// Make a draft that begins as a copy of a published revision
    Copy(create::Copy),
    /// Make a draft of a new package that begins as a revision of another one, and follows it
    Clone(Box<create::Clone>),
    /// Write the files of a package revision into a folder
    Pull(pull::Pull),
    /// Make the files of a folder those of a draft; the server renders them
    Push(push::Push),
    /// Render a draft here, and push what changed
    ///
    /// Where others change the draft meanwhile, their change is read and rendered again, once.
    Render(Box<render::Render>),
    #[command(flatten)]
    Lifecycle(LifecycleCommand<lifecycle::Revisions>),
}

pub(crate) fn run(command: &PorchCommand) -> Result<u8, Failure> {
    match command {
        PorchCommand::List(arguments) => list::run(arguments),
        PorchCommand::Repositories(arguments) => repositories::run(arguments),
        PorchCommand::Watch(arguments) => watch::run(arguments),
        PorchCommand::Init(arguments) => create::init(arguments),
        PorchCommand::Copy(arguments) => create::copy(arguments),
        PorchCommand::Clone(arguments) => create::clone(arguments),
        PorchCommand::Pull(arguments) => pull::run(arguments),
        PorchCommand::Push(arguments) => push::run(arguments),
        PorchCommand::Render(arguments) => render::run(arguments),
        PorchCommand::Lifecycle(command) => lifecycle::run(command),
    }
}

/// An error of the library, as a user meets it.
fn failure(error: &PorchError) -> Failure {
    let code = error.code();
    let failure = Failure::coded(code, error).exit(match code {
        Code::PorchUnavailable | Code::PorchAuth => exit::EXTERNAL,
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
        UpdateError::Porch(error) => failure(&error),
        UpdateError::Work(failure) => failure,
    }
}

/// Says what became of the files of a draft.
fn tell(name: &str, updated: &Updated) -> Result<(), Failure> {
    for path in &updated.changed {
        output::error(&format!("changed: {path}"));
    }
    let how = if updated.changed.is_empty() { "unchanged" } else { "changed" };
    output::data(format!("{name} {how} at version {}\n", updated.resources.version()).as_bytes())
}
