//! The arguments of `fn eval`; names and meanings are kpt's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use porchlight_package::{Compat, Format, Selector};
use porchlight_runtime::{Containers, Functions};
use rustix::process::{getgid, getuid};

use crate::exit;
use crate::failure::Failure;
use crate::limits::LimitFlags;
use crate::report::ReportFlags;
use crate::runtime::RuntimeFlags;

#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// Directory, subpackages included, or a single file; `-` for a ResourceList or documents on stdin
    #[arg(default_value = ".", value_name = "DIR|-")]
    pub(super) directory: PathBuf,
    /// Image of the function
    #[arg(short, long, value_name = "IMAGE")]
    pub(super) image: Option<String>,
    /// Command line of the function: a program of this machine, outside the sandbox
    #[arg(long, value_name = "COMMAND", conflicts_with = "image")]
    pub(super) exec: Option<String>,
    /// Version constraint for the image's tag, or a tag
    #[arg(long, value_name = "TAG", requires = "image")]
    pub(super) tag: Option<String>,
    /// File with the functionConfig
    #[arg(long, value_name = "FILE")]
    pub(super) fn_config: Option<PathBuf>,
    /// Instead of writing in place: `stdout` (a ResourceList), `unwrap` (documents), or a new directory
    #[arg(short, long, value_name = "stdout|unwrap|DIR")]
    pub(super) output: Option<String>,
    /// Directory for `results.yaml`, what the function reported
    #[arg(long, value_name = "DIR")]
    pub(super) results_dir: Option<PathBuf>,
    /// Add the function to the pipeline of the Kptfile, or update it there
    #[arg(short, long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value_t = false, action = clap::ArgAction::Set)]
    pub(super) save: bool,
    /// Where `--save` puts it: `mutator` or `validator`
    #[arg(short = 't', long = "type", value_name = "mutator|validator")]
    pub(super) kind: Option<String>,
    /// Allow the function to return no resources at all, which empties the directory
    #[arg(long)]
    pub(super) allow_empty: bool,
    /// Release of kpt to follow in rules and messages: `beta.56` or `latest`
    #[arg(long, value_name = "RELEASE", default_value_t = Compat::Latest)]
    pub(super) kpt_compat: Compat,
    /// Cut long results and stderr of functions to four lines, as kpt beta.56 does
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub(super) truncate_output: bool,
    /// How files are written: `kpt` (anew, as kpt writes them) or `minimal` (only what the function changed moves)
    #[arg(long, value_name = "kpt|minimal", default_value_t = Format::Kpt)]
    pub(super) format: Format,
    /// `key=value` words for the function; before them the kind of its config, where that is no ConfigMap
    #[arg(last = true, value_name = "KEY=VALUE")]
    pub(super) arguments: Vec<String>,
    #[arg(short = 'm', long, hide = true)]
    pub(super) include_meta_resources: bool,
    #[command(flatten)]
    pub(super) runtime: RuntimeFlags,
    #[command(flatten)]
    pub(super) container: ContainerFlags,
    #[command(flatten)]
    pub(super) selection: SelectionFlags,
    #[command(flatten)]
    pub(super) limits: LimitFlags,
    #[command(flatten)]
    pub(super) report: ReportFlags,
}

// What only functions in containers have.
#[derive(Debug, Args)]
#[command(next_help_heading = "Functions in containers")]
pub(crate) struct ContainerFlags {
    /// Let the function use the network
    #[arg(long)]
    pub(super) network: bool,
    /// Something of this machine's storage for the function: `type=bind,src=DIR,dst=DIR`
    #[arg(long, value_name = "MOUNT")]
    pub(super) mount: Vec<String>,
    /// Environment variable for the function: `KEY=VALUE`, or `KEY` to pass it on
    #[arg(short, long, value_name = "KEY[=VALUE]")]
    pub(super) env: Vec<String>,
    /// Run the function as the user of this program
    #[arg(long)]
    pub(super) as_current_user: bool,
}

impl ContainerFlags {
    pub(super) fn any(&self) -> bool {
        self.network || self.as_current_user || !self.mount.is_empty() || !self.env.is_empty()
    }

    fn containers(&self) -> Result<Containers, Failure> {
        let mount = |text: &String| {
            text.parse().map_err(|error| Failure::plain(format_args!("--mount {text:?} {error}")).exit(exit::USAGE))
        };
        Ok(Containers {
            network: self.network,
            user: self.as_current_user.then(|| format!("{}:{}", getuid().as_raw(), getgid().as_raw())),
            mounts: self.mount.iter().map(mount).collect::<Result<_, _>>()?,
            environment: self.env.clone(),
            ..Containers::default()
        })
    }
}

// Which resources the function gets; all conditions must hold.
#[derive(Debug, Args)]
#[command(next_help_heading = "Resources the function gets")]
pub(crate) struct SelectionFlags {
    /// Only this apiVersion
    #[arg(long, value_name = "VERSION")]
    match_api_version: Option<String>,
    /// Only this kind
    #[arg(long, value_name = "KIND")]
    match_kind: Option<String>,
    /// Only this name
    #[arg(long, value_name = "NAME")]
    match_name: Option<String>,
    /// Only this namespace
    #[arg(long, value_name = "NAMESPACE")]
    match_namespace: Option<String>,
    /// Only with this annotation
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    match_annotations: Vec<(String, String)>,
    /// Only with this label
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    match_labels: Vec<(String, String)>,
    /// Not this apiVersion
    #[arg(long, value_name = "VERSION")]
    exclude_api_version: Option<String>,
    /// Not this kind
    #[arg(long, value_name = "KIND")]
    exclude_kind: Option<String>,
    /// Not this name
    #[arg(long, value_name = "NAME")]
    exclude_name: Option<String>,
    /// Not this namespace
    #[arg(long, value_name = "NAMESPACE")]
    exclude_namespace: Option<String>,
    /// Not with this annotation
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    exclude_annotations: Vec<(String, String)>,
    /// Not with this label
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    exclude_labels: Vec<(String, String)>,
}

impl SelectionFlags {
    pub(super) fn selector(&self) -> Selector {
        Selector {
            api_version: self.match_api_version.clone().unwrap_or_default(),
            kind: self.match_kind.clone().unwrap_or_default(),
            name: self.match_name.clone().unwrap_or_default(),
            namespace: self.match_namespace.clone().unwrap_or_default(),
            labels: map(&self.match_labels),
            annotations: map(&self.match_annotations),
        }
    }

    pub(super) fn exclusion(&self) -> Selector {
        Selector {
            api_version: self.exclude_api_version.clone().unwrap_or_default(),
            kind: self.exclude_kind.clone().unwrap_or_default(),
            name: self.exclude_name.clone().unwrap_or_default(),
            namespace: self.exclude_namespace.clone().unwrap_or_default(),
            labels: map(&self.exclude_labels),
            annotations: map(&self.exclude_annotations),
        }
    }
}

fn map(pairs: &[(String, String)]) -> BTreeMap<String, String> {
    pairs.iter().cloned().collect()
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected `key=value`")?;
    Ok((key.to_owned(), value.to_owned()))
}

impl Eval {
    pub(super) fn is_stdin(&self) -> bool {
        self.directory == Path::new("-")
    }

    /// What runs the function.
    pub(super) fn runtime(&self) -> Result<Functions, Failure> {
        let (limits, containers) = (self.limits.function(), self.container.containers()?);
        self.runtime.functions(self.kpt_compat, limits, containers, self.exec.as_deref())
    }
}
