//! `porchlight fn eval [DIR|-] [-- key=value …]`

mod call;
mod flags;
mod save;

use std::io;
use std::path::{Path, PathBuf};

use porchlight_krm::{Code, Resource, ResourceList};
use porchlight_package::{Compat, Directory, PlanOptions, Sources, WritePlan};
use porchlight_pipeline::{
    EvaluateOptions, Evaluation, FunctionResultList, Input, Problem, RenderError, Reporter, TextReporter, evaluate,
};

use super::stream;
use crate::command::render::errors;
use crate::command::results;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::report::{Record, Run, Work};
use crate::{exit, output};
use call::Call;
pub(crate) use flags::Eval;
use save::Saving;

/// Where the resources come from.
enum Place {
    Directory { directory: Directory, sources: Sources },
    Stdin,
}

/// Where they go.
enum Destination<'a> {
    InPlace,
    List,
    Documents,
    Directory(&'a Path),
}

pub(crate) fn run(arguments: &Eval) -> Result<u8, Failure> {
    let destination = destination(arguments)?;
    arguments.report.beside(matches!(destination, Destination::List | Destination::Documents))?;
    let work = Work { command: "fn eval", done: "evaluated a function on" };
    let run = Run::start(work, arguments.directory.display(), matches!(destination, Destination::InPlace));
    arguments.report.around(run, |run| eval(arguments, &destination, run))
}

fn eval(arguments: &Eval, destination: &Destination<'_>, run: &mut Run) -> Result<u8, Failure> {
    let call = Call::of(arguments)?;
    let runtime = arguments.runtime()?;
    let interrupts = Interrupts::watch(runtime.processes())
        .map_err(|error| Failure::plain(format_args!("cannot watch for interrupts: {error}")))?;
    let (place, input) = {
        // Opening completes a write that was interrupted.
        let _whole = interrupts.hold();
        run.stage("read", || read(arguments))?
    };
    let saving = Saving::of(arguments, &call, &place)?;
    let config = call.config(arguments)?;

    let compat = arguments.kpt_compat;
    let here = PathBuf::from(".");
    let set_aside = config_within(arguments, &place);
    let options = EvaluateOptions {
        compat,
        directory: match &place {
            Place::Directory { directory, .. } => directory.root(),
            Place::Stdin => &here,
        },
        allow_empty: arguments.allow_empty || !matches!(destination, Destination::InPlace),
        set_aside: set_aside.as_deref().filter(|_| compat == Compat::Latest),
    };
    let mut reporter = Record::new(
        TextReporter::new(io::stderr(), compat, arguments.truncate_output).wasm(arguments.runtime.allow_alpha_wasm),
    );
    let Evaluation { results, evaluated } = run.stage_that_ends(
        "evaluate",
        |evaluation: &Evaluation| evaluation.evaluated.is_ok(),
        || evaluate(&call.function, config, input, &runtime, &mut reporter, &options),
    );
    run.rendered(reporter.take_steps(), &results, usize::from(evaluated.is_ok()), 1);
    let evaluated = evaluated.map_err(failure);
    let committed = match (evaluated, &place, destination) {
        (Ok(resources), Place::Directory { directory, sources }, Destination::InPlace) => {
            let names = run.names(&resources);
            planned(arguments, directory, sources, resources, &saving, &results).and_then(|(plan, told)| {
                run.planned(&plan, names);
                let _whole = interrupts.hold();
                plan.commit().map(|()| (told, None)).map_err(|error| errors::commit(&error))
            })
        }
        (evaluated, ..) => evaluated.map(|resources| (String::new(), Some(resources))),
    };
    save_results(arguments, &results, &mut reporter)?;
    let (mut told, printed) = committed?;
    if let Some(resources) = printed {
        print(resources, destination)?;
        told = save_apart(&saving, &place, &results, &interrupts)?;
    }
    if !told.is_empty() {
        output::error(&told);
    }
    Ok(exit::SUCCESS)
}

fn destination(arguments: &Eval) -> Result<Destination<'_>, Failure> {
    Ok(match arguments.output.as_deref() {
        Some("stdout") => Destination::List,
        Some("unwrap") => Destination::Documents,
        Some(directory) => {
            stream::is_new(Path::new(directory))?;
            Destination::Directory(Path::new(directory))
        }
        None if arguments.is_stdin() => Destination::List,
        None => Destination::InPlace,
    })
}

fn read(arguments: &Eval) -> Result<(Place, Input), Failure> {
    if arguments.is_stdin() {
        return Ok((Place::Stdin, stream::parse(&stream::stdin()?, "stdin")?));
    }
    let directory = stream::open(&arguments.directory)?;
    let contents = directory.read().map_err(stream::package)?;
    let place = Place::Directory { directory, sources: contents.sources };
    Ok((place, Input::from_files(contents.resources)))
}

/// The path of the config's file, where it is among the resources.
fn config_within(arguments: &Eval, place: &Place) -> Option<String> {
    let Place::Directory { directory, .. } = place else { return None };
    let file = arguments.fn_config.as_deref()?.canonicalize().ok()?;
    file.strip_prefix(directory.root()).ok()?.to_str().map(str::to_owned)
}

/// What is written back at once: the resources, and the Kptfile with the function if that is wanted.
fn planned(
    arguments: &Eval,
    directory: &Directory,
    sources: &Sources,
    resources: Vec<Resource>,
    saving: &Saving,
    results: &FunctionResultList,
) -> Result<(WritePlan, String), Failure> {
    let options =
        PlanOptions { allow_empty: arguments.allow_empty, format: arguments.format, ..PlanOptions::default() };
    let plan = directory.plan(resources, sources, options).map_err(|error| errors::plan(&error))?;
    saving.add(directory, plan, results)
}

/// Keeps the function where the resources go elsewhere.
fn save_apart(
    saving: &Saving,
    place: &Place,
    results: &FunctionResultList,
    interrupts: &Interrupts,
) -> Result<String, Failure> {
    let Place::Directory { directory, .. } = place else { return Ok(saving.without_package()) };
    let (plan, told) = saving.add(directory, directory.plan_nothing(), results)?;
    let _whole = interrupts.hold();
    plan.commit().map_err(|error| errors::commit(&error))?;
    Ok(told)
}

fn print(resources: Vec<Resource>, destination: &Destination<'_>) -> Result<(), Failure> {
    let mut list = ResourceList::default();
    list.items = resources;
    let text = list.to_text();
    // As in kpt, documents and directories are made from the list: what a list cannot hold is not in them.
    let again = || stream::parse(text.as_bytes(), "the function's output").map(Input::into_resources);
    match destination {
        Destination::Documents => stream::print_documents(again()?),
        Destination::Directory(directory) => stream::write_to(directory, again()?),
        Destination::List | Destination::InPlace => output::data(text.as_bytes()),
    }
}

fn save_results(arguments: &Eval, results: &FunctionResultList, reporter: &mut dyn Reporter) -> Result<(), Failure> {
    match &arguments.results_dir {
        Some(directory) => results::save(directory, &results.to_yaml(arguments.kpt_compat), reporter, true),
        None => Ok(()),
    }
}

/// An error of the function, in kpt's words for `fn eval`.
fn failure(error: RenderError) -> Failure {
    let code = error.problem.code();
    match *error.problem {
        Problem::Failed { .. } | Problem::Runtime(_) => errors::render(error),
        problem => Failure::plain(problem).code(code.unwrap_or(Code::FnOutputInvalid)),
    }
}
