//! `porchlight serve`

mod called;
mod library;
mod pod_flags;

use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use porchlight_embedded::EmbeddedFunction;
use porchlight_krm::Code;
use porchlight_package::{Compat, FunctionRef, default_prefix};
use porchlight_pipeline::Runtime;
use porchlight_runtime::{Containers, Functions, OUR_PREFIX};
use porchlight_serve::{Bounds, Catalogue, FunctionConfigs, ImageMap, Level, LogFormat, Settings, Strictness, Targets};

use crate::failure::Failure;
use crate::limits::{LimitFlags, parse_time};
use crate::runtime::RuntimeFlags;
use crate::{exit, output};
pub(crate) use called::as_called;
use library::Library;
use pod_flags::PodFlags;

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Serve {
    /// Port of the service [default: 9445; 9446 for a single function]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Address to listen on [default: all]
    #[arg(long, value_name = "IP")]
    address: Option<IpAddr>,
    /// Port of `/metrics`, `/healthz` and `/readyz`; 0 for none
    #[arg(long, value_name = "PORT", default_value_t = 9464)]
    metrics_port: u16,
    /// Largest request and largest answer; every other part of Porch that has the flag must have the same value
    #[arg(long, value_name = "BYTES", default_value = "6291456")]
    max_request_body_size: NonZeroUsize,
    /// Porch's configuration file: which function, of those inside this program or in `--functions`, stands for which images
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory of modules that `--config` and `--function-configs` name
    #[arg(long, value_name = "DIR", default_value = "./functions")]
    functions: PathBuf,
    /// Directory of FunctionConfig objects, in YAML files
    #[arg(long, value_name = "DIR")]
    function_configs: Option<PathBuf>,
    /// What short names and an empty prefix of a FunctionConfig stand for; another place of our own images
    #[arg(long, value_name = "PREFIX")]
    default_image_prefix: Option<String>,
    /// Another function runner, which gets the calls for images that are not known here
    #[arg(long, value_name = "HOST:PORT")]
    fallback: Option<String>,
    /// Fail a call whose function reports an error, though it ended well
    #[arg(long)]
    strict: bool,
    /// Functions that run at a time [default: one per processor]
    #[arg(long, value_name = "N")]
    concurrency: Option<NonZeroUsize>,
    /// Calls that are worked on or wait, at most; further ones are told to try again
    #[arg(long, value_name = "N", default_value = "1024")]
    max_calls: NonZeroUsize,
    /// Time after which a connection takes no new calls, so that its caller makes another and may find another replica
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    max_connection_age: Option<Duration>,
    /// The OpenTelemetry collector that gets spans of calls by OTLP over gRPC, like `http://collector:4317` [default: that of
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`, else none]
    #[arg(long, value_name = "URL", hide = !cfg!(feature = "otlp"))]
    otlp_endpoint: Option<String>,
    /// Time to go on accepting calls after SIGTERM, while telling that the end is near
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    drain_delay: Option<Duration>,
    /// How much to log: `error`, `warn`, `info`, `debug`, `trace`, or Porch's numbers from 0 to 5
    #[arg(long, visible_alias = "verbosity", value_name = "LEVEL", default_value = "2")]
    log_level: Level,
    /// Form of log lines
    #[arg(long, value_enum, default_value = "json")]
    log_format: Form,
    /// A single function of ours, which answers every call, whatever the image
    #[arg(long, value_name = "NAME", conflicts_with = "program")]
    function: Option<String>,
    /// Print FunctionConfig objects for our functions, for Porch releases that need them, and end
    #[arg(long)]
    print_function_configs: bool,
    /// Ask the runner at an address for its health, and end
    #[arg(long, value_name = "HOST:PORT")]
    probe: Option<String>,
    #[command(flatten)]
    runtime: RuntimeFlags,
    #[command(flatten)]
    limits: LimitFlags,
    #[command(flatten)]
    pod: PodFlags,
    /// A program that answers every call, started anew for each, as Porch's wrapper server does
    #[arg(last = true, value_name = "PROGRAM")]
    program: Vec<String>,
}

/// Up to this many runs at a time have memory that stays: each takes 4 GiB of addresses.
const MOST_RESIDENT: u32 = 256;

const AFTER_HELP: &str = "\
The program also answers to the names that Porch's manifests use: called as `server` or `function-runner` it is this
command, as `wrapper-server` too, and as `grpc-health-probe` it is `porchlight serve --probe`.";

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Json,
}

pub(crate) fn run(arguments: &Serve) -> Result<u8, Failure> {
    if let Some(address) = &arguments.probe {
        return porchlight_serve::probe(address).map(|()| exit::SUCCESS).map_err(Failure::plain);
    }
    if arguments.print_function_configs {
        let inside = library::inside(arguments.image_prefix().as_deref().unwrap_or(OUR_PREFIX));
        output::data(porchlight_serve::function_configs(&inside, arguments.pod.namespace()).as_bytes())?;
        return Ok(exit::SUCCESS);
    }
    let format = match arguments.log_format {
        Form::Text => LogFormat::Text,
        Form::Json => LogFormat::Json,
    };
    porchlight_serve::start_log(format, arguments.log_level);
    for flag in arguments.pod.given() {
        tracing::warn!(flag, "no pods are run here: the flag has no effect");
    }
    let functions = arguments.functions()?;
    let processes = functions.processes();
    let catalogue = arguments.catalogue(functions)?;
    let (ready, problems) = catalogue.warm();
    for problem in problems {
        tracing::warn!(problem, "a function that is configured cannot be run here");
    }
    tracing::info!(ready, version = env!("CARGO_PKG_VERSION"), "functions are ready");
    let ended = porchlight_serve::run(arguments.settings(), catalogue);
    processes.kill_all();
    let totals = ended.map_err(|error| Failure::plain(error).exit(exit::USAGE))?;
    match totals.dropped {
        0 => Ok(exit::SUCCESS),
        calls => Err(Failure::plain(format_args!("ended at once, as asked twice, with {calls} calls in progress"))),
    }
}

impl Serve {
    fn image_prefix(&self) -> Option<String> {
        self.runtime.image_prefix.clone().or_else(|| self.default_image_prefix.clone())
    }

    fn is_single(&self) -> bool {
        self.function.is_some() || !self.program.is_empty()
    }

    fn settings(&self) -> Settings {
        let default = Settings::default();
        let running = self.concurrency.map_or(default.bounds.running, NonZeroUsize::get);
        Settings {
            address: self.address,
            port: self.port.unwrap_or(if self.is_single() { 9446 } else { default.port }),
            metrics_port: (self.metrics_port != 0).then_some(self.metrics_port),
            max_message: self.max_request_body_size.get(),
            bounds: Bounds { running, calls: self.max_calls.get(), ..default.bounds },
            fallback: self.fallback.clone(),
            strictness: match self.is_single() {
                _ if self.strict => Strictness::Results,
                true => Strictness::List,
                false => Strictness::Lenient,
            },
            max_connection_age: self.max_connection_age,
            collector: self.otlp_endpoint.clone(),
            drain_delay: self.drain_delay.unwrap_or_default(),
        }
    }

    fn functions(&self) -> Result<Functions, Failure> {
        let mut flags = self.runtime.clone();
        flags.image_prefix = self.image_prefix();
        let exec = self.program.first().map(String::as_str);
        let functions = flags.functions(Compat::Latest, self.limits.function(), Containers::default(), exec)?;
        // A function holds its turn until its memory is back, so there are never more runs than turns.
        let runs = u32::try_from(self.settings().bounds.running).ok().and_then(NonZeroU32::new);
        Ok(match runs.filter(|runs| runs.get() <= MOST_RESIDENT) {
            Some(runs) => functions.with_resident_memory(runs),
            None => functions,
        })
    }

    fn catalogue(&self, functions: Functions) -> Result<Catalogue, Failure> {
        let prepared = if let Some(name) = &self.function {
            let names = || porchlight_embedded::all().iter().map(EmbeddedFunction::name).collect::<Vec<_>>().join(", ");
            let inside =
                library::inside(OUR_PREFIX).into_iter().find(|inside| inside.name == *name).ok_or_else(|| {
                    Failure::coded(Code::FnUnknown, format_args!("no function is called `{name}`"))
                        .hint(format!("the functions are: {}", names()))
                        .exit(exit::USAGE)
                })?;
            let image = format!("{}:{}", inside.repository, inside.tag);
            Some((
                name.clone(),
                functions.prepare(&FunctionRef { image, ..FunctionRef::default() }, &library::nowhere()),
            ))
        } else if let Some(program) = self.program.first() {
            let exec = library::command_line(&self.program);
            let name = Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned();
            Some((name, functions.prepare(&FunctionRef { exec, ..FunctionRef::default() }, &library::nowhere())))
        } else {
            None
        };
        let library = Library::new(functions, self.runtime.allow_exec);
        Ok(match prepared {
            Some((name, prepared)) => {
                let failed = |error: porchlight_pipeline::RuntimeError| {
                    Failure::coded(error.code, error.message).exit(exit::USAGE)
                };
                Catalogue::single(library, name, prepared.map_err(failed)?)
            }
            None => Catalogue::new(library, self.targets()?),
        })
    }

    /// Files that are not there are told and left out: the manifests of Porch name files of its own image.
    fn targets(&self) -> Result<Targets, Failure> {
        let wrong = |error| Failure::plain(error).exit(exit::USAGE);
        let mut targets = Targets { functions: self.functions.clone(), ..Targets::default() };
        if let Some(file) = self.config.as_deref().filter(|file| is_there(file)) {
            targets.images = ImageMap::read(file).map_err(wrong)?;
            for image in targets.images.ignored() {
                tracing::warn!(image, "the image is mentioned more than once; the first mention counts");
            }
        }
        if let Some(directory) = self.function_configs.as_deref().filter(|directory| is_there(directory)) {
            let prefix = self.default_image_prefix.as_deref().unwrap_or(default_prefix(Compat::Latest));
            targets.configs = FunctionConfigs::read(directory, prefix).map_err(wrong)?;
        }
        Ok(targets)
    }
}

fn is_there(path: &Path) -> bool {
    let there = path.exists();
    if !there {
        tracing::warn!(path = %path.display(), "there is no such file; going on without it");
    }
    there
}
