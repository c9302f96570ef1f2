//! Runs cases with any program: `conformance test DIR --program kpt`.
#![expect(clippy::print_stderr, reason = "a command line program")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use porchlight_conformance::{Format, FunctionMap, Options, Profile, Program, run};

#[derive(Parser)]
#[command(about = "Compare what programs make of packages")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the cases below a folder.
    Test(Test),
}

#[derive(clap::Args)]
struct Test {
    /// The folder with the cases, or one archive.
    folder: PathBuf,
    /// The program under test: a path, or a name on PATH.
    #[arg(long, default_value = "kpt")]
    program: String,
    /// What runs in place of images.
    #[arg(long, value_name = "FILE")]
    function_map: Option<PathBuf>,
    /// Where programs of the mapping are looked for first.
    #[arg(long, value_name = "DIR")]
    search: Vec<PathBuf>,
    /// The kpt that cases show which do not name one.
    #[arg(long, default_value_t)]
    kpt_compat: Profile,
    /// Only cases whose name contains this.
    #[arg(long)]
    only: Vec<String>,
    /// Make what the program does the expectation.
    #[arg(long)]
    update: bool,
    /// Report as JSON.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let Command::Test(arguments) = Arguments::parse().command;
    match test(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn test(arguments: Test) -> Result<bool, Box<dyn std::error::Error>> {
    let mut options = Options::new(arguments.folder, Program::find(&arguments.program)?);
    if let Some(file) = &arguments.function_map {
        options.functions = FunctionMap::read(file)?;
    }
    for folder in arguments.search {
        options.functions.search.push(std::fs::canonicalize(folder)?);
    }
    options.profile = arguments.kpt_compat;
    options.only = arguments.only;
    options.update = arguments.update;
    options.format = if arguments.json { Format::Json } else { Format::Text };
    Ok(run(&options, &mut std::io::stdout())?.is_success())
}
