//! Flags that say who may run the functions of a pipeline, and how.

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;
use porchlight_krm::Code;
use porchlight_oci::{Keys, Puller};
use porchlight_package::Compat;
use porchlight_runtime::{Containers, Engine, FunctionLimits, FunctionMap, Functions, PullPolicy};

use crate::exit;
use crate::failure::Failure;

// Who may run functions, beside those inside this program.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Functions")]
pub(crate) struct RuntimeFlags {
    /// Allow programs of this machine, outside the sandbox: `exec:` functions
    #[arg(long)]
    pub(crate) allow_exec: bool,
    /// Allow containers, run by docker, or by what `KRM_FN_RUNTIME` names: `podman`, `nerdctl`
    #[arg(long)]
    pub(crate) allow_container: bool,
    /// Allow containers the network of this machine; they have none otherwise
    #[arg(long)]
    pub(crate) allow_network: bool,
    /// When images are pulled: `Always`, `IfNotPresent`, `Never`
    #[arg(long, value_name = "POLICY", default_value = "IfNotPresent")]
    pub(crate) image_pull_policy: String,
    /// Load images from their registries as wasm32-wasip1 modules, and take every `exec:` for the path of one; kpt's flag
    #[arg(long)]
    pub(crate) allow_alpha_wasm: bool,
    /// Run only images that were signed with a key of this file (PEM; `cosign sign --key` makes such signatures), beside the
    /// functions inside this program and those of the function map
    #[arg(long, value_name = "FILE")]
    pub(crate) verify_key: Option<PathBuf>,
    /// What runs in place of images: a file of `functions`, each an `image` with an `exec`, a `wasm` file or `as` another image
    #[arg(long, value_name = "FILE", env = "PORCHLIGHT_FUNCTION_MAP")]
    pub(crate) function_map: Option<PathBuf>,
    /// Stands before images without `/`, and is where our own images live
    #[arg(long, value_name = "PREFIX")]
    pub(crate) image_prefix: Option<String>,
}

impl RuntimeFlags {
    /// The runtime these flags describe. Of `containers`, what only some commands can tell is taken: user, mounts,
    /// environment. `exec` is the only command line that will be run, where that is known.
    pub(crate) fn functions(
        &self,
        compat: Compat,
        limits: FunctionLimits,
        containers: Containers,
        exec: Option<&str>,
    ) -> Result<Functions, Failure> {
        let image_prefix = self.image_prefix.clone().or_else(|| image_prefix(compat));
        let mut functions = Functions::new(compat, image_prefix.clone(), limits);
        let pull = self.pull_policy()?;
        if let Some(file) = &self.function_map {
            let map = FunctionMap::read(file, compat, image_prefix.as_deref())
                .map_err(|error| Failure::plain(error).exit(exit::USAGE))?;
            functions = functions.with_map(map, self.allow_exec);
        }
        if self.allow_container {
            let engine = engine(compat)?;
            if self.verify_key.is_some() {
                functions = functions.with_identified_containers(self.puller()?);
            }
            functions = functions.with_containers(Containers {
                engine,
                pull,
                network: self.allow_network || containers.network,
                ..containers
            });
        }
        if self.allow_alpha_wasm {
            functions = functions.with_registries(self.puller()?, pull);
            // kpt's `fn eval` tells modules from other programs by their names, its `fn render` takes all for modules.
            if exec.is_none_or(|exec| exec.ends_with(".wasm")) {
                functions = functions.with_exec_as_modules();
            }
        }
        if let Some(directory) = cache("modules") {
            functions = functions.with_cache(directory);
        }
        Ok(functions)
    }

    /// What brings images from registries.
    pub(crate) fn puller(&self) -> Result<Puller, Failure> {
        let puller = Puller::new(image_store()?, docker_config());
        Ok(match &self.verify_key {
            Some(file) => puller.with_keys(keys(file)?),
            None => puller,
        })
    }

    /// The pull policy, refused in kpt's words.
    pub(crate) fn pull_policy(&self) -> Result<PullPolicy, Failure> {
        let text = &self.image_pull_policy;
        text.parse().map_err(|error| {
            Failure::plain(format_args!("invalid argument {text:?} for \"--image-pull-policy\" flag: {error}"))
                .exit(exit::USAGE)
        })
    }
}

/// The prefix that the current kpt takes from its variable.
fn image_prefix(compat: Compat) -> Option<String> {
    (compat == Compat::Latest).then(|| env::var("KPT_IMAGE_PREFIX").ok()).flatten().filter(|prefix| !prefix.is_empty())
}

/// The container engine that kpt's variable names. The name the variable has in the other releases works too.
pub(crate) fn engine(compat: Compat) -> Result<Engine, Failure> {
    let variables = match compat {
        Compat::Beta56 => ["KPT_FN_RUNTIME", "KRM_FN_RUNTIME"],
        Compat::Latest => ["KRM_FN_RUNTIME", "KPT_FN_RUNTIME"],
    };
    let given =
        variables.into_iter().find_map(|name| Some((name, env::var(name).ok().filter(|text| !text.is_empty())?)));
    let Some((name, text)) = given else { return Ok(Engine::default()) };
    text.parse().map_err(|error| {
        Failure::plain(error)
            .code(Code::FnImageUnresolved)
            .hint(format!("set `{name}` to `docker`, `podman` or `nerdctl`"))
            .exit(exit::USAGE)
    })
}

/// Where things that can be had again are kept: in the user's cache directory, if there is one.
pub(crate) fn cache(of: &str) -> Option<PathBuf> {
    let caches = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))?;
    Some(caches.join("porchlight").join(of))
}

/// Where images from registries are kept.
pub(crate) fn image_store() -> Result<PathBuf, Failure> {
    cache("images").ok_or_else(|| {
        Failure::plain("there is no place for images from registries: neither `XDG_CACHE_HOME` nor `HOME` is set")
            .exit(exit::USAGE)
    })
}

/// The keys in `file`, with which images must be signed.
pub(crate) fn keys(file: &Path) -> Result<Keys, Failure> {
    Keys::read(file).map_err(|error| Failure::plain(error).exit(exit::USAGE))
}

/// Where docker keeps credentials, or podman, if that is what the user says.
pub(crate) fn docker_config() -> Option<PathBuf> {
    folder("REGISTRY_AUTH_FILE")
        .or_else(|| Some(folder("DOCKER_CONFIG")?.join("config.json")))
        .or_else(|| Some(folder("HOME")?.join(".docker/config.json")))
}

fn folder(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}
