//! `porchlight test [DIR]`

use std::env;
use std::path::PathBuf;
use std::thread;

use clap::{Args, ValueEnum};
use porchlight_conformance::{Format, FunctionMap, Options, Profile, Program, SuiteError, run as run_cases};
use porchlight_krm::Code;
use porchlight_package::Compat;

use crate::failure::Failure;
use crate::report::{ReportFlags, Run, Work};
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Directory with the cases, or one case archive (`.txtar`)
    #[arg(default_value = ".")]
    directory: PathBuf,
    /// Make what the program does the expectation
    #[arg(long)]
    update: bool,
    /// Only cases whose name contains this; may be given several times
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// What runs in place of images, as for `render`
    #[arg(long, value_name = "FILE")]
    function_map: Option<PathBuf>,
    /// Directory in which programs of the function map are looked for before PATH
    #[arg(long, value_name = "DIR")]
    search: Vec<PathBuf>,
    /// Release of kpt that cases show which do not name one: `beta.56` or `latest`
    #[arg(long, value_name = "RELEASE", default_value_t = Compat::Latest)]
    kpt_compat: Compat,
    /// Another program to test: `kpt`, or the path of a kpt or porchlight [default: this one]
    #[arg(long, value_name = "PROGRAM")]
    program: Option<String>,
    /// Cases that run at a time [default: one per processor]
    #[arg(short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    #[command(flatten)]
    report: ReportFlags,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Json,
}

pub(crate) fn run(arguments: &Test) -> Result<u8, Failure> {
    // The outcome of the cases is on stdout.
    arguments.report.beside(true)?;
    let work = Work { command: "test", done: "tested" };
    arguments.report.around(Run::start(work, arguments.directory.display(), arguments.update), |run| {
        run.stage("test", || cases(arguments))
    })
}

fn cases(arguments: &Test) -> Result<u8, Failure> {
    let usage = |error: String| Failure::plain(error).exit(exit::USAGE);
    let program = match &arguments.program {
        Some(program) => program.clone(),
        None => env::current_exe().map_err(|error| usage(error.to_string()))?.display().to_string(),
    };
    let program = Program::find(&program).map_err(|error| usage(error.to_string()))?;
    let mut functions = match &arguments.function_map {
        Some(file) => FunctionMap::read(file).map_err(usage)?,
        None => FunctionMap::default(),
    };
    for directory in &arguments.search {
        let found = directory.canonicalize().map_err(|error| usage(format!("`{}`: {error}", directory.display())))?;
        functions.search.push(found);
    }
    let processors = || thread::available_parallelism().map_or(1, usize::from);
    let options = Options {
        functions,
        profile: match arguments.kpt_compat {
            Compat::Beta56 => Profile::Beta56,
            Compat::Latest => Profile::Latest,
        },
        only: arguments.only.clone(),
        update: arguments.update,
        format: match arguments.format {
            Form::Text => Format::Text,
            Form::Json => Format::Json,
        },
        jobs: arguments.jobs.map_or_else(processors, usize::from),
        ..Options::new(arguments.directory.clone(), program)
    };
    match run_cases(&options, &mut output::stdout()) {
        Ok(summary) if summary.is_success() => Ok(exit::SUCCESS),
        Ok(_) => Err(Failure::told(Code::VerifyFailed, "a case did not pass")),
        Err(error @ (SuiteError::Discover(_) | SuiteError::NoneLeft(_))) => Err(usage(error.to_string())),
        Err(error @ SuiteError::Io(_)) => Err(Failure::plain(error)),
    }
}
