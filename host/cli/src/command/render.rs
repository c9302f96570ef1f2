//! `porchlight render [PKG]`

mod destination;
pub(super) mod errors;
mod failed;
mod findings;
mod places;
mod provenance;
pub(super) mod status;

use std::env;
use std::io;
use std::path::PathBuf;

use clap::Args;
use porchlight_findings::Findings;
use porchlight_package::{Compat, Format, PackageTree, PlanOptions};
use porchlight_pipeline::{Event, Outcome, RenderError, RenderOptions, Reporter, TextReporter};
use porchlight_runtime::{Containers, Lock};

use crate::command::results;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::limits::LimitFlags;
use crate::report::{Record, ReportFlags, Run, Work};
use crate::runtime::RuntimeFlags;
use crate::{exit, output, threads};
use destination::{Destination, Written};
use findings::FindingsFlags;
use provenance::ProvenanceFlags;

#[derive(Debug, Args)]
pub(crate) struct Render {
    /// Directory of the package
    #[arg(default_value = ".")]
    package: PathBuf,
    /// Instead of writing in place: `stdout` (a ResourceList), `unwrap` (documents), or a new directory
    #[arg(short, long, value_name = "stdout|unwrap|DIR")]
    output: Option<String>,
    /// Write nothing; print what would change as a diff
    #[arg(long, conflicts_with_all = ["output", "check"])]
    dry_run: bool,
    /// Write nothing; exit with 1 if anything would change
    #[arg(long, conflicts_with = "output")]
    check: bool,
    /// Directory for `results.yaml`, what every function reported
    #[arg(long, value_name = "DIR")]
    results_dir: Option<PathBuf>,
    /// Run only the images that `porchlight.lock` names, by their digests; `porchlight lock` writes it
    #[arg(long)]
    locked: bool,
    #[command(flatten)]
    findings: FindingsFlags,
    /// Allow a function to return no resources at all, which empties the package
    #[arg(long)]
    allow_empty: bool,
    /// Release of kpt to follow in item order, rules and messages: `beta.56` or `latest`
    #[arg(long, value_name = "RELEASE", default_value_t = Compat::Latest)]
    kpt_compat: Compat,
    /// How files are written: `kpt` (anew, as kpt writes them) or `minimal` (only what functions changed moves)
    #[arg(long, value_name = "kpt|minimal", default_value_t = Format::Kpt)]
    format: Format,
    /// Write into the root Kptfile whether the render succeeded and what each function did, as kpt does since beta.62
    #[arg(long, conflicts_with = "output")]
    write_status: bool,
    /// Threads for reading and writing files [default: one per processor]
    #[arg(short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Cut long results and stderr of functions to four lines, as kpt beta.56 does
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    truncate_output: bool,
    #[command(flatten)]
    provenance: ProvenanceFlags,
    #[command(flatten)]
    runtime: RuntimeFlags,
    #[command(flatten)]
    limits: LimitFlags,
    #[command(flatten)]
    report: ReportFlags,
}

pub(crate) fn run(arguments: &Render) -> Result<u8, Failure> {
    let destination = Destination::of(arguments)?;
    status::check(arguments)?;
    arguments.provenance.check(&destination, &arguments.package)?;
    let work = Work { command: "render", done: "rendered" };
    let run = Run::start(work, arguments.package.display(), destination.writes_package());
    let results = arguments.results_dir.as_deref();
    arguments.report.beside(arguments.provenance.is_stdout())?;
    let stdout_is_taken = [destination.takes_stdout(), arguments.report.is_stdout(), arguments.provenance.is_stdout()];
    arguments.findings.check(results, stdout_is_taken.contains(&true))?;
    arguments.report.around(run, |run| {
        let mut found = Findings::default();
        let outcome = render(arguments, &destination, run, &mut found);
        let told = arguments.findings.write(results, found, outcome.as_ref().err());
        outcome.and_then(|code| told.map(|()| code))
    })
}

