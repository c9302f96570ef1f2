//! `porchlight fn …`: single functions, and resources on their way to them and back.

mod describe;
mod entry;
mod eval;
mod list;
mod run;
mod schema;
mod sink;
mod source;
mod stream;

use clap::Subcommand;
use porchlight_embedded::EmbeddedFunction;
use porchlight_krm::Code;
use porchlight_yaml::serde::nearest;

use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum FunctionCommand {
    /// Run one function on a directory, or on a ResourceList from stdin, as `kpt fn eval` does
    Eval(Box<eval::Eval>),
    /// Print the resources of a directory as a ResourceList, as `kpt fn source` does
    Source(source::Source),
    /// Write resources from stdin to a new directory, as `kpt fn sink` does
    Sink(sink::Sink),
    /// Run one function: ResourceList on stdin, ResourceList on stdout
    ///
    /// This is the form for kpt's `exec:`. The function runs in the sandbox; its stderr and exit code are passed on.
    Run(run::Run),
    /// List the functions: name, image, version, digest, description
    List(list::List),
    /// Show what a function reads and writes, what it can be told, and examples
    Describe(describe::Describe),
    /// Print the JSON Schema of a kind, or of a function's configuration; without a name, the kinds
    Schema(schema::Schema),
}

pub(crate) fn run(command: FunctionCommand) -> Result<u8, Failure> {
    match command {
        FunctionCommand::Eval(arguments) => eval::run(&arguments),
        FunctionCommand::Source(arguments) => source::run(&arguments),
        FunctionCommand::Sink(arguments) => sink::run(&arguments),
        FunctionCommand::Run(arguments) => run::run(&arguments),
        FunctionCommand::List(arguments) => list::run(&arguments),
        FunctionCommand::Describe(arguments) => describe::run(&arguments),
        FunctionCommand::Schema(arguments) => schema::run(&arguments),
    }
}

/// The function called `name`, or an error that names all there are.
fn find(name: &str) -> Result<&'static EmbeddedFunction, Failure> {
    porchlight_embedded::find(name).ok_or_else(|| {
        let names: Vec<&str> = porchlight_embedded::all().iter().map(EmbeddedFunction::name).collect();
        Failure::coded(Code::FnUnknown, format_args!("no function is called `{name}`{}", or_nearest(name, &names)))
            .hint(format!("the functions are: {}", names.join(", ")))
            .exit(exit::USAGE)
    })
}

/// `; did you mean …?`, where one of the known names is close.
fn or_nearest(name: &str, known: &[&str]) -> String {
    nearest(name, known.iter().copied()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}
