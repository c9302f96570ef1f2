//! Runs cases with any program: `conformance test DIR --program kpt`.
#![expect(clippy::print_stderr, reason = "a command line program")]

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use porchlight_conformance::fuzz::{self, Campaign, Found, generate};
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
    /// Render generated packages with kpt and with another program until they differ.
    Fuzz(Fuzz),
    /// A function of the fuzzer: a ResourceList on stdin, edited on stdout.
    Function {
        /// Its name.
        name: String,
        /// What chooses among its edits.
        #[arg(default_value_t = 0)]
        seed: u64,
    },
    /// Print the generated package of a seed as an archive.
    Package {
        /// The seed.
        seed: u64,
        /// Fail unless its render is meant to succeed.
        #[arg(long)]
        tame: bool,
    },
}

#[derive(clap::Args)]
struct Fuzz {
    /// The program that is right.
    #[arg(long, default_value = "kpt")]
    reference: String,
    /// The program under test.
    #[arg(long, default_value = "porchlight")]
    program: String,
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stop after so many packages.
    #[arg(long, default_value_t = u64::MAX)]
    packages: u64,
    /// Stop after so many seconds.
    #[arg(long, default_value_t = 3600)]
    seconds: u64,
    /// Stop after so many differences.
    #[arg(long, default_value_t = 10)]
    findings: usize,
    /// Do not compare what is printed.
    #[arg(long)]
    no_console: bool,
    /// Write a case archive for each difference here.
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// A further word for the program under test, such as `--allow-empty`.
    #[arg(long, allow_hyphen_values = true)]
    flag: Vec<String>,
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
    let done = match Arguments::parse().command {
        Command::Test(arguments) => test(arguments),
        Command::Fuzz(arguments) => fuzz(arguments),
        Command::Function { name, seed } => return function(&name, seed),
        Command::Package { seed, tame } => package(seed, tame),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn function(name: &str, seed: u64) -> ExitCode {
    let mut text = String::new();
    let printed = match std::io::stdin().read_to_string(&mut text) {
        Ok(_) => fuzz::function::run(name, seed, &text),
        Err(_) => None,
    };
    let Some(printed) = printed else {
        eprintln!("there is no function `{name}`, or its input is no text");
        return ExitCode::from(125);
    };
    let written = std::io::stdout().write_all(printed.stdout.as_bytes());
    eprint!("{}", printed.stderr);
    if written.is_ok() { ExitCode::from(printed.code) } else { ExitCode::FAILURE }
}

/// What a Kptfile says to run a function of this program.
fn command() -> Result<String, Box<dyn std::error::Error>> {
    Ok(format!("{} function", std::env::current_exe()?.display()))
}

fn package(seed: u64, tame: bool) -> Result<bool, Box<dyn std::error::Error>> {
    let generated = generate::package(seed, &command()?);
    if tame && !generated.tame {
        return Ok(false);
    }
    for (path, bytes) in generated.files {
        writeln!(std::io::stdout(), "-- {path} --\n{}", String::from_utf8_lossy(&bytes))?;
    }
    Ok(true)
}

fn fuzz(arguments: Fuzz) -> Result<bool, Box<dyn std::error::Error>> {
    let campaign = Campaign {
        reference: Program::find(&arguments.reference)?,
        subject: Program::find(&arguments.program)?,
        seed: arguments.seed,
        packages: arguments.packages,
        time: Duration::from_secs(arguments.seconds),
        findings: arguments.findings,
        command: command()?,
        console: !arguments.no_console,
        save: arguments.save,
        jobs: std::thread::available_parallelism().map_or(1, usize::from),
        flags: arguments.flag,
    };
    let tell = |found: &Found| {
        let _ = writeln!(std::io::stdout(), "DIFFERENCE\n{}", fuzz::archive(found).to_text());
    };
    let outcome = fuzz::run(&campaign, &tell)?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{} packages from seed {} with {} and {}: {} differences",
        outcome.packages,
        arguments.seed,
        campaign.reference,
        campaign.subject,
        outcome.found.len()
    )?;
    for (reason, count) in &outcome.explained {
        writeln!(out, "{count} meant: {reason}")?;
    }
    Ok(outcome.found.is_empty())
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