fn render(arguments: &Render, destination: &Destination, run: &mut Run, found: &mut Findings) -> Result<u8, Failure> {
    threads::start(arguments.jobs);
    let mut runtime =
        arguments.runtime.functions(arguments.kpt_compat, arguments.limits.function(), Containers::default(), None)?;
    if arguments.locked {
        let lock = Lock::read(&arguments.package).map_err(|error| Failure::plain(error).exit(exit::USAGE))?;
        runtime = runtime.with_lock(lock);
    }
    let interrupts = Interrupts::watch(runtime.processes())
        .map_err(|error| Failure::plain(format_args!("cannot watch for interrupts: {error}")))?;

    let tree = {
        // Opening completes a write that was interrupted.
        let _whole = interrupts.hold();
        run.stage("read", || PackageTree::open(&arguments.package, arguments.kpt_compat).map_err(errors::package))?
    };
    tell_about(&tree);
    let evidence = arguments.provenance.begin(arguments, &tree, &runtime)?;

    let mut reporter = Record::new(
        TextReporter::new(io::stderr(), arguments.kpt_compat, arguments.truncate_output)
            .wasm(arguments.runtime.allow_alpha_wasm),
    );
    let options = RenderOptions { allow_exec: arguments.runtime.allow_exec, allow_empty: arguments.allow_empty };
    let Outcome { results, functions, packages, status, rendered, partial } = run.stage_that_ends(
        "render",
        |outcome: &Outcome| outcome.rendered.is_ok(),
        || porchlight_pipeline::render(&tree, evidence.runtime(), &mut reporter, &options),
    );
    run.rendered(reporter.take_steps(), &results, functions, packages);

    let told = |error: RenderError| {
        let mut sources = findings::sources(tree.root());
        let mut places = places::of_problem(&mut sources, &error);
        for (position, _) in results.items.iter().enumerate().filter(|(_, item)| item.failed) {
            places.extend(places::of(&tree, &mut sources, &results.items, position));
        }
        places.into_iter().fold(errors::render(error), Failure::hint)
    };
    let plan = PlanOptions { allow_empty: arguments.allow_empty, format: arguments.format, keep_files: false };
    let status = arguments.write_status.then_some(status);
    let failed = rendered.is_err();
    let written = match rendered {
        Ok(rendered) => destination.write(&tree, rendered, plan, status.as_ref(), &interrupts, run),
        Err(error) => Err(told(error)),
    };
    let written = match written {
        Err(failure) if destination.writes_package() => {
            let status = status.map(|status| if failed { status } else { status.failed(&tree, &failure.message) });
            let saved = partial.is_some();
            failed::write(&tree, partial, plan, status.as_ref(), &interrupts, &failure)?;
            if saved {
                reporter.report(Event::Rendered { functions, packages, whole: false });
            }
            Err(failure)
        }
        written => written,
    };
    if matches!(written, Ok(Written::InPlace)) {
        reporter.report(Event::Rendered { functions, packages, whole: true });
    }
    // After the write, so that lines are those of the files as they are now.
    *found = arguments.findings.of(&results, tree.root());
    if let Some(directory) = &arguments.results_dir {
        results::save(directory, &results.to_yaml(arguments.kpt_compat), &mut reporter, false)?;
    }
    let written = written?;
    evidence.write(destination)?;
    Ok(match written {
        Written::Differences => exit::FAILED,
        Written::InPlace | Written::Elsewhere => exit::SUCCESS,
    })
}

/// What a user should know about how the package was opened.
fn tell_about(tree: &PackageTree) {
    if let Some(link) = tree.resolved_link() {
        output::error(&format!(
            "[WARN] resolved symlink \"{}\" to \"{}\", please note that the symlinks within the package are ignored",
            link.display(),
            tree.root().display()
        ));
    }
    if let Some(recovery) = tree.recovery() {
        let (root, files) = (recovery.root.display(), recovery.paths.len());
        output::error(&if recovery.completed {
            format!("[WARN] completed an interrupted write of \"{root}\": {files} file(s)")
        } else {
            format!("[WARN] dropped an interrupted write of \"{root}\" that had not begun")
        });
    }
}

/// Whether Config Connector resources are marked as kpt marks them; the variable is kpt's.
pub(super) fn attribution(compat: Compat) -> bool {
    let variable = match compat {
        Compat::Beta56 => "KPT_DISABLE_ATTRIBUTION",
        Compat::Latest => "KRM_DISABLE_ATTRIBUTION",
    };
    env::var_os(variable).is_none_or(|value| value.is_empty())
}
